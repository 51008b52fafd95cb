import { randomUUID } from "node:crypto";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { folderCache, InvalidOptionError, type ScoreCache } from "../core/index.js";
import { reasonOf } from "./file-errors.js";

/** A folder of scores, and what it would not take. */
export interface ScoreFolder {
  cache: ScoreCache;
  /** Entries that were written and could not be read back. */
  readonly lost: number;
}

/**
 * A folder that scores are read from, and written to where that is possible.
 *
 * @throws InvalidOptionError Where there is a file in its place.
 */
export async function readScoreFolder(folder: string): Promise<ScoreCache> {
  if (folder === "") throw new InvalidOptionError("Expected --cache to name a folder, got an empty name.");
  const found = await stat(folder).catch(() => undefined);
  if (found && !found.isDirectory())
    throw new InvalidOptionError(`Expected --cache ${folder} to be a folder, got a file.`);
  return folderCache(folder);
}

/**
 * A folder that scores are to be kept in: tried before any work, and every entry read back, since a cache itself
 * forgives whatever a disk does.
 *
 * @throws InvalidOptionError Where nothing can be written to it.
 */
export async function openScoreFolder(folder: string): Promise<ScoreFolder> {
  const cache = await readScoreFolder(folder);
  const probe = join(folder, `.${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, "");
    await rm(probe);
  } catch (cause) {
    throw new InvalidOptionError(`Expected --cache ${folder} to be a writable folder, got ${reasonOf(cause)}.`, {
      cause,
    });
  }
  let lost = 0;
  return {
    cache: {
      get: (key) => cache.get(key),
      async set(key, value) {
        await cache.set(key, value);
        if ((await cache.get(key)) === undefined) lost += 1;
      },
    },
    get lost() {
      return lost;
    },
  };
}
