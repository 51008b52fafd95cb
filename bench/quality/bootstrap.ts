import { quantile, randomStream } from "../latency/statistics.js";

/** A mean with its 95% interval. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
}

const DRAWS = 1000;
/** With fewer groups than this an interval over groups says nothing: then it is over values. */
const FEWEST_GROUPS = 8;

/**
 * The mean of values and its 95% percentile interval, by drawing groups (documents, not questions: questions on
 * one document stand or fall together) with replacement. The same values give the same interval.
 */
export function bootstrapMean(values: readonly number[], groups: readonly string[]): Interval {
  const isGrouped = new Set(groups).size >= FEWEST_GROUPS;
  const byGroup = new Map<string, { sum: number; count: number }>();
  for (const [index, value] of values.entries()) {
    const name = isGrouped ? (groups[index] as string) : String(index);
    const group = byGroup.get(name) ?? { sum: 0, count: 0 };
    group.sum += value;
    group.count += 1;
    byGroup.set(name, group);
  }
  const list = [...byGroup.values()];
  const random = randomStream(values.length);
  const means = Array.from({ length: DRAWS }, () => {
    let sum = 0;
    let count = 0;
    for (let draw = 0; draw < list.length; draw += 1) {
      const group = list[Math.floor(random() * list.length)] as (typeof list)[number];
      sum += group.sum;
      count += group.count;
    }
    return sum / count;
  });
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, low: quantile(means, 0.025), high: quantile(means, 0.975) };
}
