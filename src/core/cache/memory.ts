import { InvalidOptionError } from "../errors.js";
import type { ScoreCache } from "./cache.js";
import { packScores, unpackScores } from "./packed.js";
import { createRoom, type Place, ROOM } from "./room.js";

/** How much the memory cache holds. */
export interface MemoryCacheOptions {
  /**
   * Most bytes the entries may take, and up to a quarter of it (and an eighth of the JavaScript heap) what was
   * found out about their texts, at least 0; the least recently used go first. An entry that alone is larger is not stored. About 12 kB are needed for a document of 500 words and 25 sentences.
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
export function memoryCache({
  maxBytes = DEFAULT_MAX_BYTES,
}: MemoryCacheOptions = {}): ScoreCache & Required<Pick<ScoreCache, "dispose">> {
  if (typeof maxBytes !== "number" || !Number.isFinite(maxBytes) || maxBytes < 0) {
    throw new InvalidOptionError(`Expected \`maxBytes\` to be a number of at least 0, got \`${maxBytes}\`.`);
  }
  const entries = new Map<string, { packed: Uint8Array; place: Place }>();
  const room = createRoom(maxBytes);
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

function bytesOf(key: string, packed: Uint8Array): number {
  return packed.byteLength + key.length + ENTRY_OVERHEAD_BYTES;
}
