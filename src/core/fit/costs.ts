import type { Moves, Ranking } from "../value/types.js";
import { createHeadCounts, type HeadCounts } from "./head-counts.js";
import type { FitDocument } from "./types.js";

/** Estimated tokens of the ranking's first moves, with the heads that they bring: none, one, two and so on. */
export function prefixCosts(documents: readonly FitDocument[], ranking: Ranking): Float64Array {
  const counts = documents.map(({ document }) => document.outline && createHeadCounts(document.outline));
  const costs = new Float64Array(ranking.indices.length + 1);
  for (let index = 0; index < ranking.indices.length; index += 1) {
    const place = ranking.documents[index] as number;
    const own = documents[place] as FitDocument;
    const move = ranking.indices[index] as number;
    const cost = moveCost(own, ranking.moves[place] as Moves, move, counts[place]);
    costs[index + 1] = (costs[index] as number) + cost;
  }
  return costs;
}

/** Estimated tokens that a move adds to what is counted already; counts it too. */
function moveCost(document: FitDocument, moves: Moves, move: number, heads?: HeadCounts): number {
  const { unitCosts } = document;
  let cost = 0;
  if (heads && (moves.requires[move] as number) < 0) {
    const sentence = moves.sentences[move] as number;
    const isWhole = document.document.sentences[sentence]?.kind !== "prose";
    cost = headsCost(document, heads, sentence, isWhole);
    if (isWhole) return cost;
  }
  const end = moves.starts[move + 1] as number;
  for (let at = moves.starts[move] as number; at < end; at += 1) cost += unitCosts[moves.units[at] as number] as number;
  return cost;
}

/** Estimated tokens of what comes in with a sentence: its heads and closers, and itself if it comes whole. */
function headsCost(
  { document, unitCosts }: FitDocument,
  heads: HeadCounts,
  sentence: number,
  isWhole: boolean,
): number {
  let cost = 0;
  heads.raise(sentence, (entered) => {
    if (entered === sentence && !isWhole) return;
    const end = document.sentenceUnits[entered + 1] as number;
    for (let unit = document.sentenceUnits[entered] as number; unit < end; unit += 1) cost += unitCosts[unit] as number;
  });
  return cost;
}

/** One move of one document. */
export interface RankedMove {
  /** Place of the document. */
  document: number;
  /** Index of the move among the document's. */
  move: number;
  moves: Moves;
}

/** A move by its place in the ranking. */
export function moveAt({ documents, indices, moves }: Ranking, index: number): RankedMove {
  const document = documents[index] as number;
  return { document, move: indices[index] as number, moves: moves[document] as Moves };
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
