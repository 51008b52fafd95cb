import { runSliced, type Sliced } from "../runtime/event-loop.js";
import { compactOutline } from "../structure/compact.js";
import type { KindHint } from "../structure/detect.js";
import { maskHidden, visibleText } from "../structure/hidden.js";
import type { Hidden } from "../structure/outline.js";
import { readOutline } from "../structure/read.js";
import { type SentenceOutline, sentencesOfOutline } from "../structure/sentence-outline.js";
import type { Sentence, TextForm, Word } from "../types.js";
import { proseRanges } from "./sentences.js";
import { splitWords } from "./words.js";

/** A text's words and sentences. */
export interface SegmentedText {
  words: readonly Word[];
  sentences: readonly Sentence[];
  /** How the sentences hang together; undefined for plain prose, where none needs another. */
  outline?: SentenceOutline | undefined;
}

/** A long text is cut in sections of about this many code units, so that it never holds the event loop long. */
const SECTION_LENGTH = 32_768;
/** White space and punctuation that no word holds: a section may end in front of it. */
const BORDER = /[\s!-/:-@[-^`{-~、。，！？；：]/u;
/** What a spaced word does not go on with: the next place where no word is cut. */
const WORD_END =
  /[^\p{L}\p{N}\p{M}_\u200c\u200d]|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;

/**
 * Reads a text as its kind and cuts it into words and sentences, in slices.
 *
 * @param hint What is known of the text besides itself: its kind, its file's name.
 * @param form In any form but the same, white space and markup that say nothing are hidden too.
 */
export async function segmentText(text: string, hint?: KindHint, form: TextForm = "same"): Promise<SegmentedText> {
  const source = await readOutline(text, hint);
  const read = form === "same" ? source : await runSliced(compactOutline(text, source));
  const words = await runSliced(cutWords(text, read.hidden));
  const visible = maskHidden(text, read.hidden);
  const { sentences, outline } = await runSliced(
    sentencesOfOutline(read, words, (grain, firstWord, endWord) =>
      proseRanges(visible, grain, words, firstWord, endWord),
    ),
  );
  return isPlain(outline) ? { words, sentences } : { words, sentences, outline };
}

/** Whether an outline says nothing that the sentences do not say themselves. */
function isPlain({ kind, hidden, heads, roles }: SentenceOutline): boolean {
  return kind === "prose" && hidden.length === 0 && heads.every((head) => head < 0) && !roles.includes("waste");
}

/** Cuts a text into words, in slices. What is hidden holds none. */
export function* cutWords(text: string, hidden: readonly Hidden[] = []): Sliced<Word[]> {
  const visible = maskHidden(text, hidden);
  const words: Word[] = [];
  for (let start = 0; start < visible.length; ) {
    const end = sectionEnd(visible, start);
    const isGlued = start > 0 && !/\s/u.test(visible[start - 1] as string);
    for (const word of splitWords(visible.slice(start, end))) {
      const spaceBefore = word.spaceBefore && !(isGlued && word.start === 0);
      words.push({ start: word.start + start, end: word.end + start, spaceBefore });
    }
    start = end;
    yield;
  }
  if (hidden.length > 0) closeGaps(text, words, hidden);
  return words;
}

/** Joins words again that only markup parts: `un<b>safe</b>` is one word in two pieces. */
function closeGaps(text: string, words: Word[], hidden: readonly Hidden[]): void {
  let next = 0;
  for (let index = 1; index < words.length; index += 1) {
    const { start } = words[index] as Word;
    const from = (words[index - 1] as Word).end;
    while (next < hidden.length && (hidden[next] as Hidden).end <= from) next += 1;
    if (next === hidden.length) return;
    if ((hidden[next] as Hidden).start >= start) continue;
    (words[index] as Word).spaceBefore = /\s/u.test(visibleText(text, from, start, hidden));
  }
}

/** End of the section that starts at `start`: after a blank line, a line, or white space, else between words. */
function sectionEnd(text: string, start: number): number {
  const limit = start + SECTION_LENGTH;
  if (limit >= text.length) return text.length;
  const earliest = start + SECTION_LENGTH / 2;
  // What lies before is not looked at again: a text without a border is read once, not once a section.
  const late = text.slice(earliest + 1, limit + 2);
  for (const border of ["\n\n", "\n", " "]) {
    const at = late.lastIndexOf(border, limit - earliest - 1);
    if (at >= 0) return earliest + 1 + at + border.length;
  }
  for (let at = limit; at > earliest; at -= 1) if (BORDER.test(text[at] as string)) return at;
  WORD_END.lastIndex = limit;
  return WORD_END.exec(text)?.index ?? text.length;
}
