import type { AnalyzedDocument } from "../document/types.js";
import type { ModelView } from "./types.js";

/**
 * Log-odds of each sentence of a document: the calibrated cosine of its vector and the question's, both by the model
 * that read it.
 *
 * @param views The question by each model, by its number in `readBy`.
 * @returns NaN for a sentence that cannot be compared so.
 */
export function cosineLogits(
  { vectors, sentences, dimension, readBy }: AnalyzedDocument,
  views: readonly (ModelView | undefined)[],
): Float32Array {
  const logits = new Float32Array(sentences.length).fill(Number.NaN);
  for (let sentence = 0; sentence < sentences.length; sentence += 1) {
    const view = views[readBy[sentence] as number];
    if (!view) continue;
    const { vector: question, calibration } = view;
    const row = sentence * dimension;
    let cosine = 0;
    for (let column = 0; column < dimension; column += 1)
      cosine += (vectors.steps[row + column] as number) * (question[column] as number);
    cosine *= 2 ** (vectors.exponents[sentence] ?? 0);
    logits[sentence] = calibration.scale * cosine + calibration.bias;
  }
  return logits;
}
