import { ModelLoadError } from "../../errors.js";
import { isLastingFailure } from "../../runtime/network-failure.js";
import { pause } from "../../runtime/pause.js";
import { retryAfterMs } from "../../runtime/retry-after.js";
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
  /** Where in the file the content begins, in bytes: not 0 only if that was asked for, and the server could. */
  startsAt: number;
}

const MAX_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 250;
/** A server that asks for more time than this is not waited for. */
const LONGEST_PAUSE_MS = 30_000;
const NEVER = new AbortController().signal;
const MAX_REDIRECTS = 8;
/** A server that does not even begin to answer is given up. */
const ANSWER_TIMEOUT_MS = 30_000;

/**
 * Asks the Hub for a file of a checkpoint, again after a pause if it is busy or out of reach.
 *
 * @param from Byte of the file to begin with.
 * @returns undefined if the checkpoint has no such file.
 * @throws ModelLoadError If the checkpoint cannot be had. The signal's reason if it was aborted.
 */
export async function requestFile(
  model: string,
  file: string,
  options: ResolvedHubOptions,
  from = 0,
): Promise<RemoteFile | undefined> {
  const { remoteHost, revision, signal } = options;
  const path = [...model.split("/"), "resolve", ...revision.split("/"), ...file.split("/")];
  const url = `${remoteHost}/${path.map(encodeURIComponent).join("/")}`;
  let failure: unknown;
  let askedMs = 0;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    if (attempt > 0) await pause(Math.max(askedMs, FIRST_PAUSE_MS * 2 ** (attempt - 1)), signal ?? NEVER);
    signal?.throwIfAborted();
    try {
      const answer = await follow(url, options, from);
      if (answer.response.ok) return answer;
      await answer.response.body?.cancel();
      const { status } = answer.response;
      if (status === 404) return undefined;
      if (status !== 429 && status < 500) throw refused(url, status);
      failure = `HTTP status ${status}`;
      askedMs = retryAfterMs(answer.response.headers) ?? 0;
      if (askedMs > LONGEST_PAUSE_MS) {
        failure = `${failure}, to be asked again in ${Math.ceil(askedMs / 1000)} seconds`;
        break;
      }
    } catch (error) {
      if (error instanceof ModelLoadError) throw error;
      signal?.throwIfAborted();
      failure = error;
      if (isLastingFailure(error)) break;
    }
  }
  throw unreachable(url, failure);
}

/** Follows redirects by hand: the Hub says commit and hash in its own answer, not in the storage's. */
async function follow(start: string, { authorization, signal }: ResolvedHubOptions, from: number): Promise<RemoteFile> {
  let url = new URL(start);
  let commit: string | undefined;
  let hash: string | undefined;
  let size: number | undefined;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    // Credentials are the Hub's alone: storage on other hosts gets signed addresses instead.
    const headers: Record<string, string> = { "user-agent": "contextsieve", "accept-encoding": "identity" };
    if (authorization !== undefined && url.origin === new URL(start).origin) headers.authorization = authorization;
    if (from > 0) headers.range = `bytes=${from}-`;
    const response = await answerOf(url, headers, signal);
    commit ??= response.headers.get("x-repo-commit") ?? undefined;
    hash ??= hashOf(response.headers.get("x-linked-etag") ?? response.headers.get("etag"));
    size ??= numberOf(response.headers.get("x-linked-size"));
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) {
      const startsAt = response.status === 206 ? startOf(response.headers.get("content-range")) : 0;
      const length = response.ok ? numberOf(response.headers.get("content-length")) : undefined;
      size ??= length === undefined ? undefined : startsAt + length;
      return { response, commit, hash, size, startsAt };
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

/** First byte of a part of a file: `bytes 100-199/200`. */
function startOf(range: string | null): number {
  return Number(/^bytes (\d+)-/u.exec(range ?? "")?.[1] ?? 0);
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
