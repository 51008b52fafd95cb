import type { RankedDocument } from "./types.js";

/** Weight of a sentence's log-odds of relevance against the log of a unit's salience. Tuned on training questions. */
const RELEVANCE_WEIGHT = 0.5;
const NEIGHBOUR_SHARE = 0.3;
const DOCUMENT_SHARE = 0.15;
const SMALLEST_SALIENCE = 1e-4;

/**
 * What a question adds to the value of each sentence's units: `RELEVANCE_WEIGHT` times the log-odds of the
 * sentence's relevance, lifted `NEIGHBOUR_SHARE` of the way to its better neighbour's (an answer often needs
 * the sentence before it), then `DOCUMENT_SHARE` of the way to the document's best. Undefined without a question.
 */
export function questionGains({ relevance, document }: RankedDocument): Float32Array | undefined {
  if (relevance === undefined) return undefined;
  const best = relevance.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  return relevance.map((own, sentence) => {
    // A row, a member or a line of code says nothing for the one beside it.
    const isProse = document.sentences[sentence]?.kind === "prose";
    if (!isProse) return RELEVANCE_WEIGHT * (own + DOCUMENT_SHARE * (best - own));
    const neighbour = Math.max(relevance[sentence - 1] ?? own, relevance[sentence + 1] ?? own);
    const lifted = own + NEIGHBOUR_SHARE * Math.max(0, neighbour - own);
    return RELEVANCE_WEIGHT * (lifted + DOCUMENT_SHARE * (best - lifted));
  });
}

/** With a question, what a grain that is no prose is worth without one counts this much less. */
const ASKED_PRIOR_SHARE = 0.3;

/** What the moves of each sentence are worth, by the logarithm of their salience: `offset + scale * log`. */
export interface SentenceValues {
  offsets: Float64Array;
  scales: Float64Array;
}

/**
 * Values of a document's sentences: what a question adds to each, and how much the salience of its words counts. What a
 * kind of text says of its grains says less once there is a question.
 */
export function sentenceValues(ranked: RankedDocument): SentenceValues {
  const { outline, sentences } = ranked.document;
  const gains = questionGains(ranked);
  const scales = new Float64Array(sentences.length).fill(1);
  if (gains && outline) {
    for (const [index, { kind }] of sentences.entries()) if (kind !== "prose") scales[index] = ASKED_PRIOR_SHARE;
  }
  return { offsets: gains ? Float64Array.from(gains) : new Float64Array(sentences.length), scales };
}

/** Natural logarithm of a salience, bounded from below. */
export function logOfSalience(salience: number): number {
  return Math.log(Math.max(salience, SMALLEST_SALIENCE));
}
