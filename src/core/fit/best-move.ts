import type { Ranking } from "../value/types.js";
import { moveAt } from "./costs.js";
import type { Fit } from "./types.js";

/** Whether a selection has the first move of the ranking; true of a ranking that is empty. */
export function keepsBest(ranking: Ranking, { kept }: Pick<Fit, "kept">): boolean {
  return ranking.indices.length === 0 || isKept(ranking, 0, kept);
}

/** Place in the ranking of the best move that a selection has; the ranking's length if it has none. */
export function firstKept(ranking: Ranking, kept: Fit["kept"]): number {
  let first = 0;
  while (first < ranking.indices.length && !isKept(ranking, first, kept)) first += 1;
  return first;
}

function isKept(ranking: Ranking, index: number, kept: Fit["kept"]): boolean {
  const { document, move, moves } = moveAt(ranking, index);
  const units = moves.units.subarray(moves.starts[move], moves.starts[move + 1]);
  return units.every((unit) => kept[document]?.[unit] === 1);
}
