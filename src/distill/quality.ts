import { InvalidOptionError } from "../core/errors.js";
import { type Annotation, LABEL } from "./annotate.js";

/** How well one annotated pair can be trusted; Variation Rate and Alignment Gap of LLMLingua-2 (arXiv 2403.12968, quality control). */
export interface QualityScores {
  /** Share of the compression's words that the source does not hold: what the teacher invented. 0..1 */
  variationRate: number;
  /** Share of the source's words that are labelled kept or core. 0..1 */
  matchingRate: number;
  /** Compressed words that the source holds, over the source's words. 0..1 unless the teacher repeats itself */
  hittingRate: number;
  /** Hitting rate less matching rate: 0 where every word was found again, large where labels are missing. */
  alignmentGap: number;
}

/** Why a pair was left out. */
export type QualityReason = "variation-rate" | "alignment-gap";

/** What the filter left out, and where it drew the lines. */
export interface QualityReport {
  pairs: number;
  kept: number;
  /** Left out, by reason; a pair that fails both counts under the first. */
  dropped: Record<QualityReason, number>;
  /** Pairs with a Variation Rate of exactly 0. */
  exact: number;
  /** The lowest score that was left out; null where none was. */
  cut: Record<QualityReason, number | null>;
  mean: { variationRate: number; alignmentGap: number };
}

/** Shares of all pairs that the filter leaves out unless told otherwise, as in the paper. */
export const DEFAULT_SHARES: Readonly<Record<QualityReason, number>> = { "variation-rate": 0.05, "alignment-gap": 0.1 };

export interface QualityOptions {
  /** Share of all pairs to leave out for the highest Variation Rate, 0..1. @default 0.05 */
  variationShare?: number;
  /** Share of all pairs to leave out for the highest Alignment Gap, 0..1. @default 0.1 */
  gapShare?: number;
}

/**
 * Variation Rate and Alignment Gap of one annotated pair, as the paper defines them:
 * VR = |{w in compressed: w not in source}| / |compressed|,
 * HR = |{w in compressed: w in source}| / |source|, MR = |{w in source: labelled}| / |source|, AG = HR - MR.
 * Letter case makes no difference to whether the source holds a word, as in the reference implementation.
 */
export function measureQuality(source: string, annotation: Annotation): QualityScores {
  const surfaces = new Set(annotation.words.map((word) => source.slice(word.start, word.end).toLowerCase()));
  const found = annotation.compressed.filter((word) => surfaces.has(word.surface.toLowerCase())).length;
  const labelled = annotation.labels.reduce((sum, label) => sum + (label === LABEL.dropped ? 0 : 1), 0);
  const sourceLength = annotation.words.length;
  const compressedLength = annotation.compressed.length;
  const matchingRate = sourceLength === 0 ? 0 : labelled / sourceLength;
  const hittingRate = sourceLength === 0 ? 0 : found / sourceLength;
  return {
    variationRate: compressedLength === 0 ? 0 : (compressedLength - found) / compressedLength,
    matchingRate,
    hittingRate,
    alignmentGap: sourceLength === 0 ? 0 : (found - labelled) / sourceLength,
  };
}

/**
 * Decides which pairs to train on: out go the highest 5% by Variation Rate and the highest 10% by Alignment
 * Gap, shares of all pairs, as in the paper. A score of 0 is never a reason: a clean teacher has many exact
 * zeros, and then fewer pairs go.
 */
export function filterByQuality(
  scores: readonly QualityScores[],
  options: QualityOptions = {},
): { reasons: (QualityReason | undefined)[]; report: QualityReport } {
  const { variationShare = DEFAULT_SHARES["variation-rate"], gapShare = DEFAULT_SHARES["alignment-gap"] } = options;
  for (const [name, share] of Object.entries({ variationShare, gapShare })) {
    if (!(share >= 0 && share <= 1)) {
      throw new InvalidOptionError(`Expected \`${name}\` to be in [0, 1], got \`${share}\`.`);
    }
  }
  const variation = worst(
    scores.map((score) => score.variationRate),
    variationShare,
  );
  const gap = worst(
    scores.map((score) => score.alignmentGap),
    gapShare,
  );
  const reasons = scores.map((_, index): QualityReason | undefined =>
    variation.has(index) ? "variation-rate" : gap.has(index) ? "alignment-gap" : undefined,
  );
  const lowest = (chosen: ReadonlySet<number>, pick: (score: QualityScores) => number) =>
    chosen.size === 0 ? null : Math.min(...Array.from(chosen, (index) => pick(scores[index] as QualityScores)));
  return {
    reasons,
    report: {
      pairs: scores.length,
      kept: reasons.filter((reason) => reason === undefined).length,
      dropped: {
        "variation-rate": reasons.filter((reason) => reason === "variation-rate").length,
        "alignment-gap": reasons.filter((reason) => reason === "alignment-gap").length,
      },
      exact: scores.filter((score) => score.variationRate === 0).length,
      cut: {
        "variation-rate": lowest(variation, (score) => score.variationRate),
        "alignment-gap": lowest(gap, (score) => score.alignmentGap),
      },
      mean: {
        variationRate: mean(scores.map((score) => score.variationRate)),
        alignmentGap: mean(scores.map((score) => score.alignmentGap)),
      },
    },
  };
}

/** Indices of the highest `share` of the values, never one at or below 0; of equal values the earlier goes first. */
function worst(values: readonly number[], share: number): Set<number> {
  const order = values.map((_, index) => index).filter((index) => (values[index] as number) > 0);
  order.sort((a, b) => (values[b] as number) - (values[a] as number) || a - b);
  return new Set(order.slice(0, Math.floor(values.length * share)));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
