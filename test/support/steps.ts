import type { Moves, Ranking } from "../../src/core/value.js";

/** One move of a ranking, placed and valued. */
export interface Step {
  document: number;
  sentence: number;
  units: number[];
  opens: boolean;
  value: number;
}

/** The steps of a ranking one by one, best first. */
export function stepsOf({ moves, documents, indices, values }: Ranking): Step[] {
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
