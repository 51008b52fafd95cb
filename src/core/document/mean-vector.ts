import type { AnalyzedDocument } from "./types.js";

/** A text's vector, of unit length: the mean of its sentences' vectors, weighted by their words. */
export function meanVector({ vectors, sentences, dimension }: AnalyzedDocument): Float32Array {
  const mean = new Float32Array(dimension);
  for (const [index, { firstWord, endWord }] of sentences.entries()) {
    const weight = (endWord - firstWord) * 2 ** (vectors.exponents[index] ?? 0);
    for (let column = 0; column < dimension; column += 1) {
      mean[column] = (mean[column] as number) + weight * (vectors.steps[index * dimension + column] as number);
    }
  }
  const length = Math.hypot(...mean);
  return length === 0 ? mean : mean.map((component) => component / length);
}
