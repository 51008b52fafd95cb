import type { Word } from "../types.js";

/** Number of word shapes: the size of the bundled model's token type vocabulary. */
export const SHAPE_COUNT = 24;

const LETTER_CASE = { none: 0, lower: 1, title: 2, upper: 3, mixed: 4, digit: 5 } as const;

/**
 * The shape of a word as one number, `4 * letterCase + boundary`, in 0..23. An uncased vocabulary loses
 * letter case and white space, and both carry meaning for what to keep (names, headings, list items), so
 * the bundled model takes them as its token type ids. Letter case: 0 none, 1 lower, 2 Title, 3 UPPER,
 * 4 miXed, 5 with a digit. Boundary before the word: 0 glued, 1 space, 2 line break or text start,
 * 3 blank line.
 */
export function wordShape(text: string, word: Word, previousEnd: number): number {
  return (
    4 * letterCase(text.slice(word.start, Math.min(word.end, word.start + 64))) + boundary(text, word, previousEnd)
  );
}

/** Most words of running text. */
const PLAIN_LOWER = /^[a-z]+$/;

function letterCase(surface: string): number {
  if (PLAIN_LOWER.test(surface)) return LETTER_CASE.lower;
  if (/\p{Nd}/u.test(surface)) return LETTER_CASE.digit;
  const lower = surface.toLowerCase();
  const upper = surface.toUpperCase();
  if (lower === upper) return LETTER_CASE.none;
  if (surface === lower) return LETTER_CASE.lower;
  const first = String.fromCodePoint(surface.codePointAt(0) as number);
  const rest = surface.slice(first.length);
  if (rest === rest.toLowerCase() && first !== first.toLowerCase()) return LETTER_CASE.title;
  return surface === upper ? LETTER_CASE.upper : LETTER_CASE.mixed;
}

function boundary(text: string, word: Word, previousEnd: number): number {
  if (word.start === 0 || previousEnd === 0) return 2;
  const gap = text.slice(previousEnd, word.start);
  if (!/\s/u.test(gap)) return 0;
  const breaks = gap.match(/\r\n|[\n\r\u2028\u2029]/gu)?.length ?? 0;
  return 1 + Math.min(breaks, 2);
}
