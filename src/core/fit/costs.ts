import type { Ranking } from "../value/types.js";
import type { FitDocument } from "./types.js";

/** Estimated tokens of the ranking's first moves: none, one, two and so on. */
export function prefixCosts(documents: readonly FitDocument[], ranking: Ranking): Float64Array {
  const moveCosts = ranking.moves.map(({ units, starts }, document) => {
    const { unitCosts } = documents[document] as FitDocument;
    return Float64Array.from(starts.subarray(1), (end, move) => {
      let cost = 0;
      for (let at = starts[move] as number; at < end; at += 1) cost += unitCosts[units[at] as number] as number;
      return cost;
    });
  });
  const costs = new Float64Array(ranking.indices.length + 1);
  for (let index = 0; index < ranking.indices.length; index += 1) {
    const cost = moveCosts[ranking.documents[index] as number]?.[ranking.indices[index] as number] as number;
    costs[index + 1] = (costs[index] as number) + cost;
  }
  return costs;
}

/** Two prefixes of the ranking between which the ceiling is crossed: one that fits and one that does not. */
export interface Bracket {
  /** Length of the longest prefix that fits, and its tokens. */
  low: number;
  lowTokens: number;
  /** Length of the shortest prefix that does not fit, and its tokens; infinite until one was counted. */
  high: number;
  highTokens: number;
}

/** Where the ceiling is most likely crossed between two counted prefixes: by the estimated costs, scaled to the counts. */
export function guessCrossing(
  costs: Float64Array,
  { low, high, lowTokens, highTokens }: Bracket,
  maxTokens: number,
): number {
  const lowCost = costs[low] as number;
  const last = Math.min(high, costs.length - 1);
  const scale =
    highTokens === Number.POSITIVE_INFINITY
      ? lowTokens > 0 && lowCost > 0
        ? lowTokens / lowCost
        : 1
      : Math.max(1e-6, highTokens - lowTokens) / Math.max(1e-6, (costs[last] as number) - lowCost);
  const wanted = lowCost + (maxTokens - lowTokens) / scale;
  let from = low + 1;
  let to = high - 1;
  while (from < to) {
    const middle = (from + to + 1) >> 1;
    if ((costs[middle] as number) <= wanted) from = middle;
    else to = middle - 1;
  }
  return from;
}
