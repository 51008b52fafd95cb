import { InvalidOptionError } from "../core/errors.js";
import { invalidHeader, redactor, takeCredentials } from "../core/runtime/credentials.js";
import { isLastingFailure } from "../core/runtime/network-failure.js";
import { readBody } from "../core/runtime/read-body.js";
import { retryAfterMs } from "../core/runtime/retry-after.js";
import type { Teacher } from "./teacher.js";
import { TeacherError, type TeacherErrorOptions } from "./teacher-error.js";

export interface EndpointTeacherOptions {
  /** The server's base (`https://api.openai.com/v1`) or the whole address of its chat completions. */
  endpoint: string;
  /** The server's name for the model. */
  model: string;
  /** Sent as a bearer token; local servers need none. */
  apiKey?: string;
  /** Sampling temperature, 0 or more; `null` leaves it to the server. @default 0 */
  temperature?: number | null;
  /** The most tokens of an answer; left to the server where absent. */
  maxAnswerTokens?: number;
  /** How long one answer may take, in milliseconds. @default 120000 */
  timeoutMs?: number;
  /** Further headers. */
  headers?: Record<string, string>;
  /** In place of the global `fetch`. */
  fetch?: typeof fetch;
}

const RETRYABLE = new Set([408, 409, 425, 429]);
const FATAL = new Set([401, 403, 404]);
/** So much of a server's own words goes into an error, in code units. */
const QUOTED_BODY = 300;
/** So much of an answer is read, in bytes: a chunk's labels take a thousandth of it. */
const MOST_ANSWER_BYTES = 8 * 2 ** 20;

/**
 * A teacher behind an OpenAI-compatible endpoint (`POST .../chat/completions`). Asks once per call: retries
 * are `compressDocuments`'s, by what the {@link TeacherError} says (429 and 5xx are worth a retry, and
 * `Retry-After` is passed on; 401, 403 and 404 end a run). Errors hold no key and no query string.
 *
 * @throws {InvalidOptionError} for an address, a model or a header that cannot be used
 */
export function endpointTeacher(options: EndpointTeacherOptions): Teacher {
  const url = completionsUrl(options.endpoint);
  if (typeof options.model !== "string" || options.model === "") {
    throw new InvalidOptionError(`Expected \`model\` to be a name, got \`${String(options.model)}\`.`);
  }
  const { timeoutMs = 120_000, temperature = 0 } = options;
  const request = options.fetch ?? fetch;
  const { authorization, secrets } = takeCredentials(url);
  const own = {
    ...(options.apiKey ? { authorization: `Bearer ${options.apiKey}` } : authorization && { authorization }),
    ...options.headers,
  };
  const invalid = invalidHeader(own);
  if (invalid !== undefined) {
    throw new InvalidOptionError(`Expected header \`${invalid}\` to be valid in HTTP, got a value that is not.`);
  }
  const headers = { "content-type": "application/json", ...own };
  const hide = redactor([...Object.values(own), options.apiKey ?? "", ...secrets]);
  const fail = (message: string, details: TeacherErrorOptions) =>
    new TeacherError(hide(message), { ...details, ...hiddenCause(details.cause, hide) });
  const place = `${url.origin}${url.pathname}`;

  return async (prompt, { signal } = {}) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const body = JSON.stringify({
      model: options.model,
      messages: [{ role: "user", content: prompt }],
      ...(temperature === null ? {} : { temperature }),
      ...(options.maxAnswerTokens === undefined ? {} : { max_tokens: options.maxAnswerTokens }),
    });
    let response: Response;
    let text: string;
    let isWhole: boolean;
    try {
      const signals = signal ? AbortSignal.any([signal, timeout]) : timeout;
      // Headers of the caller's own would follow a redirect to another host, and the document with them.
      response = await request(url, { method: "POST", headers, body, signal: signals, redirect: "manual" });
      const read = await readBody(response, MOST_ANSWER_BYTES);
      text = new TextDecoder().decode(read.bytes);
      isWhole = read.isWhole;
    } catch (cause) {
      signal?.throwIfAborted();
      const why = timeout.aborted ? `no answer within ${timeoutMs} ms` : "no connection";
      const isLasting = isLastingFailure(cause);
      throw fail(`Expected an answer from ${place}, got ${why}.`, { cause, retryable: !isLasting, fatal: isLasting });
    }
    if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) {
      throw fail(
        `Expected an answer from ${place}, got a redirect, which credentials do not follow: name the address it leads to.`,
        { status: response.status, fatal: true },
      );
    }
    if (!response.ok) {
      const { status } = response;
      const askedMs = retryAfterMs(response.headers);
      throw fail(`Expected an answer from ${place}, got status ${status}: ${quote(hide(text))}`, {
        status,
        retryable: RETRYABLE.has(status) || status >= 500,
        fatal: FATAL.has(status),
        ...(askedMs === undefined ? {} : { retryAfterMs: askedMs }),
      });
    }
    if (!isWhole) {
      throw fail(`Expected ${place} to answer with ${MOST_ANSWER_BYTES} bytes at most, got more.`, { retryable: true });
    }
    const answer = readCompletion(text);
    if (answer === undefined) {
      throw fail(`Expected a chat completion from ${place}, got: ${quote(hide(text))}`, { retryable: true });
    }
    if (answer.cut) throw fail(`Expected a whole answer from ${place}, got one cut off by the token limit.`, {});
    return answer.text;
  };
}

function completionsUrl(endpoint: string): URL {
  let url: URL;
  try {
    url = new URL(endpoint);
  } catch {
    throw new InvalidOptionError("Expected `endpoint` to be an http or https address, got one that does not parse.");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new InvalidOptionError(`Expected \`endpoint\` to be an http or https address, got \`${url.protocol}\`.`);
  }
  if (!url.pathname.endsWith("/chat/completions")) {
    url.pathname = `${url.pathname.replace(/\/+$/u, "")}/chat/completions`;
  }
  return url;
}

/** The first choice's text, leniently: whatever else a server adds or leaves out. */
function readCompletion(body: string): { text: string; cut: boolean } | undefined {
  let reply: { choices?: { message?: { content?: unknown }; text?: unknown; finish_reason?: unknown }[] };
  try {
    reply = JSON.parse(body);
  } catch {
    return undefined;
  }
  const choice = reply?.choices?.[0];
  const content = choice?.message?.content ?? choice?.text;
  const text = Array.isArray(content) ? content.map((part) => part?.text ?? "").join("") : content;
  return typeof text === "string" ? { text, cut: choice?.finish_reason === "length" } : undefined;
}

function quote(body: string): string {
  const line = body.replace(/\s+/gu, " ").trim();
  return line === "" ? "(empty)" : line.length > QUOTED_BODY ? `${line.slice(0, QUOTED_BODY)}...` : line;
}

function hiddenCause(cause: unknown, hide: (message: string) => string): ErrorOptions {
  if (cause === undefined) return {};
  const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return { cause: new Error(hide(message)) };
}
