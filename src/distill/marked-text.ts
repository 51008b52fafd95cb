import { splitWords } from "../core/text/words.js";
import type { Span } from "../core/types.js";

/** What parts a compressed word from the one before it, in rising order. */
export const BOUNDARY = { none: 0, sentence: 1, line: 2 } as const;

/** One word of a compressed text, with its range there and what stands around it. */
export interface CompressedWord extends Span {
  surface: string;
  /** True inside « »: the word is among the core. */
  core: boolean;
  /** True where white space or the text's start stands before the word. */
  spaceBefore: boolean;
  /** {@link BOUNDARY} before the word: none, a sentence's end, or a line break. */
  boundary: number;
}

const TERMINAL = /^[.!?…。！？]$/u;

/**
 * Reads a teacher's compression: words, and which of them stand inside the core marks « ». The marks are
 * no words. A source that holds such marks itself makes them ambiguous: then a mark counts as text as
 * long as the source has one of its kind left to be matched with, and pairs are taken from the inside out.
 *
 * @param source the text that was compressed; only its own « and » are looked at
 */
export function readMarkedText(compressed: string, source = ""): CompressedWord[] {
  const words = splitWords(compressed);
  const literal = literalMarks(compressed, source);
  const result: CompressedWord[] = [];
  let core = false;
  let spaceBefore = false;
  let previousEnd = 0;
  let lineBreak = true;
  for (const word of words) {
    const surface = compressed.slice(word.start, word.end);
    spaceBefore ||= word.spaceBefore;
    lineBreak ||= /[\n\r\u2028\u2029]/u.test(compressed.slice(previousEnd, word.start));
    previousEnd = word.end;
    if ((surface === "«" || surface === "»") && !literal.has(word.start)) {
      core = surface === "«";
      continue;
    }
    const ended = TERMINAL.test(result.at(-1)?.surface ?? "");
    result.push({
      start: word.start,
      end: word.end,
      surface,
      core,
      spaceBefore,
      boundary: lineBreak ? BOUNDARY.line : ended && spaceBefore ? BOUNDARY.sentence : BOUNDARY.none,
    });
    spaceBefore = false;
    lineBreak = false;
  }
  return result;
}

/** Offsets of the marks that belong to the text: as many pairs as the source holds, inner or unpaired ones first. */
function literalMarks(compressed: string, source: string): ReadonlySet<number> {
  const literal = new Set<number>();
  if (!/[«»]/u.test(source)) return literal;
  const budget = { "«": count(source, "«"), "»": count(source, "»") };
  const open: number[] = [];
  const pairs: { start: number; end: number; inner: boolean; quoted: boolean }[] = [];
  for (const match of compressed.matchAll(/[«»]/gu)) {
    if (match[0] === "«") {
      open.push(match.index);
      continue;
    }
    const start = open.pop();
    if (start === undefined) {
      if (budget["»"] > 0) literal.add(match.index);
      continue;
    }
    const quoted = source.includes(compressed.slice(start, match.index + 1));
    pairs.push({ start, end: match.index, inner: open.length > 0, quoted });
  }
  for (const start of open) if (budget["«"] > 0) literal.add(start);
  pairs.sort((a, b) => Number(b.inner) - Number(a.inner) || Number(b.quoted) - Number(a.quoted));
  for (const pair of pairs) {
    if (!pair.inner && !pair.quoted) continue;
    if (budget["«"] <= 0 || budget["»"] <= 0) continue;
    literal.add(pair.start).add(pair.end);
    budget["«"] -= 1;
    budget["»"] -= 1;
  }
  return literal;
}

function count(text: string, mark: string): number {
  return text.split(mark).length - 1;
}
