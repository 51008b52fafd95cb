import type { Sieve } from "../../src/core/index.js";
import { annotate, LABEL } from "../../src/distill/annotate.js";
import { readLines } from "./data.js";

/** How well scores tell words apart that the teacher kept (or kept as core) from the others. */
export interface LabelScores {
  /** Area under the receiver operating characteristic, 0.5 for chance. */
  auc: number;
  /** At 0.5 for keep; at the share of core words for core. */
  f1: number;
}

/** Per domain and over all: keep and core of every word of the held teacher compressions. */
export type LabelReport = Record<string, { words: number; keep: LabelScores; core: LabelScores }>;

interface Scored {
  keep: number;
  core: number;
  label: number;
}

/** @param limit Most passages, spread evenly. */
export async function scoreLabels(sieve: Sieve, limit: number): Promise<LabelReport> {
  const pairs = readLines<{ domain?: string; original?: string; compressed?: string }>("distil/pairs.dev.jsonl.gz");
  const whole = pairs.filter(({ original, compressed }) => original && compressed);
  const step = Math.max(1, whole.length / limit);
  const byDomain = new Map<string, Scored[]>();
  for (let index = 0; index < Math.min(limit, whole.length); index += 1) {
    const { domain = "", original = "", compressed = "" } = whole[Math.floor(index * step)] as (typeof whole)[number];
    const { labels } = annotate(original, compressed);
    const result = await sieve.compress({ documents: [original], kind: "prose", rate: 1, explain: true });
    const words = result.documents[0]?.words ?? [];
    if (words.length !== labels.length) throw new Error(`Expected ${labels.length} words, got ${words.length}.`);
    const scored = byDomain.get(domain) ?? [];
    byDomain.set(domain, scored);
    for (const [place, { keep, core }] of words.entries()) scored.push({ keep, core, label: labels[place] as number });
  }
  const domains = [...byDomain.entries()].sort(([a], [b]) => a.localeCompare(b));
  const all = domains.flatMap(([, scored]) => scored);
  return Object.fromEntries([["all", all] as const, ...domains].map(([name, scored]) => [name, report(scored)]));
}

function report(scored: readonly Scored[]): LabelReport[string] {
  const isKept = scored.map(({ label }) => label >= LABEL.kept);
  const isCore = scored.map(({ label }) => label === LABEL.core);
  const keep = scored.map((word) => word.keep);
  const core = scored.map((word) => word.core);
  const coreCount = isCore.filter(Boolean).length;
  const border = [...core].sort((a, b) => b - a)[Math.max(0, coreCount - 1)] ?? 1;
  return {
    words: scored.length,
    keep: { auc: areaUnderCurve(keep, isKept), f1: f1(keep, isKept, 0.5) },
    core: { auc: areaUnderCurve(core, isCore), f1: f1(core, isCore, border) },
  };
}

/** Chance that a positive scores above a negative; ties count half. */
export function areaUnderCurve(scores: readonly number[], isPositive: readonly boolean[]): number {
  const order = scores.map((_, index) => index).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  let rankSum = 0;
  let positives = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && scores[order[end] as number] === scores[order[start] as number]) end += 1;
    for (const index of order.slice(start, end)) {
      if (!isPositive[index]) continue;
      positives += 1;
      rankSum += (start + end + 1) / 2;
    }
    start = end;
  }
  const negatives = order.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Harmonic mean of precision and recall of "at least the border". */
export function f1(scores: readonly number[], isPositive: readonly boolean[], border: number): number {
  let hits = 0;
  let claimed = 0;
  let positives = 0;
  for (const [index, score] of scores.entries()) {
    if (score >= border) claimed += 1;
    if (isPositive[index]) positives += 1;
    if (score >= border && isPositive[index]) hits += 1;
  }
  return claimed + positives === 0 ? 0 : (2 * hits) / (claimed + positives);
}
