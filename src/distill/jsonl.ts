import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { gunzipSync } from "node:zlib";
import { SieveError } from "../core/errors.js";
import { makeFolder } from "../core/runtime/make-folder.js";

/** A JSON-lines file read whole, with the SHA-256 of the file as it lies on the disk. */
export interface JsonlFile<T> {
  records: T[];
  sha256: string;
}

/**
 * Reads a JSON-lines file, gzipped where its name ends in `.gz`; a missing `name.jsonl` is looked for as
 * `name.jsonl.gz`. Blank lines are passed over.
 *
 * @throws {SieveError} naming file and line, where the file is missing or a line is no JSON object
 */
export async function readJsonl<T>(path: string): Promise<JsonlFile<T>> {
  const found = !existsSync(path) && existsSync(`${path}.gz`) ? `${path}.gz` : path;
  let bytes: Buffer;
  try {
    bytes = await readFile(found);
  } catch (cause) {
    throw new SieveError(`Expected a readable JSON-lines file, got \`${path}\`.`, { cause });
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const text = unpack(bytes, found);
  return { records: parseJsonl<T>(text, found), sha256 };
}

/** Parses JSON lines; `name` is what errors call the input. */
export function parseJsonl<T>(text: string, name: string): T[] {
  const records: T[] = [];
  text.split(/\r?\n/u).forEach((line, index) => {
    if (line.trim() !== "") records.push(parseLine<T>(line, name, index + 1));
  });
  return records;
}

/** Writes records as JSON lines, whole or not at all: into a file beside the target, then renamed. */
export async function writeJsonl(path: string, records: Iterable<unknown>): Promise<void> {
  await makeFolder(dirname(path));
  const lines: string[] = [];
  for (const record of records) lines.push(JSON.stringify(record));
  const partial = `${path}.partial`;
  await writeFile(partial, lines.length > 0 ? `${lines.join("\n")}\n` : "");
  await rename(partial, path);
}

function unpack(bytes: Buffer, path: string): string {
  if (!path.endsWith(".gz")) return bytes.toString("utf8");
  try {
    return gunzipSync(bytes).toString("utf8");
  } catch (cause) {
    throw new SieveError(`Expected gzip data, got a damaged file \`${path}\`.`, { cause });
  }
}

function parseLine<T>(line: string, name: string, number: number): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new SieveError(`Expected a JSON object a line, got \`${name}\` line ${number} that does not parse.`, {
      cause,
    });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SieveError(`Expected a JSON object a line, got \`${name}\` line ${number} that is none.`);
  }
  return value as T;
}
