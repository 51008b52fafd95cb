import type { NamedKind } from "./detect-names.js";

/** What a content test looks at: the beginning of a text and its end. */
export interface Sample {
  /** At most {@link SAMPLE_UNITS} code units, white space at its ends left out. */
  text: string;
  /** The last code units of the whole text. */
  tail: string;
  /** The sample's lines, blank ones included. */
  all: readonly string[];
  /** The lines that show something, at most {@link LONGEST_LINE} code units of each. */
  lines: readonly string[];
}

/** Tells whether a text is of a kind, by a sample of it. */
export type ContentTest = (sample: Sample) => NamedKind | undefined;

/** Code units of a text that are read to tell its kind. */
export const SAMPLE_UNITS = 65_536;
const TAIL_UNITS = 2048;
/** Code units of a line that are looked at. */
export const LONGEST_LINE = 1000;
const LINES = 600;

/** Takes the sample of a text. */
export function sampleOf(text: string): Sample {
  const isCut = text.length > SAMPLE_UNITS;
  const start = text.slice(0, SAMPLE_UNITS).replace(/^\uFEFF/u, "");
  const all = start.split(/\r\n|[\n\r\u2028\u2029]/u, LINES + 1);
  // The last line of a sample that ends in the middle of the text is half a line.
  if (isCut && all.length > 1 && all.length <= LINES) all.pop();
  if (all.length > LINES) all.pop();
  return {
    text: start.trim(),
    tail: text.slice(-TAIL_UNITS).trimEnd(),
    all,
    lines: all.filter((line) => line.trim() !== "").map((line) => line.slice(0, LONGEST_LINE)),
  };
}

/** A mark at a line's start that some kind gives its lines, a speaker's name among them. */
const LINE_MARK =
  /^\s*(?:[^\p{L}\p{N}"'“‘«¿¡„]|\d+(?:[.:)-]|\s{2})|[\p{L}\p{N} ._'’()/&-]{1,40}:|\S{1,200}\(\d+,\d+\): |(?:Article|Section|Clause|Rule|Art(?:ikel|ículo)?\.?)\s+\d)|\s{3}\S|\t|\||\f/u;

/** Whether all lines are sentences without a mark, so that nothing but prose can be meant. */
export function isPlainProse({ lines }: Sample): boolean {
  return (
    lines.every((line) => isSentence(line) && !LINE_MARK.test(line)) &&
    !lines.some((line) => /[`<]|\]\(|[;{}]\s*$/u.test(line)) &&
    !(lines.length > 1 && lines.every((line) => TIGHT_CELLS.test(line)))
  );
}

/** Cells that touch their separators, as in rows of values: in prose a space stands behind a comma. */
const TIGHT_CELLS = /\S[,;|\t]\S.*[,;|\t]\S/u;

/** The share of lines that a pattern fits, 0..1. */
export function shareOf(lines: readonly string[], pattern: RegExp): number {
  return lines.length === 0 ? 0 : countOf(lines, pattern) / lines.length;
}

/** The number of lines that a pattern fits. */
export function countOf(lines: readonly string[], pattern: RegExp): number {
  let count = 0;
  for (const line of lines) if (pattern.test(line)) count += 1;
  return count;
}

const UNSPACED_WORDS = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]{12}/u;

/** Whether a line reads as a sentence of prose: many words, few signs. */
export function isSentence(line: string): boolean {
  if (UNSPACED_WORDS.test(line)) return true;
  const words = line.match(/\p{L}[\p{L}\p{M}'’-]*/gu)?.length ?? 0;
  const signs = line.match(/[{}<>=|;()[\]_/\\]/gu)?.length ?? 0;
  return words >= 5 && signs * 4 <= words;
}
