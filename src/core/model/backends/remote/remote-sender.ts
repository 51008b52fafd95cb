import { BackendError } from "../../../errors.js";
import { redactor } from "../../../runtime/credentials.js";
import { isLastingFailure } from "../../../runtime/network-failure.js";
import { pause } from "../../../runtime/pause.js";
import { type ReadBody, readBody } from "../../../runtime/read-body.js";
import { retryAfterMs } from "../../../runtime/retry-after.js";
import { endTogether, onAbort } from "../../../runtime/until-aborted.js";
import { watchHealth } from "./server-health.js";

/** An inference, or, where it has a path of its own, a question about the model. */
export interface RemoteRequest {
  /** Below the model's address: nothing for its metadata. @default "/infer" */
  path?: string;
  headers: Record<string, string>;
  /** Absent from what is only read. */
  body?: string | Uint8Array<ArrayBuffer>;
  /** No answer to it can be longer, in bytes. */
  mostReplyBytes: number;
}

export interface RemoteReply {
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
}

export interface SenderOptions {
  /** The model's address on the server. */
  url: URL;
  /** Sent with every request. */
  headers: Headers;
  /** Taken out of every error, besides what is in `headers`. */
  secrets: readonly string[];
  /** Time for a request with all its attempts and pauses. */
  timeoutMs: number;
  retries: number;
  retryDelayMs: number;
  /** Requests that may be under way at once. */
  concurrency: number;
  fetch: typeof fetch;
}

/** Sends requests to one address: with a time limit, further attempts, and an end. */
export interface Sender {
  /** @throws BackendError If no attempt succeeded. The signal's reason if nobody waits for the reply any more. */
  send(request: RemoteRequest, signal?: AbortSignal): Promise<RemoteReply>;
  /** Ends what is under way with this error, and everything that comes after. */
  stop(reason: BackendError): void;
}

/** The server answered, and not with a result. */
export class HttpError extends BackendError {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

const BUSY = new Set([429, 502, 503, 504]);
/** So much of a server's explanation is read, in bytes, and passed on, in code units. */
const MOST_EXPLANATION_BYTES = 65_536;
const EXPLANATION_LENGTH = 300;
/** What is shorter is taken for no secret, in code units. */
const SHORTEST_SECRET = 4;

interface Attempt {
  reply?: RemoteReply;
  error?: BackendError;
  /** Set if another attempt makes sense: the pause the server asks for, or 0. */
  retryAfterMs?: number;
}

/** Sends requests to one server, so many at a time, again if the server asks for it. */
export function createSender(options: SenderOptions): Sender {
  const { retries, retryDelayMs, timeoutMs } = options;
  const hide = redactor([...options.headers.values(), ...options.secrets].filter(isTelling));
  const stopping = new AbortController();
  const health = watchHealth(retries * options.concurrency);
  let lastError: BackendError | undefined;

  const attempt = async (request: RemoteRequest, signal: AbortSignal): Promise<Attempt> => {
    const url = addressOf(options.url, request);
    const address = shownAddress(url);
    try {
      const headers = new Headers(options.headers);
      for (const [name, value] of Object.entries(request.headers)) headers.set(name, value);
      // Credentials do not follow a redirect to another host.
      const response = await options.fetch(url, {
        headers,
        ...(request.body === undefined ? {} : { method: "POST", body: request.body }),
        signal,
        redirect: "manual",
      });
      const body = await readBody(response, response.ok ? request.mostReplyBytes : MOST_EXPLANATION_BYTES);
      if (response.ok) return replyOf(address, response, body);
      const error = new HttpError(
        `Expected ${address} to answer, got HTTP ${response.status}${explanation(body.bytes, hide)}.`,
        response.status,
      );
      return BUSY.has(response.status) ? { error, retryAfterMs: retryAfterMs(response.headers) ?? 0 } : { error };
    } catch (cause) {
      signal.throwIfAborted();
      const message = hide(`Expected ${address} to be reachable, got ${reasonOf(cause)}.`);
      const error = new BackendError(message, { cause });
      return isLastingFailure(cause) ? { error } : { error, retryAfterMs: 0 };
    }
  };

  const replyOf = (address: string, { headers }: Response, { bytes, isWhole }: ReadBody): Attempt => {
    if (isWhole) return { reply: { headers, body: bytes } };
    return { error: new BackendError(`Expected ${address} to answer with ${bytes.length} bytes at most, got more.`) };
  };

  /** Attempts until one has a reply, or none makes sense any more. */
  const sendOnce = async (request: RemoteRequest, signal: AbortSignal, deadline: number): Promise<RemoteReply> => {
    for (let tries = 0; ; tries += 1) {
      const { reply, error, retryAfterMs } = await attempt(request, signal);
      if (retryAfterMs === undefined) {
        // A server that describes its model may still fail to run it.
        if (request.path === undefined) health.answered();
        else health.left();
      }
      if (reply) return reply;
      if (retryAfterMs === undefined) throw error;
      // Callers that were refused together do not come back together.
      const wait = Math.max(retryDelayMs * 2 ** tries * (0.5 + Math.random()), retryAfterMs);
      const isInTime = performance.now() + wait < deadline;
      if (tries >= retries || !isInTime || !health.mayRetry()) {
        health.failed();
        lastError = error;
        throw error;
      }
      await pause(wait, signal);
    }
  };

  return {
    async send(request, signal) {
      stopping.signal.throwIfAborted();
      const address = shownAddress(addressOf(options.url, request));
      const rest = health.admit();
      if (rest > 0) {
        const message = `Expected ${address} to answer, got failures only: it is asked again in ${Math.ceil(rest)} ms.`;
        throw new BackendError(message, { cause: lastError });
      }
      const late = new BackendError(`Expected ${address} to answer within ${timeoutMs} ms, got nothing.`);
      return endTogether(signal, async (own) => {
        const limit = new AbortController();
        const timer = setTimeout(() => limit.abort(late), timeoutMs);
        const forget = [own, stopping.signal].map((other) => onAbort(other, () => limit.abort(other.reason)));
        try {
          return await sendOnce(request, limit.signal, performance.now() + timeoutMs);
        } catch (error) {
          if (error === late) health.failed();
          else if (limit.signal.aborted) health.left();
          throw error;
        } finally {
          clearTimeout(timer);
          for (const end of forget) end();
        }
      });
    },
    stop: (reason) => stopping.abort(reason),
  };
}

function addressOf(model: URL, { path = "/infer" }: RemoteRequest): URL {
  const url = new URL(model);
  url.pathname += path;
  return url;
}

/** An address as errors show it: its query may hold a key. */
function shownAddress({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/** Values of headers that are a digit or a word are no secrets, and stand in addresses and sentences. */
function isTelling(value: string): boolean {
  return value.length >= SHORTEST_SECRET;
}

/**
 * The server's own words: `{"error": "..."}` in the protocol, else the start of the text. What is secret is taken out
 * before they are cut: half a secret would not be known.
 */
function explanation(body: Uint8Array, hide: (message: string) => string): string {
  const text = new TextDecoder().decode(body).trim();
  if (text === "") return "";
  let message = text;
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (typeof error === "string") message = error;
  } catch {
    // Not JSON: the text itself says it.
  }
  return `: ${hide(message.replace(/\s+/g, " ")).slice(0, EXPLANATION_LENGTH)}`;
}

function reasonOf(cause: unknown): string {
  const inner = (cause as { cause?: { code?: string; message?: string } }).cause;
  return inner?.code ?? inner?.message ?? String(cause);
}
