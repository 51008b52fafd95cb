import type { QualityResult } from "./result.js";

/**
 * Puts a run of some systems into an earlier run: what was measured again replaces what was there. Both must be of
 * one model and the same questions.
 *
 * @throws Error Where they are not.
 */
export function mergeResults(earlier: QualityResult, current: QualityResult): QualityResult {
  if (earlier.model.fingerprint !== current.model.fingerprint) {
    throw new Error(
      `Expected results of model ${current.model.fingerprint} to merge into, got ${earlier.model.fingerprint}.`,
    );
  }
  for (const { name, ids } of current.sets) {
    const before = earlier.sets.find((set) => set.name === name);
    if (before && before.ids.join() !== ids.join()) throw new Error(`Expected the same questions of ${name} to merge.`);
  }
  const isAgain = new Set(current.points.map(({ system, set }) => JSON.stringify([system, set])));
  const measured = new Set(current.points.map(({ system }) => system));
  const timed = new Set(current.times.map(({ system }) => system));
  const others = <T extends { system: string }>(items: readonly T[], names: ReadonlySet<string>) =>
    items.filter(({ system }) => !names.has(system));
  const newSets = current.sets.filter(({ name }) => !earlier.sets.some((set) => set.name === name));
  return {
    ...current,
    systems: current.systems,
    sets: [...earlier.sets, ...newSets],
    points: [
      ...earlier.points.filter(({ system, set }) => !isAgain.has(JSON.stringify([system, set]))),
      ...current.points,
    ],
    losses: [...others(earlier.losses, measured), ...current.losses],
    domains: { ...current.domains, rows: [...others(earlier.domains.rows, measured), ...current.domains.rows] },
    labels: current.labels ?? earlier.labels,
    times: [...others(earlier.times, timed), ...current.times],
    graded: [...others(earlier.graded, new Set(current.graded.map(({ system }) => system))), ...current.graded],
  };
}
