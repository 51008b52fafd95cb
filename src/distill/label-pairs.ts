import { InvalidOptionError } from "../core/errors.js";
import { type AnnotateOptions, type Annotation, annotate, LABEL } from "./annotate.js";
import type { Pair } from "./pair.js";
import {
  filterByQuality,
  measureQuality,
  type QualityOptions,
  type QualityReason,
  type QualityReport,
  type QualityScores,
} from "./quality.js";
import { cutForTraining, type TrainingText } from "./training-text.js";

/** One labelled passage, as training reads it. */
export interface LabelledPassage extends TrainingText {
  id: string;
  domain: string;
  document: string;
  /** One label per word: 0 dropped, 1 kept, 2 core. */
  labels: number[];
  /** Weight of the passage's loss. */
  weight: number;
}

/** How much there is in a set of labelled passages. */
export interface LabelCounts {
  passages: number;
  words: number;
  sentences: number;
  /** Words labelled kept or core. */
  kept: number;
  /** Words labelled core. */
  core: number;
}

export interface LabelledPairs {
  /** The passages that the quality filter kept, in order. */
  passages: LabelledPassage[];
  counts: LabelCounts;
  /** Scores and fate of every pair, kept or not, in order. */
  quality: { id: string; scores: QualityScores; reason: QualityReason | undefined }[];
  report: QualityReport;
}

/**
 * Labels pairs, and leaves out the ones that {@link filterByQuality} does not trust; shares of 0 keep all.
 *
 * @throws {InvalidOptionError} naming the pair that has no texts
 */
export function labelPairs(pairs: readonly Pair[], options: AnnotateOptions & QualityOptions = {}): LabelledPairs {
  const annotations = pairs.map((pair, index) => {
    if (typeof pair?.original !== "string" || typeof pair.compressed !== "string") {
      const name = pair?.id ?? `number ${index + 1}`;
      throw new InvalidOptionError(
        `Expected each pair to have an \`original\` and a \`compressed\`, got pair ${name}.`,
      );
    }
    return annotate(pair.original, pair.compressed, options);
  });
  const scores = pairs.map((pair, index) => measureQuality(pair.original, annotations[index] as Annotation));
  const { reasons, report } = filterByQuality(scores, options);
  const passages: LabelledPassage[] = [];
  const counts = { passages: 0, words: 0, sentences: 0, kept: 0, core: 0 };
  pairs.forEach((pair, index) => {
    if (reasons[index] !== undefined) return;
    const { words, sentences, labels } = annotations[index] as Annotation;
    passages.push({
      id: pair.id,
      domain: pair.domain ?? "",
      document: pair.document ?? pair.id,
      ...cutForTraining(pair.original, words, sentences),
      labels: [...labels],
      weight: 1,
    });
    counts.passages += 1;
    counts.words += words.length;
    counts.sentences += sentences.length;
    for (const label of labels) {
      if (label !== LABEL.dropped) counts.kept += 1;
      if (label === LABEL.core) counts.core += 1;
    }
  });
  const quality = pairs.map((pair, index) => ({
    id: pair.id,
    scores: scores[index] as QualityScores,
    reason: reasons[index],
  }));
  return { passages, counts, quality, report };
}
