import { randomUUID } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { access, chmod, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InvalidOptionError } from "../core/index.js";
import { reasonOf } from "./file-errors.js";
import { visible } from "./visible.js";

/** A file that a command will write when its work is done. */
export interface OutputFile {
  /** Writes all of it or nothing. @throws InvalidOptionError Where that fails. */
  write(text: string): Promise<void>;
}

/**
 * Writes to standard output, and resolves when it is out. What goes to a terminal has its control characters
 * spelled out; what goes to a file or a pipe is left as it is.
 *
 * @param isForTerminal True where the control characters are this program's own.
 * @throws InvalidOptionError Where it cannot be written: a full disk.
 */
export async function print(text: string, isForTerminal = false): Promise<void> {
  if (text === "") return;
  const shown = process.stdout.isTTY && !isForTerminal ? visible(text) : text;
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(shown, (error) => (error ? reject(unwritable("standard output", error)) : resolve()));
  });
}

/** The line for output that cannot be written. A closed pipe stays what it is: its reader has seen enough. */
export function unwritable(name: string, error: Error): Error {
  if ((error as NodeJS.ErrnoException).code === "EPIPE") return error;
  return new InvalidOptionError(`Expected ${name} to be writable, got ${reasonOf(error)}.`, { cause: error });
}

/**
 * Checks, before any work, that a file can be written, and that it is none of the inputs.
 *
 * @param flag What errors call it: `--output`.
 * @param inputs Paths that were read.
 * @throws InvalidOptionError
 */
export async function openOutput(path: string, flag: string, inputs: readonly string[]): Promise<OutputFile> {
  if (path === "") throw new InvalidOptionError(`Expected ${flag} to name a file, got an empty name.`);
  const name = `${flag} ${path}`;
  const found = await statOf(path, name);
  if (found?.isDirectory()) throw new InvalidOptionError(`Expected ${name} to be a file, got a folder.`);
  // A device or a pipe, such as /dev/stdout, is written to and not put in place of.
  if (found && !found.isFile()) return { write: (text) => attempt(name, () => writeFile(path, text)) };
  if (found) await refuseInputs(found, name, inputs);
  const target = found ? await realpath(path) : path;
  await attempt(name, () => access(dirname(target), constants.W_OK));
  return { write: (text) => attempt(name, () => replaceFile(target, text, found?.mode)) };
}

async function statOf(path: string, name: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unwritable(name, error as Error);
  }
}

async function refuseInputs({ dev, ino }: Stats, name: string, inputs: readonly string[]): Promise<void> {
  for (const input of inputs) {
    const own = await stat(input).catch(() => undefined);
    if (own?.ino === ino && own.dev === dev)
      throw new InvalidOptionError(`Expected ${name} to be another file than the documents, got one of them.`);
  }
}

/** Beside its place first, then renamed into it: a reader sees the old file or the new one. */
async function replaceFile(path: string, text: string, mode: number | undefined): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await writeFile(draft, text);
    if (mode !== undefined) await chmod(draft, mode);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function attempt(name: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    throw unwritable(name, error as Error);
  }
}
