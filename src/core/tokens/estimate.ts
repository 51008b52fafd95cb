import type { PlannedDocument } from "../plan.js";
import type { Unit } from "../text/units.js";
import type { Parts } from "../turn.js";
import type { TokenCounter } from "./counter.js";

/** Code units per token of English text under current encodings: for counters too dear to ask. */
const UNITS_PER_TOKEN = 4;

const known = new WeakMap<PlannedDocument, Map<string, Float32Array>>();

/** Units that are counted in one go. */
const PART = 1024;

/**
 * Tokens of each unit with the space before it, counted alone: says where to look, never what is returned.
 * Remembered with the document's plan.
 */
export function* estimateInParts(plan: PlannedDocument, counter: TokenCounter): Parts<Float32Array> {
  const name = counter.cheap ? counter.name : "";
  const byCounter = known.get(plan) ?? new Map<string, Float32Array>();
  known.set(plan, byCounter);
  const remembered = byCounter.get(name);
  if (remembered) return remembered;
  const costs = new Float32Array(plan.units.length);
  for (const [index, unit] of plan.units.entries()) {
    costs[index] = estimate(plan, unit, counter);
    if (index % PART === PART - 1) yield;
  }
  byCounter.set(name, costs);
  return costs;
}

function estimate(
  { text, words }: PlannedDocument,
  { firstWord, endWord, trailWord }: Unit,
  counter: TokenCounter,
): number {
  const start = words[firstWord]?.start ?? 0;
  const end = words[endWord - 1]?.end ?? 0;
  if (!counter.cheap) return (end - start + 1) / UNITS_PER_TOKEN;
  const fragment = ` ${text.slice(start, end)}`;
  const count = counter.pieceCount?.(fragment) ?? (counter.count(fragment) as number);
  return count + (trailWord > endWord ? 0.5 : 0);
}
