import type { Moves, Ranking } from "../../src/core/value/types.js";

/** One move of a ranking, placed and valued. */
export interface RankedMove {
  document: number;
  sentence: number;
  units: number[];
  opens: boolean;
  value: number;
}

/** The moves of a ranking one by one, best first. */
export function rankedMoves({ moves, documents, indices, values }: Ranking): RankedMove[] {
  return Array.from(indices, (move, place) => {
    const document = documents[place] as number;
    const { units, starts, sentences, openingUnits } = moves[document] as Moves;
    return {
      document,
      sentence: sentences[move] as number,
      units: [...units.subarray(starts[move], starts[move + 1])],
      opens: (openingUnits[move] as number) > 0,
      value: values[place] as number,
    };
  });
}
