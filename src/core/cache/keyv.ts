import { InvalidOptionError } from "../errors.js";
import { base64Of, bytesOfBase64 } from "../runtime/base64.js";
import type { ScoreCache } from "./cache.js";
import { claimScores, type ScoreLock } from "./claims.js";
import { decodeEntry, encodeEntry } from "./codec.js";

/** What is used of a Keyv 5 instance: anything with these two methods will do. */
export interface KeyvLike {
  get(key: string): unknown;
  set(key: string, value: string, ttlMs?: number): unknown;
}

/** How a Keyv store is used. */
export interface KeyvCacheOptions {
  /** Put before each key with a `-`, if one store serves several programs; letters, digits, `_`, `.`, `-`. */
  namespace?: string | undefined;
  /**
   * Milliseconds that the store may take for one answer; a slower one is a miss. After one timeout the store
   * is left alone for `retryMs`, so that a store that is down costs a compression one wait and not one per document.
   * @default 1000
   */
  timeoutMs?: number | undefined;
  /** Milliseconds after which a store that did not answer is asked again. @default 10_000 */
  retryMs?: number | undefined;
  /** Milliseconds after which the store may forget an entry. @default never */
  ttlMs?: number | undefined;
  /**
   * What processes that share the store agree by on who encodes a text: one does, the others wait for its scores. See
   * {@link redisLock}. @default each encodes what it does not find
   */
  lock?: ScoreLock | undefined;
  /**
   * Milliseconds after which a lock ends whose process was killed; one that encodes for longer renews it. @default 10_000
   */
  leaseMs?: number | undefined;
  /** Most milliseconds that a process waits for another's scores; then it encodes the text itself. @default 30_000 */
  waitMs?: number | undefined;
  /** Told of calls that threw or took too long; Keyv itself keeps most errors to its `error` event. */
  onError?: ((error: unknown) => void) | undefined;
}

/** Longest that a timer of Node waits, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Scores kept in any Keyv store (Redis, SQLite, files, ...), as base64 text, which every adapter carries. A
 * store that fails, hangs or holds something else is a miss: the text is encoded again.
 *
 * @example
 * const cache = keyvCache(new Keyv(new KeyvRedis("redis://localhost")), { namespace: "scores" });
 * @example
 * const client = createClient({ url: "redis://localhost" });
 * const lock = redisLock((command) => client.sendCommand(command));
 * const cache = keyvCache(new Keyv(new KeyvRedis(client)), { lock, ttlMs: 30 * 24 * 3600 * 1000 });
 *
 * @throws InvalidOptionError if an option is out of its range
 */
export function keyvCache(keyv: KeyvLike, options: KeyvCacheOptions = {}): ScoreCache {
  const { namespace, onError, lock } = options;
  const { timeoutMs, retryMs, ttlMs, leaseMs, waitMs } = checkOptions(keyv, options);
  const prefix = namespace === undefined ? "" : `${namespace}-`;
  let pausedUntil = 0;

  /** Undefined where the store failed. */
  const ask = async (call: () => unknown): Promise<unknown> => {
    if (performance.now() < pausedUntil) return undefined;
    try {
      return await withinTime(call, timeoutMs);
    } catch (error) {
      if (error instanceof StoreTimeoutError) pausedUntil = performance.now() + retryMs;
      try {
        onError?.(error);
      } catch {
        // The store has failed already: the caller is told no more of it.
      }
      return undefined;
    }
  };

  const get = async (key: string) => {
    const bytes = bytesOfBase64(await ask(() => keyv.get(prefix + key)));
    return bytes && decodeEntry(key, bytes);
  };
  return {
    get,
    async set(key, value) {
      await ask(() => keyv.set(prefix + key, base64Of(encodeEntry(key, value)), ttlMs));
    },
    ...(lock && {
      claim: (key, signal) =>
        claimScores({ name: `${prefix}${key}.lock`, read: () => get(key), lock, ask, leaseMs, waitMs, signal }),
    }),
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

function checkOptions(keyv: KeyvLike, options: KeyvCacheOptions) {
  const { namespace, lock, ttlMs, timeoutMs = 1000, retryMs = 10_000, leaseMs = 10_000, waitMs = 30_000 } = options;
  if (typeof keyv?.get !== "function" || typeof keyv.set !== "function") {
    throw new InvalidOptionError(`Expected \`keyv\` to be a Keyv instance, got \`${typeof keyv}\`.`);
  }
  if (namespace !== undefined && !/^[\w.-]+$/.test(namespace)) {
    throw new InvalidOptionError(
      `Expected \`namespace\` to be letters, digits, "_", "." and "-", got \`${namespace}\`.`,
    );
  }
  for (const [name, value] of Object.entries({ timeoutMs, retryMs, leaseMs, waitMs, ttlMs: ttlMs ?? 1 })) {
    if (typeof value !== "number" || !(value > 0 && value <= LONGEST_MS)) {
      throw new InvalidOptionError(`Expected \`${name}\` to be above 0 and below 2^31, got \`${value}\`.`);
    }
  }
  if (lock !== undefined && typeof lock?.take !== "function") {
    throw new InvalidOptionError(`Expected \`lock\` to be a lock, as of \`redisLock\`, got \`${typeof lock}\`.`);
  }
  return { timeoutMs, retryMs, ttlMs, leaseMs, waitMs };
}
