import { type Dirent, existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import { InvalidOptionError } from "../core/index.js";
import { reasonOf } from "./file-errors.js";

/** What a walk looks at. */
export interface WalkOptions {
  /** Also files and folders whose name begins with a dot; `.git` never. */
  hidden: boolean;
  /** Also what a `.gitignore` names. */
  ignored: boolean;
  /** Folders below the first that are entered: 0 for the folder's own files alone. @default all */
  maxDepth?: number;
}

/** The rules of one `.gitignore`, and the folder they are told in. */
interface Rules {
  folder: string;
  matcher: Ignore;
}

/**
 * The files below a folder, sorted by path, as paths from that folder with `/` between. `.gitignore` files are
 * obeyed as git does, those of the folders above too, up to the repository's root; a folder that was named is
 * walked even where they name it. Links to folders are not followed.
 *
 * @throws InvalidOptionError Where the folder cannot be read; a folder inside it that cannot be is passed over.
 */
export async function walkFolder(folder: string, options: WalkOptions): Promise<string[]> {
  const root = resolve(folder);
  const found: string[] = [];
  const visit = async (path: string, depth: number, above: readonly Rules[]): Promise<void> => {
    const entries = await entriesOf(path, path === root ? folder : undefined);
    const rules = options.ignored ? above : [...above, ...(await rulesOf(path))];
    for (const entry of entries) {
      const own = join(path, entry.name);
      if (entry.name === ".git" || (entry.name.startsWith(".") && !options.hidden)) continue;
      if (isIgnored(own, entry.isDirectory(), rules)) continue;
      if (entry.isDirectory()) {
        if (depth < (options.maxDepth ?? Number.POSITIVE_INFINITY)) await visit(own, depth + 1, rules);
      } else if (entry.isFile()) {
        found.push(posix(relative(root, own)));
      }
    }
  };
  await visit(root, 0, options.ignored ? [] : await rulesAbove(root));
  return found.sort();
}

async function entriesOf(path: string, named: string | undefined): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (cause) {
    if (named === undefined) return [];
    throw new InvalidOptionError(`Expected ${named} to be a readable folder, got ${reasonOf(cause)}.`, { cause });
  }
}

async function rulesOf(folder: string): Promise<Rules[]> {
  const text = await readFile(join(folder, ".gitignore"), "utf8").catch(() => "");
  return text === "" ? [] : [{ folder, matcher: ignore({ ignorecase: process.platform !== "linux" }).add(text) }];
}

/** The rules of the folders above, from the repository's root down; none outside a repository, or where they name the folder. */
async function rulesAbove(root: string): Promise<Rules[]> {
  const folders: string[] = [];
  for (let folder = root; !existsSync(join(folder, ".git")); ) {
    const parent = dirname(folder);
    if (parent === folder) return [];
    folders.unshift(parent);
    folder = parent;
  }
  const rules = (await Promise.all(folders.map(rulesOf))).flat();
  return isIgnored(root, true, rules) ? [] : rules;
}

/** As git has it, the innermost file that speaks of a path decides. */
function isIgnored(path: string, isFolder: boolean, rules: readonly Rules[]): boolean {
  for (const { folder, matcher } of rules.toReversed()) {
    const name = `${posix(relative(folder, path))}${isFolder ? "/" : ""}`;
    const { ignored, unignored } = matcher.test(name);
    if (ignored || unignored) return ignored;
  }
  return false;
}

/** A path with `/` between its folders, as globs and ids have it. */
export function posix(path: string): string {
  return sep === "/" ? path : path.replaceAll(sep, "/");
}
