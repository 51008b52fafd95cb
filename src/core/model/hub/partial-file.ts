import { createHash, type Hash, randomUUID } from "node:crypto";
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { makeFolder } from "../../runtime/make-folder.js";

/** What of a file has arrived so far: it lies beside the file's place, and is renamed into it when it is whole. */
export interface PartialFile {
  /** Bytes that have arrived and are written. */
  readonly bytes: number;
  /** Writes behind what is there. */
  write(piece: Buffer): Promise<void>;
  /** Hash of all bytes, in hexadecimal; `git` is that of a Git blob of the announced size. */
  hash(kind: "sha256" | "git"): string;
  /** Begins again with nothing. */
  clear(): Promise<void>;
  /** Puts the file into its place. */
  finish(): Promise<void>;
  /** Leaves nothing behind, unless it is finished. */
  discard(): Promise<void>;
}

/** Parts that a killed process left are removed when they are older than this, in milliseconds. */
const STALE_MS = 24 * 60 * 60 * 1000;

/**
 * Begins a file beside its place.
 *
 * @param size Its size as it was announced, in bytes.
 */
export async function beginFile(target: string, size: number | undefined): Promise<PartialFile> {
  await makeFolder(dirname(target));
  await removeStale(target);
  const path = `${target}.${randomUUID()}.part`;
  const handle = await open(path, "w");
  let bytes = 0;
  let sha256: Hash;
  let git: Hash;
  // A write that was given up may be under way still: the next comes after it.
  let last: Promise<unknown> = Promise.resolve();
  const reset = () => {
    bytes = 0;
    sha256 = createHash("sha256");
    // Git names a file by a hash that begins with its size.
    git = createHash("sha1").update(`blob ${size ?? 0}\0`);
  };
  reset();
  const append = async (piece: Buffer) => {
    for (let done = 0; done < piece.length; ) {
      const { bytesWritten } = await handle.write(piece, done, piece.length - done, bytes + done);
      done += bytesWritten;
    }
    bytes += piece.length;
    sha256.update(piece);
    git.update(piece);
  };
  return {
    get bytes() {
      return bytes;
    },
    write(piece) {
      const own = last.then(() => append(piece));
      last = own.catch(() => undefined);
      return own;
    },
    hash: (kind) => (kind === "git" ? git : sha256).copy().digest("hex"),
    async clear() {
      await last;
      await handle.truncate(0);
      reset();
    },
    async finish() {
      await last;
      await handle.truncate(bytes);
      await handle.close();
      await rename(path, target);
    },
    async discard() {
      await last;
      await handle.close().catch(() => undefined);
      await rm(path, { force: true });
    },
  };
}

async function removeStale(target: string): Promise<void> {
  const folder = dirname(target);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(`${basename(target)}.`) || !name.endsWith(".part")) continue;
    const path = join(folder, name);
    const modified = (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (Date.now() - modified > STALE_MS) await rm(path, { force: true });
  }
}
