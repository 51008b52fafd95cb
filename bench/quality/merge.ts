import type { QualityResult } from "./result.js";

/**
 * Puts a run of some systems into an earlier run: what was measured again replaces what was there. Both must be of the
 * same questions. Where the model is another, all that depends on it must be measured again, save slow systems; the rest
 * is taken over, and the result says from when.
 *
 * @throws Error Where the questions differ, or a quick own system of another model was not measured again.
 */
export function mergeResults(earlier: QualityResult, current: QualityResult): QualityResult {
  for (const { name, ids } of current.sets) {
    const before = earlier.sets.find((set) => set.name === name);
    if (before && before.ids.join() !== ids.join()) throw new Error(`Expected the same questions of ${name} to merge.`);
  }
  const isAgain = new Set(current.points.map(({ system, set }) => JSON.stringify([system, set])));
  const measured = new Set(current.points.map(({ system }) => system));
  const timed = new Set(current.times.map(({ system }) => system));
  const isOther = earlier.model.fingerprint !== current.model.fingerprint;
  if (isOther) expectOwnAgain(earlier, current, isAgain);
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
    takenOver: takenOver(earlier, measured, isOther),
  };
}

/** What depends on the model and is quick must be of one model. */
function expectOwnAgain(earlier: QualityResult, current: QualityResult, isAgain: ReadonlySet<string>): void {
  const isBound = new Set(earlier.systems.filter(({ kind, slow }) => kind === "own" && !slow).map(({ name }) => name));
  const left = earlier.points.find(
    ({ system, set }) => isBound.has(system) && !isAgain.has(JSON.stringify([system, set])),
  );
  if (left) {
    throw new Error(
      `Expected ${left.system} to be measured again on ${left.set}: the results are of model ${earlier.model.fingerprint}, not ${current.model.fingerprint}.`,
    );
  }
}

function takenOver(
  earlier: QualityResult,
  measured: ReadonlySet<string>,
  isOther: boolean,
): NonNullable<QualityResult["takenOver"]> {
  const before = (earlier.takenOver ?? []).map((run) => ({
    ...run,
    systems: run.systems.filter((system) => !measured.has(system)),
  }));
  const known = new Set(before.flatMap(({ systems }) => systems));
  const systems = [...new Set(earlier.points.map(({ system }) => system))].filter(
    (system) => !measured.has(system) && !known.has(system),
  );
  const { date, commit } = earlier.machine;
  const model = `${earlier.model.name} ${earlier.model.version} (${earlier.model.fingerprint})`;
  const runs = isOther ? [...before, { systems, date, commit, model }] : before;
  return runs.filter((run) => run.systems.length > 0);
}
