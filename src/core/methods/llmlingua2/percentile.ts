/**
 * `numpy.percentile` with linear interpolation, to the last bit: whether a word is on its threshold or
 * above it is decided by the rounding.
 *
 * @param values At least one value.
 * @param percent 0 to 100.
 * @param single True if the reference's array holds 32-bit floats: each step is then rounded to one.
 */
export function percentile(values: readonly number[], percent: number, single: boolean): number {
  const round = single ? Math.fround : (value: number) => value;
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * (percent / 100);
  const below = Math.min(Math.floor(place), sorted.length - 1);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  const weight = place - below;
  const difference = round(high - low);
  if (weight >= 0.5) return round(high - round(difference * round(1 - weight)));
  return round(low + round(difference * round(weight)));
}
