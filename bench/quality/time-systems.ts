import { median } from "../latency/statistics.js";
import { countTokens, SEPARATOR } from "./baselines.js";
import type { QuestionSet } from "./data.js";
import type { System } from "./system.js";

/** Median milliseconds of a request at one share. */
export interface TimedPoint {
  system: string;
  share: number;
  ms: number;
  rounds: number[];
}

/**
 * Times systems on the same questions. Every system answers a question before the next one is asked, and each
 * time another one begins; nothing may be remembered between requests but what `prepare` did.
 */
export async function timeSystems(
  systems: ReadonlyMap<string, System>,
  { cases }: QuestionSet,
  shares: readonly number[],
): Promise<TimedPoint[]> {
  const rounds = new Map<string, Map<number, number[]>>();
  const names = [...systems.keys()];
  for (const [index, current] of cases.entries()) {
    const total = countTokens(current.documents.join(SEPARATOR));
    for (const [place, share] of shares.entries()) {
      for (let turn = 0; turn < names.length; turn += 1) {
        const name = names[(turn + index + place) % names.length] as string;
        const system = systems.get(name) as System;
        await system.prepare?.(current.documents);
        const started = performance.now();
        const { ms } = await system.compress({ ...current, share, ceiling: Math.max(1, Math.floor(share * total)) });
        const elapsed = ms ?? performance.now() - started;
        const byShare = rounds.get(name) ?? new Map<number, number[]>();
        rounds.set(name, byShare);
        // The first question warms up.
        if (index > 0) byShare.set(share, [...(byShare.get(share) ?? []), elapsed]);
      }
    }
  }
  return [...rounds].flatMap(([system, byShare]) =>
    [...byShare].map(([share, times]) => ({ system, share, ms: median(times), rounds: times })),
  );
}
