import { constants } from "node:buffer";
import { readFile } from "node:fs/promises";
import { buffer as readAll } from "node:stream/consumers";
import type { Command } from "commander";
import { InvalidOptionError, type SourceDocument } from "../core/index.js";
import { decodeText, encodingName } from "./decode.js";
import { reasonOf } from "./file-errors.js";
import { type FoundFile, findFiles, STANDARD_INPUT } from "./find-files.js";
import { parseDocuments } from "./json-lines.js";
import type { Notices } from "./notices.js";
import { plural } from "./plural.js";

/** Flags that say which documents there are, and how they are read. */
export interface InputFlags {
  jsonl?: boolean;
  filesFrom?: string;
  null?: boolean;
  ext?: string[];
  hidden?: boolean;
  /** Commander's form of `--no-ignore`. */
  ignore?: boolean;
  encoding?: string;
}

/** Documents, and the files they came from. */
export interface ReadInput {
  documents: SourceDocument[];
  /** Paths that were read, without standard input: what no output may overwrite. */
  paths: string[];
}

/** So many files are named where some were passed over. */
const NAMED_FILES = 3;

/** Adds the argument and the flags of {@link InputFlags} to a command. */
export function addInputFlags(command: Command): Command {
  return command
    .argument("[files...]", "files, folders and quoted globs; standard input where there are none, or -")
    .option(
      "--jsonl",
      'one document a line: {"id","text","title","score","pinned","kind","metadata"}, all but text optional',
    )
    .option("--files-from <file>", "read names of files from this file, one a line; - for standard input")
    .option("-0, --null", "the names of --files-from end in NUL, as of find -print0 and git ls-files -z")
    .option("-e, --ext <endings>", "of folders and globs take files with these endings only: -e md,txt", extensions)
    .option("--hidden", "also hidden files of folders and globs")
    .option("--no-ignore", "also files of folders and globs that .gitignore names")
    .option(
      "--encoding <name>",
      "how files without a byte order mark are written: latin1, utf-16le, ... (default: utf-8)",
    );
}

/**
 * Reads the documents of a command line: files, each one document with its path as id, or standard input where
 * there are none (or `-`). With `jsonl` each line is one document.
 *
 * @throws InvalidOptionError Naming the file, or file and line, that is no document.
 */
export async function readDocuments(names: readonly string[], flags: InputFlags, notices: Notices): Promise<ReadInput> {
  const encoding = flags.encoding === undefined ? undefined : encodingName(flags.encoding);
  const files = await filesOf(names, flags);
  const documents: SourceDocument[] = [];
  const passedOver: string[] = [];
  for (const file of files) {
    const text = await textOf(file, encoding, notices);
    if (text === undefined) passedOver.push(file.path);
    else if (flags.jsonl) for (const document of parseDocuments(text, nameOf(file))) documents.push(document);
    else if (file.isNamed || text.trim() !== "") documents.push(documentOf(file, text));
  }
  if (passedOver.length > 0) notices.warn(`passed over ${describeNames(passedOver)}: not readable as text.`);
  if (documents.length === 0) {
    const among = files.length === 1 ? nameOf(files[0] as FoundFile) : plural(files.length, "file");
    throw new InvalidOptionError(`Expected at least one document, got none in ${among}.`);
  }
  return { documents, paths: files.map(({ path }) => path).filter((path) => path !== STANDARD_INPUT) };
}

/** Its path goes along as its source: what kind of text it is can be told by its ending. */
function documentOf(file: FoundFile, text: string): SourceDocument {
  const id = nameOf(file);
  return file.path === STANDARD_INPUT ? { id, text } : { id, text, metadata: { source: id } };
}

/** The files that a command line names. @throws InvalidOptionError */
export async function filesOf(names: readonly string[], flags: InputFlags): Promise<FoundFile[]> {
  const { filesFrom } = flags;
  if (flags.null && filesFrom === undefined)
    throw new InvalidOptionError("Expected --null together with --files-from <file>, got it alone.");
  if (filesFrom === STANDARD_INPUT && names.includes(STANDARD_INPUT))
    throw new InvalidOptionError("Expected standard input once, got it for a document and for --files-from.");
  if (names.length === 0 && filesFrom === undefined) return [{ path: STANDARD_INPUT, isNamed: true }];
  const listed = filesFrom === undefined ? [] : await listedNames(filesFrom, flags.null === true);
  const options = { extensions: flags.ext ?? [], hidden: flags.hidden === true, ignored: flags.ignore === false };
  return findFiles(names, listed, options);
}

async function listedNames(list: string, isNullSeparated: boolean): Promise<string[]> {
  const file = { path: list, isNamed: true };
  const text = (await bytesOf(file)).toString("utf8");
  const names = text.split(isNullSeparated ? "\0" : /\r?\n/u).filter((name) => name !== "");
  if (names.length === 0) throw new InvalidOptionError(`Expected names of files in ${nameOf(file)}, got none.`);
  return names;
}

async function bytesOf({ path }: FoundFile): Promise<Buffer> {
  if (path === STANDARD_INPUT) return readAll(openStandardInput());
  try {
    return await readFile(path);
  } catch (cause) {
    throw new InvalidOptionError(`Expected ${path} to be a readable file, got ${reasonOf(cause)}.`, { cause });
  }
}

/** @throws InvalidOptionError Where nothing is behind standard input. */
export function openStandardInput(): NodeJS.ReadStream {
  if (process.stdin.isTTY) {
    throw new InvalidOptionError("Expected files, or text on standard input, got neither. See contextsieve --help.");
  }
  return process.stdin;
}

/** Undefined for a file that cannot be read as text, where it may be passed over. */
export async function textOf(
  file: FoundFile,
  encoding: string | undefined,
  notices: Notices,
): Promise<string | undefined> {
  try {
    const bytes = await bytesOf(file);
    if (bytes.length > constants.MAX_STRING_LENGTH)
      throw new InvalidOptionError(
        `Expected ${nameOf(file)} to hold at most 512 MB of text, got ${bytes.length} bytes.`,
      );
    const { text, warning } = decodeText(bytes, nameOf(file), encoding);
    if (warning !== undefined) notices.warn(warning);
    return text;
  } catch (error) {
    if (file.isNamed || !(error instanceof InvalidOptionError)) throw error;
    return undefined;
  }
}

/** What errors and ids call a file. */
export function nameOf({ path }: FoundFile): string {
  return path === STANDARD_INPUT ? "stdin" : path;
}

function describeNames(names: readonly string[]): string {
  const rest = names.length - NAMED_FILES;
  return `${names.slice(0, NAMED_FILES).join(", ")}${rest > 0 ? ` and ${plural(rest, "other")}` : ""}`;
}

/** Commander's reading of endings: `md`, `.md` and `md,txt`, given as often as one likes. */
function extensions(value: string, given: readonly string[] = []): string[] {
  const own = value.split(",").map((ending) => ending.trim().replace(/^\./u, "").toLowerCase());
  return [...given, ...own.filter((ending) => ending !== "")];
}
