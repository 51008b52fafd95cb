import { expect, expectKnown, isInRange } from "../../core/index.js";
import type { ModelUsage } from "./types.js";

/** Whether the provider still has the beginning of the prompt in its cache. */
export type CacheState = "warm" | "cold";

/**
 * When a history is trimmed before it passes its ceiling. A cold cache must be written anew in any case: then a trim
 * costs nothing. On a warm one it is carried out as soon as what it saves on the calls to come repays what is written
 * again. Prices are of a token, in any unit, relative to a token that is not cached: only their ratio counts.
 */
export interface CachePolicy {
  /** As it is, or as the usage of the last call tells (undefined if no message carries one). */
  state: CacheState | ((usage: ModelUsage | undefined) => CacheState);
  /** Price of a token that is read from the cache, at least 0: 0.1 for most providers. */
  readPrice: number;
  /** Price of a token that is written, at least 0: 1.25 at Anthropic, 1 at OpenAI. */
  writePrice: number;
  /** Calls that are still to come, as far as the caller knows, at least 0. @default 10 */
  expectedCalls?: number | undefined;
}

const OPTIONS: Record<keyof CachePolicy, true> = {
  state: true,
  readPrice: true,
  writePrice: true,
  expectedCalls: true,
};
const DEFAULT_CALLS = 10;
/** A trim that takes away less than this share of the tokens is not worth its rewriting. */
const LEAST_GAIN = 0.1;

/** @throws InvalidOptionError */
export function checkCachePolicy(policy: CachePolicy | undefined): void {
  if (policy === undefined) return;
  expect(typeof policy === "object" && policy !== null, "promptCache", "an object", policy);
  expectKnown(policy, Object.keys(OPTIONS));
  const { state, readPrice, writePrice, expectedCalls = DEFAULT_CALLS } = policy;
  const isState = state === "warm" || state === "cold" || typeof state === "function";
  expect(isState, "promptCache.state", '"warm", "cold" or a function', state);
  for (const [name, value] of Object.entries({ readPrice, writePrice, expectedCalls })) {
    expect(isInRange(value, 0, Number.MAX_VALUE), `promptCache.${name}`, "a number of at least 0", value);
  }
}

/** Whether a history of so many tokens is to be trimmed to `lowTokens` now, although it is under its ceiling. */
export function trimsEarly(
  { state, readPrice, writePrice, expectedCalls = DEFAULT_CALLS }: CachePolicy,
  { tokens, lowTokens, usage }: { tokens: number; lowTokens: number; usage: ModelUsage | undefined },
): boolean {
  const gain = tokens - lowTokens;
  if (gain < LEAST_GAIN * tokens) return false;
  const now = typeof state === "function" ? state(usage) : state;
  if (now === "cold") return true;
  return gain * readPrice * expectedCalls > lowTokens * (writePrice - readPrice);
}
