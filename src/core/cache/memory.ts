import { InvalidOptionError } from "../errors.js";
import { heapLimit } from "../runtime/heap-limit.js";
import type { ScoreCache } from "./cache.js";
import { packScores, unpackScores } from "./packed.js";
import { createRoom, type Place, ROOM } from "./room.js";

/** How much the memory cache holds. */
export interface MemoryCacheOptions {
  /**
   * Most bytes the entries may take, with the analyses of their texts, at least 0; the least recently used go first. An
   * entry that alone is larger is not stored. About 12 kB are needed for a document of 500 words and 25 sentences.
   * @default 268_435_456 (256 MiB)
   */
  maxBytes?: number | undefined;
  /**
   * Most bytes of it that analyses of texts may take (words, clauses, what is protected, an index), at least 0. About
   * 145 kB are needed for a document of 500 words. A question over a text whose analysis was let go of takes about ten
   * times as long, though nothing is encoded again.
   * @default 16_777_216 (16 MiB), or where that is less a quarter of `maxBytes` or an eighth of the JavaScript heap; more,
   * up to `maxBytes` or a quarter of the heap, where texts are asked about again whose analyses there was no room for
   */
  maxAnalysisBytes?: number | undefined;
}

const DEFAULT_MAX_BYTES = 256 * 2 ** 20;
const DEFAULT_ANALYSIS_BYTES = 16 * 2 ** 20;
/** Of the cache and of the JavaScript heap, in which analyses lie, to begin with. */
const OF_CACHE = 1 / 4;
const OF_HEAP = 1 / 8;
/** Of the heap at most, where they are asked for again. */
const MOST_OF_HEAP = 1 / 4;
// Of an entry, besides its bytes (measured on Node 20): an array with its buffer, a key, a map slot.
const ENTRY_OVERHEAD_BYTES = 500;

/**
 * Scores kept in this process, packed, least recently used out first, bounded in bytes.
 *
 * @example
 * const sieve = await createSieve({ cache: memoryCache({ maxBytes: 64 * 2 ** 20 }) });
 *
 * @throws InvalidOptionError if an option is no number of at least 0
 */
export function memoryCache({
  maxBytes = DEFAULT_MAX_BYTES,
  maxAnalysisBytes,
}: MemoryCacheOptions = {}): ScoreCache & Required<Pick<ScoreCache, "dispose">> {
  checkBytes("maxBytes", maxBytes);
  if (maxAnalysisBytes !== undefined) checkBytes("maxAnalysisBytes", maxAnalysisBytes);
  const entries = new Map<string, { packed: Uint8Array; place: Place }>();
  const room =
    maxAnalysisBytes === undefined
      ? createRoom(maxBytes, defaultAnalysisBytes(maxBytes), Math.min(maxBytes, heapLimit() * MOST_OF_HEAP))
      : createRoom(maxBytes, maxAnalysisBytes);
  const remove = (key: string): void => {
    entries.get(key)?.place.free();
    entries.delete(key);
  };
  const cache: ScoreCache & Required<Pick<ScoreCache, "dispose">> = {
    get(key) {
      const entry = entries.get(key);
      entry?.place.touch();
      return entry && unpackScores(entry.packed);
    },
    set(key, value) {
      remove(key);
      const packed = packScores(value);
      const place = room.take("scores", bytesOf(key, packed), () => entries.delete(key));
      if (place) entries.set(key, { packed, place });
    },
    dispose() {
      for (const key of entries.keys()) remove(key);
    },
  };
  return Object.assign(cache, { [ROOM]: room });
}

function defaultAnalysisBytes(maxBytes: number): number {
  return Math.min(DEFAULT_ANALYSIS_BYTES, maxBytes * OF_CACHE, heapLimit() * OF_HEAP);
}

function checkBytes(name: string, value: unknown): void {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return;
  throw new InvalidOptionError(`Expected \`${name}\` to be a number of at least 0, got \`${value}\`.`);
}

function bytesOf(key: string, packed: Uint8Array): number {
  return packed.byteLength + key.length + ENTRY_OVERHEAD_BYTES;
}
