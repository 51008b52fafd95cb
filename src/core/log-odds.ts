/** Log-odds of a document without a sentence: next to no relevance. */
const LEAST_LOG_ODDS = -20;

/** Probability of log-odds. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** Log-odds of a probability; infinite at 0 and 1. */
export function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

/** Log-odds of a document: those of its best sentence. */
export function bestOf(logits: Float32Array): number {
  return logits.reduce((best, own) => Math.max(best, own), LEAST_LOG_ODDS);
}
