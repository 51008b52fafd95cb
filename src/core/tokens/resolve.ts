import { stat } from "node:fs/promises";
import { join } from "node:path";
import { InvalidOptionError } from "../errors.js";
import { callbackCounter } from "./callback-counter.js";
import type { CountFunction, TokenCounter } from "./counter.js";
import { DEFAULT_ENCODING, ENCODING_NAMES, loadEncoding } from "./encodings.js";
import { loadFolderCounter } from "./folder-counter.js";

/**
 * The counter for the `tokenizer` option: an encoding's name, a folder with a tokenizer.json, or the caller's
 * own function. A folder is read again only when its file has changed.
 *
 * @param signal Ends the wait for an answer of the caller's function with its reason.
 * @throws InvalidOptionError if it is none of the three
 */
export async function resolveCounter(
  tokenizer: string | CountFunction | undefined,
  signal?: AbortSignal,
): Promise<TokenCounter> {
  if (typeof tokenizer === "function") return callbackCounter(tokenizer, signal);
  if (tokenizer !== undefined && typeof tokenizer !== "string") throw unknownTokenizer(typeof tokenizer);
  const name = tokenizer ?? DEFAULT_ENCODING;
  return (await loadEncoding(name)) ?? (await folderCounter(name));
}

const folders = new Map<string, { version: string; counter: Promise<TokenCounter> }>();

async function folderCounter(folder: string): Promise<TokenCounter> {
  const version = await versionOf(folder);
  if (version === undefined) throw unknownTokenizer(folder);
  const known = folders.get(folder);
  if (known?.version === version) return known.counter;
  const counter = loadFolderCounter(folder);
  folders.set(folder, { version, counter });
  counter.catch(() => folders.delete(folder));
  return counter;
}

async function versionOf(folder: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size } = await stat(join(folder, "tokenizer.json"));
    return `${mtimeMs} ${size}`;
  } catch {
    return undefined;
  }
}

function unknownTokenizer(got: string): InvalidOptionError {
  return new InvalidOptionError(
    `Expected \`tokenizer\` to be one of ${ENCODING_NAMES.join(", ")}, a folder that holds a tokenizer.json, or a function, got \`${got}\`.`,
  );
}
