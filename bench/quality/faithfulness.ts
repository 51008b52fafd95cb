import { splitWords } from "../../src/core/text/words.js";
import { annotate } from "../../src/distill/annotate.js";
import { SEPARATOR } from "./baselines.js";

/**
 * Share of an output's words that stand in the source in the same order: 1 exactly where the output is a
 * subsequence of the source's words. Letter case and accents do not count: an uncased vocabulary loses them.
 */
export function shareInSourceOrder(documents: readonly string[], text: string): number {
  const source = foldedWords(documents.join(SEPARATOR));
  const output = foldedWords(text);
  if (output.length === 0) return 1;
  let place = 0;
  let found = 0;
  for (const word of output) {
    const next = source.indexOf(word, place);
    if (next < 0) continue;
    found += 1;
    place = next + 1;
  }
  return found / output.length;
}

/** Slices of the joined source that an output kept, by a global alignment of the words: where a system does not say. */
export function alignedSpans(source: string, text: string): [start: number, end: number][] {
  const { words, labels } = annotate(source, text);
  return words.flatMap(({ start, end }, index) => (labels[index] ? [[start, end] as [number, number]] : []));
}

/** Scripts without spaces are cut by their context: their characters are compared, not their words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

function foldedWords(text: string): string[] {
  return splitWords(text).flatMap(({ start, end }) => {
    const folded = text.slice(start, end).toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
    return UNSPACED.test(folded) ? [...folded] : [folded];
  });
}
