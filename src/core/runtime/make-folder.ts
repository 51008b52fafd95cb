import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder and those it lies in. Node's own recursive `mkdir` never returns from below /proc, where a folder is there
 * and takes no other, and keeps a thread busy for ever, so that the process does not end either.
 *
 * @throws The system's error.
 */
export async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return;
  const parent = dirname(resolve(path));
  if (parent !== path) await makeFolder(parent);
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}
