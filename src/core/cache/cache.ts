import type { EncodedText } from "../types.js";

/**
 * Where encoded texts are kept between calls. Keys are lower-case hexadecimal with a prefix, matching
 * `[a-z0-9_-]+`; the same key always means the same text under the same model. Implementations may lose
 * entries at any time; a broken entry is answered as `undefined`, never thrown. One that throws nevertheless, or answers
 * with something else, has no entry.
 */
export interface ScoreCache {
  get(key: string): EncodedText | undefined | Promise<EncodedText | undefined>;
  set(key: string, value: EncodedText): void | Promise<void>;
  /** Frees what the cache holds open. Called by `sieve.dispose()` only for caches the sieve made itself. */
  dispose?(): void | Promise<void>;
}
