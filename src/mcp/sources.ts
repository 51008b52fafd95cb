import { InvalidOptionError, type SourceDocument } from "../core/index.js";
import { openInRoots, type Roots, urlInRoots } from "./roots.js";

/** The texts, files and URLs that a client names in a call. */
export interface NamedSources {
  texts?: readonly string[] | undefined;
  files?: readonly string[] | undefined;
  urls?: readonly string[] | undefined;
}

const MOST_BYTES = 64 * 2 ** 20;
const MOST_REDIRECTS = 5;
const FETCH_MILLISECONDS = 30_000;

/**
 * Reads what a call names, in the order texts, files, URLs. Files and pages have their name as their title.
 *
 * @throws InvalidOptionError for what is not there, lies outside of the roots, is too long, or is no UTF-8; or the
 * signal's reason
 */
export async function readSources(
  { texts = [], files = [], urls = [] }: NamedSources,
  roots: Roots,
  signal?: AbortSignal,
): Promise<SourceDocument[]> {
  const documents: SourceDocument[] = texts.map((text) => ({ text }));
  for (const name of files) documents.push(documentOf(name, await readFile(name, roots)));
  for (const name of urls) documents.push(documentOf(name, await readPage(name, roots, signal)));
  return documents;
}

/** Its name goes along as its source: what kind of text it is can be told by its ending. */
function documentOf(name: string, text: string): SourceDocument {
  return { text, title: name, metadata: { source: name } };
}

async function readFile(name: string, roots: Roots): Promise<string> {
  const { handle } = await openInRoots(roots, name);
  try {
    if ((await handle.stat()).size > MOST_BYTES) throw tooLong(name);
    return decoded(name, await handle.readFile());
  } finally {
    await handle.close();
  }
}

/** A redirect is followed as far as the roots reach. */
async function readPage(name: string, roots: Roots, signal: AbortSignal | undefined): Promise<string> {
  const timeout = AbortSignal.timeout(FETCH_MILLISECONDS);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  let url = urlInRoots(roots, name);
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    const response = await get(name, url, either, signal);
    const location = response.status >= 300 && response.status < 400 ? response.headers.get("location") : null;
    if (location === null) {
      if (!response.ok) throw new InvalidOptionError(`Expected ${name} to answer with 200, got ${response.status}.`);
      return decoded(name, await bodyOf(name, response));
    }
    await response.body?.cancel();
    url = urlInRoots(roots, URL.canParse(location, url.href) ? new URL(location, url).href : location);
  }
  throw new InvalidOptionError(`Expected ${name} to lead to a page in ${MOST_REDIRECTS} redirects, got more.`);
}

async function get(name: string, url: URL, either: AbortSignal, own: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(url, { redirect: "manual", signal: either });
  } catch (cause) {
    own?.throwIfAborted();
    throw new InvalidOptionError(`Expected ${name} to answer, got ${(cause as Error).message}.`, { cause });
  }
}

async function bodyOf(name: string, { body }: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength;
    if (bytes > MOST_BYTES) throw tooLong(name);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function decoded(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InvalidOptionError(`Expected ${name} to be text in UTF-8, got other bytes.`, { cause });
  }
}

function tooLong(name: string): InvalidOptionError {
  return new InvalidOptionError(`Expected ${name} to have at most ${MOST_BYTES / 2 ** 20} MiB, got more.`);
}
