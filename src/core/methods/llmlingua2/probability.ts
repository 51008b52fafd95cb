/**
 * A probability as the reference holds it: the model's are 32-bit floats, forced ones are Python's 1.0. The
 * difference decides how sums and thresholds round.
 */
export interface PieceProbability {
  value: number;
  /** True for a 32-bit float. */
  single: boolean;
}

/** The mean, rounded step by step as NumPy rounds it: one 32-bit float makes the whole sum one. */
export function meanProbability(parts: readonly PieceProbability[]): PieceProbability {
  let sum = 0;
  let single = false;
  for (const part of parts) {
    single ||= part.single;
    sum = single ? Math.fround(sum + part.value) : sum + part.value;
  }
  const mean = sum / parts.length;
  return { value: single ? Math.fround(mean) : mean, single };
}

/** True where no piece of the model's own went in. */
export function isSurelyKept(probability: PieceProbability): boolean {
  return !probability.single && probability.value === 1;
}
