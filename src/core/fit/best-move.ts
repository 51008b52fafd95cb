import type { Ranking } from "../value/types.js";
import { moveAt } from "./costs.js";
import type { Fit } from "./types.js";

/** Whether a selection has the first move of the ranking; true of a ranking that is empty. */
export function keepsBest(ranking: Ranking, { kept }: Pick<Fit, "kept">): boolean {
  if (ranking.indices.length === 0) return true;
  const { document, move, moves } = moveAt(ranking, 0);
  const units = moves.units.subarray(moves.starts[move], moves.starts[move + 1]);
  return units.every((unit) => kept[document]?.[unit] === 1);
}
