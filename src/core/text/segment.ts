import { yieldToEventLoop } from "../runtime/event-loop.js";
import { openStructure, type StructureState } from "../structure/lines.js";
import type { Sentence, Word } from "../types.js";
import { splitSentences } from "./sentences.js";
import { splitWords } from "./words.js";

/** A text's words and sentences. */
export interface SegmentedText {
  words: readonly Word[];
  sentences: readonly Sentence[];
}

/** A long text is cut in sections of about this many code units, so that it never holds the event loop long. */
const SECTION_LENGTH = 32_768;
/** White space and punctuation that no word holds: a section may end in front of it. */
const BORDER = /[\s!-/:-@[-^`{-~、。，！？；：]/u;
/** What a spaced word does not go on with: the next place where no word is cut. */
const WORD_END =
  /[^\p{L}\p{N}\p{M}_\u200c\u200d]|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;

/** Cuts a text into words and sentences, in sections, yielding to the event loop between them. */
export async function segmentText(text: string): Promise<SegmentedText> {
  const state = openStructure(text);
  if (text.length <= SECTION_LENGTH) return segmentSection(text, state);
  const words: Word[] = [];
  const sentences: Sentence[] = [];
  for (let start = 0; start < text.length; ) {
    const end = sectionEnd(text, start);
    const section = segmentSection(text.slice(start, end), state);
    for (const sentence of section.sentences) {
      sentences.push({
        kind: sentence.kind,
        start: sentence.start + start,
        end: sentence.end + start,
        firstWord: sentence.firstWord + words.length,
        endWord: sentence.endWord + words.length,
      });
    }
    const isGlued = start > 0 && !/\s/u.test(text[start - 1] as string);
    for (const word of section.words) {
      const spaceBefore = word.spaceBefore && !(isGlued && word.start === 0);
      words.push({ start: word.start + start, end: word.end + start, spaceBefore });
    }
    start = end;
    await yieldToEventLoop();
  }
  return { words, sentences };
}

function segmentSection(text: string, state: StructureState): SegmentedText {
  const words = splitWords(text);
  return { words, sentences: splitSentences(text, words, state) };
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
