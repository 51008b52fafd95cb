import { untilAborted } from "../runtime/until-aborted.js";
import type { EncodedText } from "../types.js";
import type { ScoreCache } from "./cache.js";

/** A cache as it is used: it never throws, and what it gives has the form of scores. */
export interface GuardedCache {
  /** @throws The signal's reason */
  get(key: string, signal?: AbortSignal): Promise<EncodedText | undefined>;
  set(key: string, value: EncodedText): Promise<void>;
}

/**
 * A guard around a cache, which may be the caller's own: what it throws, and an answer that is no scores (`null`, numbers
 * that are none), is a miss.
 */
export function guardCache(cache: ScoreCache): GuardedCache {
  return {
    async get(key, signal) {
      const stored = untilAborted(answerOf(cache, key), signal);
      const value = await stored.catch(() => undefined);
      signal?.throwIfAborted();
      return isEncodedText(value) ? value : undefined;
    },
    async set(key, value) {
      try {
        await cache.set(key, value);
      } catch {
        // Lost: the text is encoded again.
      }
    },
  };
}

/** What a cache throws at once is a rejection, too. */
async function answerOf(cache: ScoreCache, key: string): Promise<unknown> {
  return cache.get(key);
}

function isEncodedText(value: unknown): value is EncodedText {
  if (typeof value !== "object" || value === null) return false;
  const { keep, core, pivot, vectors, dimension } = value as Partial<EncodedText>;
  return Number.isInteger(dimension) && [keep, core, pivot, vectors].every(isNumbers);
}

/** By its name: a caller's own code may run in another realm, as under Jest. */
function isNumbers(array: unknown): boolean {
  return (
    Object.prototype.toString.call(array) === "[object Float32Array]" && (array as Float32Array).every(Number.isFinite)
  );
}
