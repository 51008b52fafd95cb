import { open, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { ModelLoadError } from "../../errors.js";

/** Largest JSON file of a model that is read, in bytes: tokenizers of 256,000 pieces take half of it. */
export const MAX_JSON_BYTES = 64 * 2 ** 20;
/** Bytes of weights that are read at once. */
const PIECE_BYTES = 2 ** 20;

/** Whether a manifest may name a file so: inside its own folder, by plain names, on every platform. */
export function isInnerName(file: unknown): file is string {
  if (typeof file !== "string" || /[:\0]/u.test(file)) return false;
  return file.split(/[\\/]/u).every((part) => part !== "" && part !== "." && part !== "..");
}

/**
 * Where a file of a model folder really is: a regular file, in the folder, or among the blobs that the Hub's
 * Python client links its snapshots to.
 *
 * @throws ModelLoadError If it is a device, a pipe or a folder, or a link leads out. The system's error if
 * nothing is there.
 */
export async function locateModelFile(folder: string, file: string): Promise<{ path: string; bytes: number }> {
  const [home, path] = await Promise.all([realpath(folder), realpath(join(folder, file))]);
  const homes = [home];
  if (basename(dirname(home)) === "snapshots") homes.push(join(dirname(dirname(home)), "blobs"));
  if (!homes.some((place) => path.startsWith(`${place}${sep}`))) {
    throw new ModelLoadError(`Expected model file ${join(folder, file)} to lie in its folder, got a link out of it.`);
  }
  const found = await stat(path);
  if (!found.isFile()) {
    throw new ModelLoadError(`Expected model file ${join(folder, file)} to be a regular file, got another kind.`);
  }
  return { path, bytes: found.size };
}

/**
 * Reads a JSON file of a model folder, of at most {@link MAX_JSON_BYTES}.
 *
 * @throws ModelLoadError As {@link locateModelFile}, and if it is too large. The system's error if it cannot be read.
 */
export async function readJsonFile(folder: string, file: string): Promise<Buffer> {
  const { path, bytes } = await locateModelFile(folder, file);
  if (bytes > MAX_JSON_BYTES) {
    throw new ModelLoadError(
      `Expected model file ${join(folder, file)} to have at most ${MAX_JSON_BYTES} bytes, got ${bytes}.`,
    );
  }
  return readFile(path);
}

/**
 * Reads a file that may be larger than memory. Every piece lies in the same buffer: a new one each time would have to be
 * cleared by the system, and collected here.
 *
 * @param take Is given each piece, until it returns.
 * @returns Bytes of the file.
 * @throws The system's error if it cannot be read.
 */
export async function readInPieces(path: string, take: (piece: Uint8Array) => void): Promise<number> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, PIECE_BYTES);
      if (bytesRead === 0) return bytes;
      take(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await file.close();
  }
}
