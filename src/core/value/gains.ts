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
export function questionGains(relevance: Float32Array | undefined): Float32Array | undefined {
  if (relevance === undefined) return undefined;
  const best = relevance.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  return relevance.map((own, sentence) => {
    const neighbour = Math.max(relevance[sentence - 1] ?? own, relevance[sentence + 1] ?? own);
    const lifted = own + NEIGHBOUR_SHARE * Math.max(0, neighbour - own);
    return RELEVANCE_WEIGHT * (lifted + DOCUMENT_SHARE * (best - lifted));
  });
}

/**
 * Value of a unit: `log(salience) + gain`, with the gain of its sentence from `questionGains`. Both terms are logarithms
 * of probabilities or odds, so the value is the logarithm of "kept anyway" times "needed now"; it depends on the unit's
 * document and the question alone, never on its neighbours in the request.
 */
export function unitValue(salience: number, gain: number): number {
  return logOfSalience(salience) + gain;
}

/** Natural logarithm of a salience, bounded from below. */
export function logOfSalience(salience: number): number {
  return Math.log(Math.max(salience, SMALLEST_SALIENCE));
}
