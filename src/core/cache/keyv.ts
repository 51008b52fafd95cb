import { InvalidOptionError } from "../errors.js";
import { base64Of, bytesOfBase64 } from "../runtime/base64.js";
import type { ScoreCache } from "./cache.js";
import { decodeEntry, encodeEntry } from "./codec.js";

/** What is used of a Keyv 5 instance: anything with these two methods will do. */
export interface KeyvLike {
  get(key: string): unknown;
  set(key: string, value: string): unknown;
}

/** How a Keyv store is used. */
export interface KeyvCacheOptions {
  /** Put before each key with a `-`, if one store serves several programs; letters, digits, `_`, `.`, `-`. */
  namespace?: string | undefined;
  /**
   * Milliseconds that the store may take for one answer; a slower one is a miss. After one timeout the store
   * is left alone for ten seconds, so that a store that is down costs a compression one wait and not one per document.
   * @default 1000
   */
  timeoutMs?: number | undefined;
  /** Told of calls that threw or took too long; Keyv itself keeps most errors to its `error` event. */
  onError?: ((error: unknown) => void) | undefined;
}

const PAUSE_MS = 10_000;

/**
 * Scores kept in any Keyv store (Redis, SQLite, files, ...), as base64 text, which every adapter carries. A
 * store that fails, hangs or holds something else is a miss: the text is encoded again.
 *
 * @example
 * const cache = keyvCache(new Keyv(new KeyvRedis("redis://localhost")), { namespace: "scores" });
 *
 * @throws InvalidOptionError if an option is out of its range
 */
export function keyvCache(keyv: KeyvLike, options: KeyvCacheOptions = {}): ScoreCache {
  const { prefix, timeoutMs, onError } = checkOptions(keyv, options);
  let pausedUntil = 0;

  const ask = async (call: () => unknown): Promise<unknown> => {
    if (performance.now() < pausedUntil) return undefined;
    try {
      return await withinTime(call, timeoutMs);
    } catch (error) {
      if (error instanceof StoreTimeoutError) pausedUntil = performance.now() + PAUSE_MS;
      try {
        onError?.(error);
      } catch {
        // The store has failed already: the caller is told no more of it.
      }
      return undefined;
    }
  };

  return {
    async get(key) {
      const stored = await ask(() => keyv.get(prefix + key));
      const bytes = bytesOfBase64(stored);
      return bytes && decodeEntry(key, bytes);
    },
    async set(key, value) {
      await ask(() => keyv.set(prefix + key, base64Of(encodeEntry(key, value))));
    },
  };
}

class StoreTimeoutError extends Error {
  override name = "StoreTimeoutError";
}

async function withinTime(call: () => unknown, timeoutMs: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  // The turn after the timer lets in an answer that came while the event loop was busy.
  const timeout = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(new StoreTimeoutError(`Expected the store to answer in ${timeoutMs} ms.`));
    timer = setTimeout(() => setImmediate(giveUp), timeoutMs);
  });
  try {
    return await Promise.race([call(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function checkOptions(keyv: KeyvLike, { namespace, timeoutMs = 1000, onError }: KeyvCacheOptions) {
  if (typeof keyv?.get !== "function" || typeof keyv.set !== "function") {
    throw new InvalidOptionError(`Expected \`keyv\` to be a Keyv instance, got \`${typeof keyv}\`.`);
  }
  if (namespace !== undefined && !/^[\w.-]+$/.test(namespace)) {
    throw new InvalidOptionError(
      `Expected \`namespace\` to be letters, digits, "_", "." and "-", got \`${namespace}\`.`,
    );
  }
  if (typeof timeoutMs !== "number" || !(timeoutMs > 0 && timeoutMs < 2 ** 31)) {
    throw new InvalidOptionError(`Expected \`timeoutMs\` to be above 0 and below 2^31, got \`${timeoutMs}\`.`);
  }
  return { prefix: namespace === undefined ? "" : `${namespace}-`, timeoutMs, onError };
}
