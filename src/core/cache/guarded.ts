import { untilAborted } from "../runtime/until-aborted.js";
import type { EncodedText } from "../types.js";
import type { ScoreCache, ScoreClaim } from "./cache.js";

/** A cache as it is used: it never throws, and what it gives has the form of scores. */
export interface GuardedCache {
  /** @throws The signal's reason */
  get(key: string, signal?: AbortSignal): Promise<EncodedText | undefined>;
  /**
   * Encodes a text under the cache's claim, if it has such, and keeps the scores; or takes those that another process
   * stored meanwhile.
   *
   * @param fits Whether scores are of the text.
   * @throws What `encode` throws, or the signal's reason
   */
  encodeOnce(
    key: string,
    encode: () => Promise<EncodedText>,
    fits: (scores: EncodedText) => boolean,
    signal: AbortSignal,
  ): Promise<{ scores: EncodedText; hit: boolean }>;
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
    async encodeOnce(key, encode, fits, signal) {
      const claim = await claimOf(cache, key, signal);
      if (isEncodedText(claim) && fits(claim)) return { scores: claim, hit: true };
      try {
        const scores = await encode();
        await forgiven(() => cache.set(key, scores));
        return { scores, hit: false };
      } finally {
        await forgiven(() => (claim as Partial<ScoreClaim> | undefined)?.release?.());
      }
    },
  };
}

/** Undefined where the cache has no claims, or failed. */
async function claimOf(cache: ScoreCache, key: string, signal: AbortSignal): Promise<unknown> {
  try {
    return await cache.claim?.(key, signal);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** What fails in a cache is lost: the text is encoded again. */
async function forgiven(call: () => unknown): Promise<void> {
  try {
    await call();
  } catch {
    // Lost.
  }
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
  if (Object.prototype.toString.call(array) !== "[object Float32Array]") return false;
  // A callback for each number would make an object of it.
  for (let index = 0; index < (array as Float32Array).length; index += 1)
    if (!Number.isFinite((array as Float32Array)[index])) return false;
  return true;
}
