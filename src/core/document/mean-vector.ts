import type { EncodedDocument } from "../types.js";

/** A text's vector, of unit length: the mean of its sentences' vectors, weighted by their words. */
export function meanVector({ vectors, sentences, dimension }: EncodedDocument): Float32Array {
  const mean = new Float32Array(dimension);
  for (const [index, { firstWord, endWord }] of sentences.entries()) {
    for (let column = 0; column < dimension; column += 1) {
      mean[column] = (mean[column] as number) + (endWord - firstWord) * (vectors[index * dimension + column] as number);
    }
  }
  const length = Math.hypot(...mean);
  return length === 0 ? mean : mean.map((component) => component / length);
}
