import { UNSPACED } from "../text/scripts.js";
import type { Span } from "../types.js";

/** A text made of slices of its source. */
export interface RenderedSlices {
  text: string;
  spans: [start: number, end: number][];
}

const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/u;
const PARAGRAPH_BREAK = /(\r\n|[\n\r\u2028\u2029])[^\S\r\n\u2028\u2029]*(\r\n|[\n\r\u2028\u2029])/u;
/**
 * Prints kept words as slices of the source (the reference decodes tokens). Between two words is
 * what was between them if that was white space alone; else the strongest break that was there (blank
 * line, line break), one space, or nothing: between two letters of a script without spaces, before a comma
 * or the like that was at a word, and after a bracket that was at one.
 *
 * @param words Kept words in order; a word that left no trace in the source is skipped.
 */
export function renderWords(source: string, words: readonly Span[]): RenderedSlices {
  const spans: [number, number][] = [];
  let text = "";
  for (const { start, end } of words) {
    const last = spans.at(-1);
    const from = last ? Math.max(start, last[1]) : start;
    if (from >= end) continue;
    const gap = last ? source.slice(last[1], from) : undefined;
    if (last && gap !== undefined && gap.trim() === "") {
      text += gap + source.slice(from, end);
      last[1] = end;
      continue;
    }
    if (last && gap !== undefined) {
      text += breakOf(gap) ?? spaceBetween(source.slice(last[0], last[1]), gap, source.slice(from, end));
    }
    text += source.slice(from, end);
    spans.push([from, end]);
  }
  return { text, spans };
}

/** The strongest break of a gap, in the gap's own characters. */
function breakOf(gap: string): string | undefined {
  const paragraph = PARAGRAPH_BREAK.exec(gap);
  return paragraph ? `${paragraph[1]}${paragraph[2]}` : LINE_BREAK.exec(gap)?.[0];
}

const CLOSES = /^[.,;:!?…%\p{Pe}\p{Pf}、。，；：！？]/u;
const OPENS = /[\p{Ps}\p{Pi}]$/u;

/** What is between two slices; of the one before, only the last character matters. */
function spaceBetween(before: string, gap: string, after: string): string {
  const last = Array.from(before.slice(-2)).at(-1) ?? "";
  if (CLOSES.test(after) && /\S$/u.test(gap)) return "";
  if (OPENS.test(last) && /^\S/u.test(gap)) return "";
  return UNSPACED.test(last) && UNSPACED.test(after.slice(0, 2)) ? "" : " ";
}
