import { breathe } from "../turn.js";
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

/** Cuts a text into words and sentences, in sections, letting others have a turn between them. */
export async function segmentText(text: string): Promise<SegmentedText> {
  if (text.length <= SECTION_LENGTH) return segmentSection(text);
  const words: Word[] = [];
  const sentences: Sentence[] = [];
  for (let start = 0; start < text.length; ) {
    const end = sectionEnd(text, start);
    const section = segmentSection(text.slice(start, end));
    for (const sentence of section.sentences) {
      sentences.push({
        kind: sentence.kind,
        start: sentence.start + start,
        end: sentence.end + start,
        firstWord: sentence.firstWord + words.length,
        endWord: sentence.endWord + words.length,
      });
    }
    for (const word of section.words) {
      words.push({ start: word.start + start, end: word.end + start, spaceBefore: word.spaceBefore });
    }
    start = end;
    await breathe();
  }
  return { words, sentences };
}

function segmentSection(text: string): SegmentedText {
  const words = splitWords(text);
  return { words, sentences: splitSentences(text, words) };
}

/** End of the section that starts at `start`: behind a blank line, a line, or white space, else between code points. */
function sectionEnd(text: string, start: number): number {
  const limit = start + SECTION_LENGTH;
  if (limit >= text.length) return text.length;
  for (const border of ["\n\n", "\n", " "]) {
    const at = text.lastIndexOf(border, limit);
    if (at > start + SECTION_LENGTH / 2) return at + border.length;
  }
  const unit = text.charCodeAt(limit);
  return unit >= 0xdc00 && unit <= 0xdfff ? limit + 1 : limit;
}
