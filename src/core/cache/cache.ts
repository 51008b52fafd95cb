import type { EncodedText } from "../types.js";

/** The right to encode a text, which others wait for. */
export interface ScoreClaim {
  /** Gives it back: after `set`, or if nothing came of it. */
  release(): void | Promise<void>;
}

/**
 * Where encoded texts are kept between calls. Keys are lower-case hexadecimal with a prefix, matching
 * `[a-z0-9_-]+`; the same key always means the same text under the same model. Implementations may lose
 * entries at any time; a broken entry is answered as `undefined`, never thrown. One that throws nevertheless, or answers
 * with something else, has no entry.
 */
export interface ScoreCache {
  get(key: string): EncodedText | undefined | Promise<EncodedText | undefined>;
  set(key: string, value: EncodedText): void | Promise<void>;
  /**
   * Asked before a text is encoded that is not in the cache, so that of several processes one encodes it: answers with a
   * claim, or with what another process stored meanwhile. It has to end in bounded time; without it everyone encodes.
   */
  claim?(key: string, signal: AbortSignal): Promise<ScoreClaim | EncodedText>;
  /** Frees what the cache holds open. Called by `sieve.dispose()` only for caches the sieve made itself. */
  dispose?(): void | Promise<void>;
}
