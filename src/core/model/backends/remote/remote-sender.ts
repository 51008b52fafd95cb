import { BackendError } from "../../../errors.js";
import { allowManyListeners } from "../../../runtime/listeners.js";

export interface RemoteRequest {
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer>;
}

export interface RemoteReply {
  headers: Headers;
  body: ArrayBuffer;
}

export interface SenderOptions {
  url: URL;
  /** Sent with every request. */
  headers: Headers;
  /** Taken out of every error, besides what is in `headers`. */
  secrets: readonly string[];
  timeoutMs: number;
  retries: number;
  retryDelayMs: number;
  fetch: typeof fetch;
}

/** Posts requests to one address: with a time limit, further attempts, and an end. */
export interface Sender {
  /** @throws BackendError If no attempt succeeded. */
  send(request: RemoteRequest): Promise<RemoteReply>;
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
/** A server's Retry-After is followed up to here. */
const LONGEST_PAUSE_MS = 30_000;
/** So much of a server's explanation is passed on. */
const EXPLANATION_LENGTH = 300;

interface Attempt {
  reply?: RemoteReply;
  error?: BackendError;
  /** Set if another attempt makes sense: the pause the server asks for, or 0. */
  retryAfterMs?: number;
}

/** Sends requests to one server, so many at a time, again if the server asks for it. */
export function createSender(options: SenderOptions): Sender {
  const { url, retries, retryDelayMs, timeoutMs } = options;
  const address = `${url.origin}${url.pathname}`;
  const hide = redactor(options);
  const stopping = new AbortController();
  // As many listeners as requests in flight.
  allowManyListeners(stopping.signal);

  const attempt = async (request: RemoteRequest): Promise<Attempt> => {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeoutMs);
    const stop = () => limit.abort();
    stopping.signal.addEventListener("abort", stop, { once: true });
    try {
      const headers = new Headers(options.headers);
      for (const [name, value] of Object.entries(request.headers)) headers.set(name, value);
      // Credentials do not follow a redirect to another host.
      const response = await options.fetch(url, {
        method: "POST",
        headers,
        body: request.body,
        signal: limit.signal,
        redirect: "manual",
      });
      const body = await response.arrayBuffer();
      if (response.ok) return { reply: { headers: response.headers, body } };
      const error = new HttpError(
        `Expected ${address} to answer, got HTTP ${response.status}${explanation(body, hide)}.`,
        response.status,
      );
      return BUSY.has(response.status) ? { error, retryAfterMs: pauseOf(response.headers) } : { error };
    } catch (cause) {
      if (limit.signal.aborted) {
        return { error: new BackendError(`Expected ${address} to answer within ${timeoutMs} ms, got nothing.`) };
      }
      const message = hide(`Expected ${address} to be reachable, got ${reasonOf(cause)}.`);
      return { error: new BackendError(message, { cause }), retryAfterMs: 0 };
    } finally {
      clearTimeout(timer);
      stopping.signal.removeEventListener("abort", stop);
    }
  };

  return {
    async send(request) {
      for (let tries = 0; ; tries += 1) {
        stopping.signal.throwIfAborted();
        const { reply, error, retryAfterMs } = await attempt(request);
        stopping.signal.throwIfAborted();
        if (reply) return reply;
        if (retryAfterMs === undefined || tries >= retries) throw error;
        // Callers that were refused together do not come back together.
        const backoff = retryDelayMs * 2 ** tries * (0.5 + Math.random());
        await pause(Math.min(LONGEST_PAUSE_MS, Math.max(backoff, retryAfterMs)), stopping.signal);
      }
    },
    stop: (reason) => stopping.abort(reason),
  };
}

/** Takes credentials out of a message: a server may repeat what it was sent. */
function redactor(options: Pick<SenderOptions, "headers" | "secrets">): (message: string) => string {
  const secrets = [...options.headers.values(), ...options.secrets]
    .flatMap((value) => [value, ...value.split(/\s+/)])
    .filter((secret) => secret.length >= 4)
    .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret, "utf8").toString("base64")])
    .sort((a, b) => b.length - a.length);
  return (message) => secrets.reduce((text, secret) => text.replaceAll(secret, "[redacted]"), message);
}

/**
 * The server's own words: `{"error": "..."}` in the protocol, else the start of the text. What is secret is taken out
 * before they are cut: half a secret would not be known.
 */
function explanation(body: ArrayBuffer, hide: (message: string) => string): string {
  const text = Buffer.from(body).toString("utf8").trim();
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

/** Retry-After in milliseconds: seconds or a date. */
function pauseOf(headers: Headers): number {
  const value = headers.get("retry-after");
  if (value === null) return 0;
  const seconds = /^\s*\d+\s*$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : 0;
}

function reasonOf(cause: unknown): string {
  const inner = (cause as { cause?: { code?: string; message?: string } }).cause;
  return inner?.code ?? inner?.message ?? String(cause);
}

/** Waits, or ends with the signal's reason. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
