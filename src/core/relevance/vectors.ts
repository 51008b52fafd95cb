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
    const product = dot(vectors.steps, sentence * dimension, question, dimension);
    const cosine = product * 2 ** (vectors.exponents[sentence] ?? 0);
    logits[sentence] = calibration.scale * cosine + calibration.bias;
  }
  return logits;
}

/** Scalar product of a row of `steps` and a vector: four sums at once, so that none waits for the one before it. */
function dot(steps: Int8Array, row: number, vector: Float32Array, length: number): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let column = 0;
  for (; column + 3 < length; column += 4) {
    const at = row + column;
    first += (steps[at] as number) * (vector[column] as number);
    second += (steps[at + 1] as number) * (vector[column + 1] as number);
    third += (steps[at + 2] as number) * (vector[column + 2] as number);
    fourth += (steps[at + 3] as number) * (vector[column + 3] as number);
  }
  for (; column < length; column += 1) first += (steps[row + column] as number) * (vector[column] as number);
  return first + second + (third + fourth);
}
