import { InvalidOptionError } from "../errors.js";
import type { EncodedText } from "../types.js";
import type { ScoreCache } from "./cache.js";

/** How much the memory cache holds. */
export interface MemoryCacheOptions {
  /**
   * Most bytes the entries may take, at least 0; the least recently used go first. An entry that alone is
   * larger is not stored. About 40 kB are needed for a document of 500 words and 25 sentences.
   * @default 268_435_456 (256 MiB)
   */
  maxBytes?: number | undefined;
}

const DEFAULT_MAX_BYTES = 256 * 2 ** 20;
// Of an entry, besides its numbers (measured on Node 20): the object, four typed arrays, a key, a map slot.
const ENTRY_OVERHEAD_BYTES = 1000;

/**
 * Scores kept in this process, least recently used out first, bounded in bytes. What `get` gives is what was
 * stored, not a copy: read it only.
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
  const entries = new Map<string, { value: EncodedText; bytes: number }>();
  let usedBytes = 0;

  const remove = (key: string): void => {
    usedBytes -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  };

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value) {
      remove(key);
      const bytes = bytesOf(key, value);
      if (bytes > maxBytes) return;
      entries.set(key, { value: ownArrays(value), bytes });
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

function bytesOf(key: string, { keep, core, pivot, vectors }: EncodedText): number {
  return keep.byteLength + core.byteLength + pivot.byteLength + vectors.byteLength + key.length + ENTRY_OVERHEAD_BYTES;
}

/** A view into a larger buffer would keep all of that buffer, uncounted: such arrays are copied. */
function ownArrays({ keep, core, pivot, vectors, dimension }: EncodedText): EncodedText {
  const scores = { keep: ownArray(keep), core: ownArray(core), pivot: ownArray(pivot) };
  return { ...scores, vectors: ownArray(vectors), dimension };
}

function ownArray(array: Float32Array): Float32Array {
  return array.byteLength === array.buffer.byteLength ? array : array.slice();
}
