import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { SieveError } from "../core/errors.js";
import { makeFolder } from "../core/runtime/make-folder.js";

/** A JSON-lines file that only grows, and that a crash leaves usable. */
export interface AppendLog<T> {
  /** What was in the file when it was opened. */
  readonly records: readonly T[];
  /** Adds a record; resolves once it is on the disk. Calls may overlap. */
  append(record: T): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a log, or begins one. A last line that was cut off by a crash is removed; a damaged line before it is
 * an error, as it would mean that the file is not ours.
 *
 * @throws {SieveError} naming the file and the line
 */
export async function openAppendLog<T extends object>(path: string): Promise<AppendLog<T>> {
  await makeFolder(dirname(path));
  const file = await open(path, "a+");
  try {
    const records = await recover<T>(file, path);
    let tail: Promise<void> = Promise.resolve();
    return {
      records,
      append(record) {
        const written = tail.then(async () => {
          await file.appendFile(`${JSON.stringify(record)}\n`);
          await file.datasync();
        });
        tail = written.catch(() => {});
        return written;
      },
      async close() {
        await tail;
        await file.close();
      },
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function recover<T extends object>(file: FileHandle, path: string): Promise<T[]> {
  const bytes = await file.readFile();
  const records: T[] = [];
  let start = 0;
  for (let line = 1; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    const text = bytes.subarray(start, end).toString("utf8").trim();
    const record = text === "" ? undefined : parse<T>(text);
    if (newline < 0) {
      if (record !== undefined) {
        records.push(record);
        await file.appendFile("\n");
      } else {
        await file.truncate(start);
      }
      break;
    }
    if (record !== undefined) records.push(record);
    else if (text !== "") {
      if (newline + 1 < bytes.length) {
        throw new SieveError(`Expected \`${path}\` to hold a JSON object a line, got a damaged line ${line}.`);
      }
      await file.truncate(start);
    }
    start = newline + 1;
  }
  return records;
}

function parse<T extends object>(text: string): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
