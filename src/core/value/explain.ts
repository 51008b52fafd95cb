import { sigmoid } from "../log-odds.js";
import type { ExplainedWord } from "../types.js";
import { logOfSalience, sentenceValues } from "./gains.js";
import type { RankedDocument } from "./types.js";

/**
 * Every word of a document with its scores and fate.
 *
 * @param spans Slices of the source that are in the result, ascending.
 */
export function explainWords(ranked: RankedDocument, spans: readonly (readonly [number, number])[]): ExplainedWord[] {
  const explained: ExplainedWord[] = [];
  const { document, relevance, forced } = ranked;
  const { offsets, scales } = sentenceValues(ranked);
  let span = 0;
  for (const [index, unit] of document.units.entries()) {
    const logit = relevance?.[unit.sentence];
    const value =
      (offsets[unit.sentence] as number) +
      (scales[unit.sentence] as number) * logOfSalience(document.salience[index] as number);
    for (let word = unit.leadWord; word < unit.trailWord; word += 1) {
      const { start, end } = document.words[word] as { start: number; end: number };
      while (span < spans.length && (spans[span] as readonly [number, number])[1] <= start) span += 1;
      const isOwn = word >= unit.firstWord && word < unit.endWord;
      explained.push({
        start,
        end,
        keep: document.keep[word] as number,
        core: document.core[word] as number,
        pivot: document.pivot[word] as number,
        relevance: logit === undefined ? 1 : sigmoid(logit),
        value,
        kept: span < spans.length && (spans[span] as readonly [number, number])[0] <= start,
        protected: forced?.[index] === 2 || (isOwn && (unit.isProtected || forced?.[index] === 1)),
      });
    }
  }
  return explained;
}
