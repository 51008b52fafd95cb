import { createSieve } from "../../src/core/index.js";
import { machineFacts } from "../machine.js";
import { readSet } from "./cases.js";
import { hasData, type QuestionSet } from "./data.js";
import { type GradedPoint, gradeSystem } from "./grade-systems.js";
import { scoreLabels } from "./label-scores.js";
import type { LlmEndpoint } from "./llm-grader.js";
import { measureSet, type Point } from "./measure-set.js";
import type { MustKeep } from "./metrics.js";
import { openSystem } from "./open-system.js";
import type { QualityResult } from "./result.js";
import { type OpenOptions, PeerAbsentError, type System, type SystemConfig } from "./system.js";
import { timeSystems } from "./time-systems.js";

/** What is measured; `plan.json` holds the committed sizes. */
export interface QualityPlan {
  shares: number[];
  mustKeepShare: number;
  mustKeepCases: number;
  /** Most questions of each set. */
  sets: Record<string, number>;
  labelPassages: number;
  timedCases: number;
  timedSet: string;
  domainSet: string;
  domainShare: number;
}

export interface MeasureQualityOptions {
  plan: QualityPlan;
  systems: readonly SystemConfig[];
  model: string;
  isQuick: boolean;
  /** False to take the times only. */
  isAnswered: boolean;
  /** Lets a language model answer from what is kept at `share`. */
  llm?: { endpoint: LlmEndpoint; share: number; questions: number } | undefined;
  log(line: string): void;
}

/** Measures systems on question sets, one system after the other, then their times, in turns. */
export async function measureQuality(options: MeasureQualityOptions): Promise<QualityResult> {
  const { plan, systems, model, isQuick, isAnswered, llm, log } = options;
  const sets = Object.entries(plan.sets).flatMap(([name, limit]) => readSet(name, limit) ?? []);
  const lossPlan = { share: plan.mustKeepShare, cases: plan.mustKeepCases };
  const absent: string[] = [];
  const points: Point[] = [];
  const losses: QualityResult["losses"] = [];
  const graded: GradedPoint[] = [];
  for (const set of llm ? sets : []) {
    if (llm) graded.push(await gradeSystem(llm.endpoint, "full context", undefined, set, llm.share, llm.questions));
  }
  for (const config of systems.filter(({ answersOf }) => isAnswered && answersOf === undefined)) {
    const system = await open(config, { model, forgetful: false }, absent);
    if (!system) continue;
    const counts: QualityResult["losses"][number] = { system: config.name, share: lossPlan.share, counts: {} };
    for (const set of sets) {
      log(`${config.name}: ${set.name}`);
      const measured = await measureSet(config, system, set, plan.shares, lossPlan);
      points.push(...measured.points);
      for (const [kind, { found, lost }] of Object.entries(measured.losses)) {
        const sum = counts.counts[kind as MustKeep] ?? { found: 0, lost: 0 };
        counts.counts[kind as MustKeep] = { found: sum.found + found, lost: sum.lost + lost };
      }
      if (llm) graded.push(await gradeSystem(llm.endpoint, config.name, system, set, llm.share, llm.questions));
    }
    losses.push(counts);
    await system.close();
  }
  const times = await takeTimes(options);
  const sieve = await createSieve({ model });
  const { info } = sieve;
  log("labels");
  const labels = hasData() && isAnswered ? await scoreLabels(sieve, plan.labelPassages) : undefined;
  await sieve.dispose();
  return {
    machine: machineFacts(),
    model: { name: info.model, version: info.version, dtype: info.dtype, fingerprint: info.fingerprint },
    quick: isQuick,
    systems: [...systems],
    absent,
    sets: sets.map(({ name, cases }) => ({
      name,
      ids: cases.map(({ id }) => id),
      groups: cases.map(({ group }) => group),
    })),
    points,
    losses,
    domains: byDomain(plan, points, sets),
    labels,
    timedSet: plan.timedSet,
    times,
    graded,
  };
}

async function open(config: SystemConfig, options: OpenOptions, absent: string[]): Promise<System | undefined> {
  try {
    return await openSystem(config, options);
  } catch (error) {
    if (!(error instanceof PeerAbsentError)) throw error;
    absent.push(error.message);
    return undefined;
  }
}

async function takeTimes({ plan, systems, model, log }: MeasureQualityOptions): Promise<QualityResult["times"]> {
  const set = plan.timedCases > 0 ? readSet(plan.timedSet, plan.timedCases) : undefined;
  if (!set) return [];
  log("times");
  const opened = new Map<string, System>();
  for (const config of systems) {
    const system = await open(config, { model, forgetful: true }, []);
    if (system) opened.set(config.name, system);
  }
  const times = await timeSystems(opened, set, plan.shares);
  for (const system of opened.values()) await system.close();
  return times;
}

function byDomain(plan: QualityPlan, points: readonly Point[], sets: readonly QuestionSet[]): QualityResult["domains"] {
  const groups = sets.find(({ name }) => name === plan.domainSet)?.cases.map(({ group }) => group) ?? [];
  const rows = points
    .filter(({ set, share }) => set === plan.domainSet && share === plan.domainShare)
    .map(({ system, outcomes }) => {
      const byDomain: Record<string, { questions: number; survival: number }> = {};
      for (const domain of new Set(groups)) {
        const own = groups.flatMap((group, index) =>
          group === domain && outcomes[index] !== "-" ? [Number(outcomes[index])] : [],
        );
        if (own.length === 0) continue;
        byDomain[domain] = { questions: own.length, survival: own.reduce((sum, value) => sum + value, 0) / own.length };
      }
      return { system, byDomain };
    });
  return { set: plan.domainSet, share: plan.domainShare, rows };
}
