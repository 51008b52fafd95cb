import { setTimeout as wait } from "node:timers/promises";
import { ModelLoadError } from "../../errors.js";
import type { ResolvedHubOptions } from "./options.js";

/** A file as the Hub offers it. */
export interface RemoteFile {
  /** The content, not read yet. */
  response: Response;
  /** Commit the revision stands for; absent if a mirror does not say. */
  commit: string | undefined;
  /** SHA-256 of a large file or SHA-1 of a Git blob, in hexadecimal; absent if the server says neither. */
  hash: string | undefined;
  size: number | undefined;
}

const MAX_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 250;
const MAX_REDIRECTS = 8;
/** A server that does not even begin to answer is given up. */
const ANSWER_TIMEOUT_MS = 30_000;

/**
 * Asks the Hub for a file of a checkpoint, again after a pause if it is busy or out of reach.
 *
 * @returns undefined if the checkpoint has no such file.
 * @throws ModelLoadError If the checkpoint cannot be had. The signal's reason if it was aborted.
 */
export async function requestFile(
  model: string,
  file: string,
  options: ResolvedHubOptions,
): Promise<RemoteFile | undefined> {
  const { remoteHost, revision, signal } = options;
  const path = [...model.split("/"), "resolve", ...revision.split("/"), ...file.split("/")];
  const url = `${remoteHost}/${path.map(encodeURIComponent).join("/")}`;
  let failure: unknown;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    if (attempt > 0) await wait(FIRST_PAUSE_MS * 2 ** (attempt - 1), undefined, { signal }).catch(() => undefined);
    signal?.throwIfAborted();
    try {
      const answer = await follow(url, options);
      if (answer.response.ok) return answer;
      await answer.response.body?.cancel();
      const { status } = answer.response;
      if (status === 404) return undefined;
      if (status !== 429 && status < 500) throw refused(url, status);
      failure = `HTTP status ${status}`;
    } catch (error) {
      if (error instanceof ModelLoadError) throw error;
      signal?.throwIfAborted();
      failure = error;
    }
  }
  throw unreachable(url, failure);
}

/** Follows redirects by hand: the Hub says commit and hash in its own answer, not in the storage's. */
async function follow(start: string, { authorization, signal }: ResolvedHubOptions): Promise<RemoteFile> {
  let url = new URL(start);
  let commit: string | undefined;
  let hash: string | undefined;
  let size: number | undefined;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    // Credentials are the Hub's alone: storage on other hosts gets signed addresses instead.
    const headers: Record<string, string> = { "user-agent": "contextsieve", "accept-encoding": "identity" };
    if (authorization !== undefined && url.origin === new URL(start).origin) headers.authorization = authorization;
    const response = await answerOf(url, headers, signal);
    commit ??= response.headers.get("x-repo-commit") ?? undefined;
    hash ??= hashOf(response.headers.get("x-linked-etag") ?? response.headers.get("etag"));
    size ??= numberOf(response.headers.get("x-linked-size"));
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) {
      if (response.ok) size ??= numberOf(response.headers.get("content-length"));
      return { response, commit, hash, size };
    }
    await response.body?.cancel();
    url = new URL(location, url);
  }
  throw new ModelLoadError(`Expected ${start} to lead to a file, got more than ${MAX_REDIRECTS} redirects.`);
}

/** Waits for the head of an answer, not for its content. */
async function answerOf(url: URL, headers: Record<string, string>, signal: AbortSignal | undefined): Promise<Response> {
  const patience = new AbortController();
  const timer = setTimeout(
    () => patience.abort(new Error(`no answer in ${ANSWER_TIMEOUT_MS / 1000} seconds`)),
    ANSWER_TIMEOUT_MS,
  );
  try {
    const signals = signal ? [signal, patience.signal] : [patience.signal];
    return await fetch(url, { headers, redirect: "manual", signal: AbortSignal.any(signals) });
  } finally {
    clearTimeout(timer);
  }
}

function hashOf(etag: string | null): string | undefined {
  const bare = etag?.replace(/^W\//, "").replaceAll('"', "");
  return bare !== undefined && /^([0-9a-f]{64}|[0-9a-f]{40})$/.test(bare) ? bare : undefined;
}

function numberOf(header: string | null): number | undefined {
  return header !== null && /^\d+$/.test(header) ? Number(header) : undefined;
}

function refused(url: string, status: number): ModelLoadError {
  const hint = status === 401 || status === 403 ? ": a private or gated checkpoint needs `token` or HF_TOKEN" : "";
  return new ModelLoadError(`Expected ${url} to answer, got HTTP status ${status}${hint}.`);
}

function unreachable(url: string, cause: unknown): ModelLoadError {
  const inner = (cause as { cause?: { code?: string; message?: string } })?.cause;
  const reason = inner?.code ?? inner?.message ?? (cause instanceof Error ? cause.message : String(cause));
  return new ModelLoadError(
    `Expected ${url} to answer, got: ${reason}. For work without a network give a folder, or \`localFilesOnly\` with a filled cache.`,
    { cause },
  );
}
