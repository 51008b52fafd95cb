import type { AnalyzedDocument } from "../document/types.js";
import type { RelevanceCalibration } from "./types.js";

/** Log-odds of each sentence of a document: the calibrated cosine of its vector and the question's. */
export function cosineLogits(
  { vectors, sentences, dimension }: AnalyzedDocument,
  question: Float32Array,
  { scale, bias }: RelevanceCalibration,
): Float32Array {
  const logits = new Float32Array(sentences.length);
  for (let sentence = 0; sentence < sentences.length; sentence += 1) {
    const row = sentence * dimension;
    let cosine = 0;
    for (let column = 0; column < dimension; column += 1)
      cosine += (vectors[row + column] as number) * (question[column] as number);
    logits[sentence] = scale * cosine + bias;
  }
  return logits;
}
