import type { Word } from "../types.js";
import { UNSPACED } from "./scripts.js";

// A run of letters, digits, marks and underscores (joiners inside stay: Persian and Indic words hold them),
// an emoji sequence, a flag, or any one visible code point with the marks on it.
const WORD =
  /[\p{L}\p{N}\p{M}_]+(?:[\u200c\u200d][\p{L}\p{N}\p{M}_]+)*|\p{Regional_Indicator}{2}|\p{Extended_Pictographic}(?:\p{M}|[\u{1f3fb}-\u{1f3ff}])*(?:\u200d\p{Extended_Pictographic}(?:\p{M}|[\u{1f3fb}-\u{1f3ff}])*)*|[^\s\p{Cc}\p{Cf}\p{Cs}]\p{M}*/gu;

// The segmenter is quadratic on very long runs: it is fed in pieces of this many code units.
const SEGMENTER_CHUNK = 1024;
/** Made for the first text that needs it: its dictionaries take ten milliseconds. */
let segmenter: Intl.Segmenter | undefined;

/**
 * Cuts a text into words (see {@link Word}). White space, control and format characters and lone
 * surrogates belong to no word. Offsets are UTF-16, half-open, ascending, never overlapping.
 */
export function splitWords(text: string): Word[] {
  const words: Word[] = [];
  const hasUnspaced = UNSPACED.test(text);
  let previousEnd = 0;
  for (const match of text.matchAll(WORD)) {
    const start = match.index;
    const surface = match[0];
    const spaceBefore = start === 0 || /\s/u.test(text.slice(previousEnd, start));
    if (hasUnspaced && surface.length > 1 && UNSPACED.test(surface)) {
      pushSegments(words, surface, start, spaceBefore);
    } else {
      words.push({ start, end: start + surface.length, spaceBefore });
    }
    previousEnd = start + surface.length;
  }
  return words;
}

function pushSegments(words: Word[], run: string, offset: number, spaceBefore: boolean): void {
  segmenter ??= new Intl.Segmenter("und", { granularity: "word" });
  let chunkStart = 0;
  while (chunkStart < run.length) {
    let chunkEnd = Math.min(run.length, chunkStart + SEGMENTER_CHUNK);
    if (chunkEnd < run.length && isLowSurrogate(run.charCodeAt(chunkEnd))) chunkEnd += 1;
    const segments = [...segmenter.segment(run.slice(chunkStart, chunkEnd))];
    // The last word of a chunk may go on in the next one, where it is read whole.
    if (chunkEnd < run.length && segments.length > 1) segments.pop();
    let end = chunkStart;
    for (const { segment } of segments) {
      const start = offset + end;
      end += segment.length;
      words.push({ start, end: offset + end, spaceBefore: spaceBefore && start === offset });
    }
    chunkStart = end;
  }
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** The text of a run of words, from the first one's start to the last one's end; of one word, if no end is given. */
export function surfaceOf(
  { text, words }: { text: string; words: readonly Word[] },
  firstWord: number,
  endWord = firstWord + 1,
): string {
  return text.slice(words[firstWord]?.start, words[endWord - 1]?.end);
}
