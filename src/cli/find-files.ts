import { type Stats, statSync } from "node:fs";
import { join, resolve } from "node:path";
import picomatch from "picomatch";
import { InvalidOptionError } from "../core/index.js";
import { reasonOf } from "./file-errors.js";
import { posix, walkFolder } from "./walk.js";

/** The name that stands for standard input. */
export const STANDARD_INPUT = "-";

/** A file of the command line. */
export interface FoundFile {
  /** As it is called in results: the path as it was named, with `/` between folders. */
  path: string;
  /** Named by itself: that it is no text is an error. One that a folder, glob or list brought is passed over. */
  isNamed: boolean;
}

/** How names become files. */
export interface FindOptions {
  /** Endings of files that folders and globs bring, without their dots; all where empty. */
  extensions: readonly string[];
  /** Also hidden files. */
  hidden: boolean;
  /** Also what a `.gitignore` names. */
  ignored: boolean;
}

/**
 * The files that names stand for, each once, in the order of the names: a file itself, a folder's files sorted
 * by path, a glob's matches likewise. A name that exists is never read as a glob.
 *
 * @param listed Names from a list, after the others; no globs.
 * @throws InvalidOptionError Naming what is not there, or a name that brings no file.
 */
export async function findFiles(
  names: readonly string[],
  listed: readonly string[],
  options: FindOptions,
): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  const add = (file: FoundFile) => {
    const key = file.path === STANDARD_INPUT ? STANDARD_INPUT : resolve(file.path);
    if (!found.has(key)) found.set(key, file);
  };
  for (const name of names) {
    if (name === "") throw new InvalidOptionError("Expected the name of a file, folder or glob, got an empty one.");
    if (name === STANDARD_INPUT) add({ path: name, isNamed: true });
    else for (const file of await filesOf(name, options, true)) add(file);
  }
  for (const name of listed) for (const file of await filesOf(name, options, false)) add(file);
  return [...found.values()];
}

async function filesOf(name: string, options: FindOptions, isArgument: boolean): Promise<FoundFile[]> {
  const stats = statOf(name, isArgument);
  if (stats === undefined) return globFiles(name, options);
  if (!stats.isDirectory()) return [{ path: name, isNamed: isArgument }];
  const paths = (await walkFolder(name, options)).filter((path) => hasExtension(path, options.extensions));
  if (paths.length === 0 && isArgument)
    throw new InvalidOptionError(`Expected a file in ${name}${endings(options)}, got none.`);
  return brought(name, paths);
}

/** Undefined for a glob: a name that is not there, but could match. */
function statOf(name: string, mayBeGlob: boolean): Stats | undefined {
  try {
    return statSync(name);
  } catch (cause) {
    if (mayBeGlob && picomatch.scan(posix(name)).isGlob) return undefined;
    throw new InvalidOptionError(`Expected ${name} to be a readable file, got ${reasonOf(cause)}.`, { cause });
  }
}

async function globFiles(pattern: string, options: FindOptions): Promise<FoundFile[]> {
  const { base, glob } = picomatch.scan(posix(pattern));
  const folder = base === "" ? "." : base;
  const matches = picomatch(glob, { dot: options.hidden });
  // A glob that spells out a dot wants hidden names.
  const hidden = options.hidden || /(?:^|[/{,])\./u.test(glob);
  const maxDepth = glob.includes("**") ? undefined : glob.split("/").length - 1;
  const isThere = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  const walked = isThere
    ? await walkFolder(folder, { ...options, hidden, ...(maxDepth === undefined ? {} : { maxDepth }) })
    : [];
  const paths = walked.filter((path) => matches(path) && hasExtension(path, options.extensions));
  if (paths.length === 0)
    throw new InvalidOptionError(`Expected ${pattern} to match a file${endings(options)}, got none.`);
  return brought(folder, paths);
}

function brought(folder: string, paths: readonly string[]): FoundFile[] {
  return paths.map((path) => ({ path: posix(join(folder, path)), isNamed: false }));
}

function hasExtension(path: string, extensions: readonly string[]): boolean {
  return extensions.length === 0 || extensions.some((ending) => path.toLowerCase().endsWith(`.${ending}`));
}

function endings({ extensions }: FindOptions): string {
  return extensions.length === 0 ? "" : ` that ends in ${extensions.map((ending) => `.${ending}`).join(" or ")}`;
}
