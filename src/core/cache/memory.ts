import { InvalidOptionError } from "../errors.js";
import type { ScoreCache } from "./cache.js";
import { packScores, unpackScores } from "./packed.js";

/** How much the memory cache holds. */
export interface MemoryCacheOptions {
  /**
   * Most bytes the entries may take, at least 0; the least recently used go first. An entry that alone is
   * larger is not stored. About 12 kB are needed for a document of 500 words and 25 sentences.
   * @default 268_435_456 (256 MiB)
   */
  maxBytes?: number | undefined;
}

const DEFAULT_MAX_BYTES = 256 * 2 ** 20;
// Of an entry, besides its bytes (measured on Node 20): an array with its buffer, a key, a map slot.
const ENTRY_OVERHEAD_BYTES = 500;

/**
 * Scores kept in this process, packed, least recently used out first, bounded in bytes.
 *
 * @example
 * const sieve = await createSieve({ cache: memoryCache({ maxBytes: 64 * 2 ** 20 }) });
 *
 * @throws InvalidOptionError if `maxBytes` is no number of at least 0
 */
export function memoryCache({ maxBytes = DEFAULT_MAX_BYTES }: MemoryCacheOptions = {}): Required<ScoreCache> {
  if (typeof maxBytes !== "number" || !Number.isFinite(maxBytes) || maxBytes < 0) {
    throw new InvalidOptionError(`Expected \`maxBytes\` to be a number of at least 0, got \`${maxBytes}\`.`);
  }
  // A Map keeps the order of insertion: the first entry is the least recently used.
  const entries = new Map<string, Uint8Array>();
  let usedBytes = 0;

  const remove = (key: string): void => {
    const packed = entries.get(key);
    if (!packed) return;
    usedBytes -= bytesOf(key, packed);
    entries.delete(key);
  };

  return {
    get(key) {
      const packed = entries.get(key);
      if (packed === undefined) return undefined;
      entries.delete(key);
      entries.set(key, packed);
      return unpackScores(packed);
    },
    set(key, value) {
      remove(key);
      const packed = packScores(value);
      const bytes = bytesOf(key, packed);
      if (bytes > maxBytes) return;
      entries.set(key, packed);
      usedBytes += bytes;
      for (const oldest of entries.keys()) {
        if (usedBytes <= maxBytes) break;
        remove(oldest);
      }
    },
    dispose() {
      entries.clear();
      usedBytes = 0;
    },
  };
}

function bytesOf(key: string, packed: Uint8Array): number {
  return packed.byteLength + key.length + ENTRY_OVERHEAD_BYTES;
}
