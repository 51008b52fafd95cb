import { randomUUID } from "node:crypto";
import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { folderCache, InvalidOptionError, type ScoreCache } from "../core/index.js";
import { makeFolder } from "../core/runtime/make-folder.js";
import { reasonOf } from "./file-errors.js";
import type { Notices } from "./notices.js";

/** A folder of scores, and what it would not take. */
export interface ScoreFolder {
  cache: ScoreCache;
  /** Entries that were written and could not be read back. */
  readonly lost: number;
}

/**
 * A folder that scores are read from, and kept in where that is possible: a shared one may be read-only.
 *
 * @throws InvalidOptionError Where there is a file in its place.
 */
export async function openScoreFolder(folder: string, notices: Notices): Promise<ScoreCache> {
  await refuseFile(folder);
  const cache = folderCache(folder);
  const reason = await whyUnwritable(folder);
  if (reason === undefined) return cache;
  notices.warn(`scores are not kept: --cache ${folder} cannot be written, ${reason}.`);
  return { get: (key) => cache.get(key), set: () => undefined };
}

/**
 * A folder that scores are to be kept in: tried before any work, and every entry read back, since a cache itself
 * forgives whatever a disk does.
 *
 * @throws InvalidOptionError Where nothing can be written to it.
 */
export async function fillScoreFolder(folder: string): Promise<ScoreFolder> {
  await refuseFile(folder);
  const reason = await whyUnwritable(folder);
  if (reason !== undefined)
    throw new InvalidOptionError(`Expected --cache ${folder} to be a writable folder, got ${reason}.`);
  const cache = folderCache(folder);
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

async function refuseFile(folder: string): Promise<void> {
  if (folder === "") throw new InvalidOptionError("Expected --cache to name a folder, got an empty name.");
  const found = await stat(folder).catch(() => undefined);
  if (found && !found.isDirectory())
    throw new InvalidOptionError(`Expected --cache ${folder} to be a folder, got a file.`);
}

/** Makes the folder where it is missing and writes to it. Undefined where both went well. */
async function whyUnwritable(folder: string): Promise<string | undefined> {
  const probe = join(folder, `.${randomUUID()}.tmp`);
  try {
    await makeFolder(folder);
    await writeFile(probe, "");
    await rm(probe);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
