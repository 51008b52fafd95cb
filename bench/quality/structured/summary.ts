import { STRUCTURED_SHARES, type StructuredMeasure } from "./measure-structured.js";

/** What is stored of a run. Shares are of the texts' tokens; figures go with them, in their order. */
export interface StructuredSummary {
  texts: number;
  questions: number;
  shares: readonly number[];
  /** Share of the outputs that are valid, empty ones aside; NaN is written as null. */
  valid: { withoutQuestion: number[]; withQuestion: number[] };
  /** Outputs over their ceiling, and empty ones, of all. */
  over: number;
  empty: number;
  outputs: number;
  /** Share of the lines that may not be missed that are kept without a question. */
  must: number[];
  /** Share of the questions whose answer is kept, with all that says whose it is, by system. */
  attributed: Record<string, number[]>;
}

/** Sums a run up. */
export function summarize({ outcomes, answers }: StructuredMeasure): StructuredSummary {
  const share = (rows: readonly boolean[]) => Number((rows.filter(Boolean).length / rows.length).toFixed(4));
  const valid = (hasQuestion: boolean) =>
    STRUCTURED_SHARES.map((at) =>
      share(
        outcomes
          .filter((one) => one.share === at && one.hasQuestion === hasQuestion && !one.isEmpty)
          .map(({ faults }) => faults.length === 0),
      ),
    );
  return {
    texts: new Set(outcomes.map(({ id }) => id)).size,
    questions: new Set(answers.map(({ id }) => id)).size,
    shares: STRUCTURED_SHARES,
    valid: { withoutQuestion: valid(false), withQuestion: valid(true) },
    over: outcomes.filter(({ isOver }) => isOver).length,
    empty: outcomes.filter(({ isEmpty }) => isEmpty).length,
    outputs: outcomes.length,
    must: STRUCTURED_SHARES.map((at) => {
      const blind = outcomes.filter((one) => one.share === at && !one.hasQuestion);
      const sum = (of: "kept" | "wanted") => blind.reduce((total, { must }) => total + must[of], 0);
      return Number((sum("kept") / sum("wanted")).toFixed(4));
    }),
    attributed: Object.fromEntries(
      [...new Set(answers.map(({ system }) => system))].map((system) => [
        system,
        STRUCTURED_SHARES.map((at) =>
          share(answers.filter((one) => one.system === system && one.share === at).map(({ attributed }) => attributed)),
        ),
      ]),
    ),
  };
}

/** Why a run must not pass: outputs that are not valid, or over their ceiling. */
export function failuresOf({ outcomes }: StructuredMeasure): string[] {
  return outcomes.flatMap(({ id, share, hasQuestion, faults, isOver }) =>
    [...faults, ...(isOver ? ["over the ceiling"] : [])].map(
      (fault) => `${id} at ${100 * share}%${hasQuestion ? " with a question" : ""}: ${fault}`,
    ),
  );
}
