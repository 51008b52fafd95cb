import { randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../runtime/make-folder.js";
import type { EncodedText } from "../types.js";
import type { ScoreCache } from "./cache.js";
import { decodeEntry, encodeEntry } from "./codec.js";

/**
 * Scores as files in a folder, one per entry, for tools that start anew each time. An entry is written
 * beside its place and renamed into it, so that no reader sees half of one. A folder that cannot be written
 * behaves as a cache that loses its entries.
 *
 * @param folder Made if it is missing.
 *
 * @example
 * const sieve = await createSieve({ cache: folderCache("./scores") });
 */
export function folderCache(folder: string): ScoreCache {
  const pathOf = (key: string) => join(folder, key.slice(0, 6), `${key}.bin`);
  return {
    async get(key): Promise<EncodedText | undefined> {
      const bytes = await readFile(pathOf(key)).catch(() => undefined);
      return bytes && decodeEntry(key, bytes);
    },
    async set(key, value) {
      const path = pathOf(key);
      const draft = `${path}.${randomUUID()}.tmp`;
      try {
        await makeFolder(join(folder, key.slice(0, 6)));
        await writeFile(draft, encodeEntry(key, value));
        await rename(draft, path);
      } catch {
        await rm(draft, { force: true }).catch(() => undefined);
      }
    },
  };
}
