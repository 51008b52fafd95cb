import { constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { InvalidOptionError } from "../core/index.js";

/** What a server may read: folders and files by their real paths, and URLs by what they begin with. */
export interface Roots {
  readonly paths: readonly string[];
  readonly urls: readonly URL[];
}

/**
 * Reads roots as a user gives them: paths of folders and files, and `http:` or `https:` URLs.
 *
 * @throws InvalidOptionError Naming the root that does not exist, or is no root.
 */
export async function openRoots(given: readonly string[]): Promise<Roots> {
  const urls = given.filter(isWebAddress).map((text) => {
    const url = parseUrl(text);
    if (url === undefined || url.search !== "" || url.hash !== "" || hasCredentials(url))
      throw new InvalidOptionError(`Expected a root without a query, a fragment and a password, got \`${text}\`.`);
    return url;
  });
  const paths: string[] = [];
  for (const path of given.filter((text) => !isWebAddress(text))) {
    try {
      paths.push(await realpath(path));
    } catch (cause) {
      throw new InvalidOptionError(`Expected \`roots\` to name folders that exist, got \`${path}\`.`, { cause });
    }
  }
  return { paths, urls };
}

/**
 * What lies in the roots and in the folders that a client works in. A folder that is not there, or is no `file:` URI,
 * holds nothing. URLs stay: a client's roots are folders.
 */
export async function narrowRoots({ paths, urls }: Roots, uris: readonly string[]): Promise<Roots> {
  const named = uris.filter((uri) => /^file:/iu.test(uri)).map((uri) => pathOf(uri));
  const folders = await Promise.all(named.map((path) => (path === undefined ? undefined : realPathOf(path))));
  const shared = paths.flatMap((root) =>
    folders.flatMap((folder) => {
      if (folder === undefined) return [];
      return isInside(root, folder) ? [folder] : isInside(folder, root) ? [root] : [];
    }),
  );
  return { paths: [...new Set(shared)], urls };
}

/** A file that was opened, and its real path. */
export interface OpenedFile {
  path: string;
  /** To be closed by the caller. */
  handle: FileHandle;
}

/**
 * Opens a file if it lies in one of the roots when every link on the way is followed. A relative path is looked for
 * in one root after another. What is not there and what may not be read get the same answer.
 *
 * @param name A path, or a `file:` URL.
 * @throws InvalidOptionError
 */
export async function openInRoots({ paths }: Roots, name: string): Promise<OpenedFile> {
  const path = pathOf(name);
  const candidates = path === undefined ? [] : isAbsolute(path) ? [path] : paths.map((root) => resolve(root, path));
  for (const candidate of candidates) {
    const real = await realPathOf(candidate);
    if (real === undefined || !paths.some((root) => isInside(root, real))) continue;
    const handle = await openFile(real);
    if (handle === undefined) continue;
    // A link that was put in its place meanwhile would lead elsewhere.
    if ((await realPathOf(real)) === real) return { path: real, handle };
    await handle.close();
  }
  throw new InvalidOptionError(`Expected a file inside the roots, got \`${name}\`.`);
}

/**
 * A URL, if it is one of the roots or lies below it: the same scheme, host and port, and a path that begins as the
 * root's does.
 *
 * @throws InvalidOptionError
 */
export function urlInRoots({ urls }: Roots, text: string): URL {
  const url = parseUrl(text);
  if (url === undefined || hasCredentials(url) || !urls.some((root) => isBelow(root, url)))
    throw new InvalidOptionError(`Expected a URL inside the roots, got \`${text}\`.`);
  return url;
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\//iu.test(text);
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function hasCredentials({ username, password }: URL): boolean {
  return username !== "" || password !== "";
}

/** `URL` has resolved dots already; an escaped slash could bring them back on the server. */
function isBelow(root: URL, url: URL): boolean {
  if (url.origin !== root.origin || /%(?:2f|5c)/iu.test(url.pathname)) return false;
  const folder = root.pathname.endsWith("/") ? root.pathname : `${root.pathname}/`;
  return url.pathname === root.pathname || url.pathname.startsWith(folder);
}

function pathOf(name: string): string | undefined {
  if (name.includes("\0")) return undefined;
  if (!/^file:/iu.test(name)) return name;
  try {
    return fileURLToPath(name);
  } catch {
    return undefined;
  }
}

async function realPathOf(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}

/** Undefined for what is no regular file: opening a pipe must not wait for its writer. */
async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch {
    // The same answer as for a file that is not there.
  }
  return undefined;
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
