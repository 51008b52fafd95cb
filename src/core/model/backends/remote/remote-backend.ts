import { BackendError, InvalidOptionError } from "../../../errors.js";
import type { LoadedModel } from "../../load/manifest.js";
import type { EncoderBackend, EncoderBatch, EncoderOutput } from "../backend.js";
import { decodeReply, encodeRequest, type WireFormat } from "./remote-protocol.js";
import { createSender, HttpError, type RemoteReply } from "./remote-sender.js";

/** Where the encoder is served, and how it is spoken to. */
export interface RemoteBackendOptions {
  /** Address of the server, before `/v2`; a user and password in it become an Authorization header. */
  url: string;
  /** Name of the model on the server. */
  model: string;
  /**
   * Version of the model on the server. Part of the fingerprint: with a cache that outlives the server's model, name it.
   *
   * @default the server's choice
   */
  version?: string | undefined;
  /** Headers of every request: credentials. Never shown in an error. @default none */
  headers?: Record<string, string> | undefined;
  /** Time for one request with all its attempts, in milliseconds, more than 0. @default 30_000 */
  timeoutMs?: number | undefined;
  /**
   * Attempts after the first if the server is busy (429, 502, 503, 504) or cannot be reached, 0 to 10. Requests share a
   * supply of `retries` times `concurrency`, and after four that failed in a row the server is left alone for a second
   * and more: then calls fail at once.
   *
   * @default 3
   */
  retries?: number | undefined;
  /**
   * Pause before the first further attempt, in milliseconds, doubled each time; a server's Retry-After goes before it,
   * unless the time is up before that: then the request fails at once.
   *
   * @default 200
   */
  retryDelayMs?: number | undefined;
  /** Most padded tokens in one request. @default 8_192 */
  maxBatchTokens?: number | undefined;
  /** Most windows in one request. @default the model variant's: 1 if a batch's company may change a score */
  maxBatchRows?: number | undefined;
  /** Requests in flight at once. @default 4 */
  concurrency?: number | undefined;
  /**
   * Tensors as bytes after a JSON header (the binary tensor data extension), or as JSON. `auto` asks in bytes
   * and goes over to JSON if the server refuses them. @default "auto"
   */
  format?: "auto" | WireFormat | undefined;
  /** Replaces what the platform gives. */
  lib?: { fetch: typeof fetch } | undefined;
}

/** What a server that does not read the binary extension answers with. */
const REFUSALS = new Set([400, 406, 415, 422]);

/**
 * Runs the encoder on a server of the Open Inference Protocol v2 (Triton, KServe, OpenVINO Model Server):
 * `POST /v2/models/{model}/infer` with int64 `input_ids`, `attention_mask` and, where the model has them,
 * `token_type_ids`; the outputs are those of the model's manifest. The words are cut, scored and fitted here.
 *
 * @example
 * const sieve = await createSieve({ backend: remoteBackend({ url: "http://triton:8000", model: "contextsieve-small" }) });
 *
 * @see https://github.com/kserve/open-inference-protocol
 * @throws InvalidOptionError Naming the option, what was expected and what came.
 */
export function remoteBackend(options: RemoteBackendOptions): (model: LoadedModel) => EncoderBackend {
  const checked = checkOptions(options);
  return (model) => openRemote(model, checked);
}

type CheckedOptions = ReturnType<typeof checkOptions>;

function openRemote(model: LoadedModel, options: CheckedOptions): EncoderBackend {
  const { manifest, variant } = model;
  const maxBatchTokens = options.maxBatchTokens ?? Math.max(8192, manifest.window.maxTokens);
  if (maxBatchTokens < manifest.window.maxTokens) {
    fail("maxBatchTokens", `at least the model's window of ${manifest.window.maxTokens} tokens`, maxBatchTokens);
  }
  const sender = createSender(options);
  let format = options.format;

  const ask = async (batch: EncoderBatch, wire: WireFormat, signal?: AbortSignal): Promise<EncoderOutput> => {
    const reply: RemoteReply = await sender.send(encodeRequest(batch, manifest, wire), signal);
    return decodeReply(reply, batch, manifest);
  };

  return {
    identity: `${options.url.origin}${options.url.pathname}`,
    capabilities: {
      maxBatchTokens,
      maxBatchRows: options.maxBatchRows ?? variant.maxBatchRows,
      concurrency: options.concurrency,
    },
    async run(batch, signal) {
      if (format !== "auto") return ask(batch, format, signal);
      try {
        const output = await ask(batch, "binary", signal);
        format = "binary";
        return output;
      } catch (error) {
        if (!(error instanceof HttpError && REFUSALS.has(error.status))) throw error;
        // Either the server does not read bytes, or the batch is bad: then it is refused as JSON, too.
        const output = await ask(batch, "json", signal);
        format = "json";
        return output;
      }
    },
    async dispose() {
      sender.stop(new BackendError("The encoder was disposed of."));
    },
  };
}

function checkOptions(options: RemoteBackendOptions) {
  const { url, model, version, timeoutMs = 30_000, retries = 3, retryDelayMs = 200, concurrency = 4 } = options;
  const { format = "auto", maxBatchTokens, maxBatchRows, lib } = options;
  if (typeof model !== "string" || model === "") fail("model", "the model's name on the server", model);
  if (version !== undefined && (typeof version !== "string" || version === "")) fail("version", "a string", version);
  checkNumber("timeoutMs", timeoutMs, 1, 2 ** 31 - 1);
  checkNumber("retryDelayMs", retryDelayMs, 0, 60_000);
  checkInteger("retries", retries, 0, 10);
  checkInteger("concurrency", concurrency, 1, 1024);
  if (maxBatchTokens !== undefined) checkInteger("maxBatchTokens", maxBatchTokens, 1, 2 ** 24);
  if (maxBatchRows !== undefined) checkInteger("maxBatchRows", maxBatchRows, 1, 2 ** 16);
  if (!["auto", "binary", "json"].includes(format)) fail("format", "one of auto, binary, json", format);
  if (lib !== undefined && typeof lib.fetch !== "function") fail("lib.fetch", "a function", lib.fetch);

  const { address, headers, secrets } = splitCredentials(url, options.headers ?? {});
  const path = `/v2/models/${encodeURIComponent(model)}${version === undefined ? "" : `/versions/${encodeURIComponent(version)}`}/infer`;
  address.pathname = address.pathname.replace(/\/+$/, "") + path;
  return {
    url: address,
    headers,
    secrets,
    timeoutMs,
    retries,
    retryDelayMs,
    concurrency,
    format,
    maxBatchTokens,
    maxBatchRows,
    fetch: lib?.fetch ?? fetch,
  };
}

/** The address without a user and password, which fetch refuses, and the headers that say the same. */
function splitCredentials(url: string, given: Record<string, string>) {
  const address = typeof url === "string" && URL.canParse(url) ? new URL(url) : undefined;
  // What was given is not repeated: it may hold a password.
  if (!address || !["http:", "https:"].includes(address.protocol)) {
    throw new InvalidOptionError("Expected `url` to be an http or https address, got something else.");
  }
  const headers = new Headers();
  if (typeof given !== "object" || given === null) fail("headers", "an object of strings", given);
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.set(name, value);
    } catch {
      throw new InvalidOptionError(`Expected header \`${name}\` to be valid in HTTP, got a value that is not.`);
    }
  }
  const secrets = [...address.searchParams.values()];
  if (address.username !== "" || address.password !== "") {
    const password = decode(address.password);
    secrets.push(address.password, password);
    const pair = `${decode(address.username)}:${password}`;
    if (!headers.has("authorization")) headers.set("authorization", `Basic ${Buffer.from(pair).toString("base64")}`);
    address.username = "";
    address.password = "";
  }
  return { address, headers, secrets };
}

/** Percent-decoded, if that is what it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function checkNumber(name: string, value: unknown, least: number, most: number): void {
  if (!(typeof value === "number" && value >= least && value <= most)) fail(name, `in [${least}, ${most}]`, value);
}

function checkInteger(name: string, value: unknown, least: number, most: number): void {
  if (!Number.isInteger(value)) fail(name, `an integer in [${least}, ${most}]`, value);
  checkNumber(name, value, least, most);
}

function fail(name: string, expected: string, got: unknown): never {
  throw new InvalidOptionError(`Expected \`${name}\` to be ${expected}, got \`${String(got)}\`.`);
}
