import { readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder } from "../../runtime/make-folder.js";

/**
 * The cache's layout is that of the Hub's Python client, so that what either downloads serves both:
 * `models--org--name/refs/<revision>` holds a commit, `models--org--name/snapshots/<commit>/` the files.
 */
export function repositoryFolder(cacheDir: string, model: string): string {
  return join(cacheDir, `models--${model.replaceAll("/", "--")}`);
}

/** Folder of a commit's files. */
export function snapshotFolder(cacheDir: string, model: string, commit: string): string {
  return join(repositoryFolder(cacheDir, model), "snapshots", commit);
}

/** The commit that a revision stood for when it was looked up last; a commit stands for itself. */
export async function knownCommit(cacheDir: string, model: string, revision: string): Promise<string | undefined> {
  if (isCommit(revision)) return revision;
  try {
    const commit = (await readFile(refFile(cacheDir, model, revision), "utf8")).trim();
    // It becomes the name of a folder.
    return isCommit(commit) || commit === unnamedCommit(revision) ? commit : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers what a revision stands for. */
export async function rememberCommit(cacheDir: string, model: string, revision: string, commit: string): Promise<void> {
  if (isCommit(revision)) return;
  const target = refFile(cacheDir, model, revision);
  await makeFolder(dirname(target));
  const part = `${target}.${process.pid}.part`;
  await writeFile(part, commit);
  await rename(part, target);
}

/** Folders in which a cached checkpoint may lie: a snapshot, or the layout of transformers.js. */
export async function cachedFolders(cacheDir: string, model: string, revision: string): Promise<string[]> {
  const commit = await knownCommit(cacheDir, model, revision);
  const plain = join(cacheDir, ...model.split("/"));
  return [
    ...(commit === undefined ? [] : [snapshotFolder(cacheDir, model, commit)]),
    revision === "main" ? plain : join(plain, revision),
  ];
}

/** Checkpoints in the cache, with the commits whose files are there. */
export async function cachedModels(cacheDir: string): Promise<{ model: string; revision: string }[]> {
  const found: { model: string; revision: string }[] = [];
  const entries = await readdir(cacheDir).catch(() => []);
  for (const entry of entries.filter((name) => name.startsWith("models--")).sort()) {
    const model = entry.slice("models--".length).replaceAll("--", "/");
    const commits = await readdir(join(cacheDir, entry, "snapshots")).catch(() => []);
    for (const revision of commits.sort()) found.push({ model, revision });
  }
  return found;
}

/** Stands for the commit if a mirror names none. */
export function unnamedCommit(revision: string): string {
  return revision.replaceAll("/", "--");
}

/** True for a full commit hash, whose files never change. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** True if a regular file is there, symbolic links followed. */
export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function refFile(cacheDir: string, model: string, revision: string): string {
  return join(repositoryFolder(cacheDir, model), "refs", ...revision.split("/"));
}
