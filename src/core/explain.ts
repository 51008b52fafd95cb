import { sigmoid } from "./relevance.js";
import type { ExplainedWord } from "./types.js";
import { questionGains, type RankedDocument, unitValue } from "./value.js";

/**
 * Every word of a document with its scores and fate.
 *
 * @param spans Slices of the source that are in the result, ascending.
 */
export function explainWords(document: RankedDocument, spans: readonly (readonly [number, number])[]): ExplainedWord[] {
  const { plan, relevance, forced } = document;
  const explained: ExplainedWord[] = [];
  const gains = questionGains(relevance);
  let span = 0;
  for (const [index, unit] of plan.units.entries()) {
    const logit = relevance?.[unit.sentence];
    const value = unitValue(plan.mass[index] as number, gains?.[unit.sentence] ?? 0);
    for (let word = unit.leadWord; word < unit.trailWord; word += 1) {
      const { start, end } = plan.words[word] as { start: number; end: number };
      while (span < spans.length && (spans[span] as readonly [number, number])[1] <= start) span += 1;
      const isOwn = word >= unit.firstWord && word < unit.endWord;
      explained.push({
        start,
        end,
        keep: plan.keep[word] as number,
        core: plan.core[word] as number,
        pivot: plan.pivot[word] as number,
        relevance: logit === undefined ? 1 : sigmoid(logit),
        value,
        kept: span < spans.length && (spans[span] as readonly [number, number])[0] <= start,
        protected: forced?.[index] === 2 || (isOwn && (unit.isProtected || forced?.[index] === 1)),
      });
    }
  }
  return explained;
}
