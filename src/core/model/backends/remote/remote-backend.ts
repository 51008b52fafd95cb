import { BackendError, InvalidOptionError } from "../../../errors.js";
import { invalidHeader, takeCredentials } from "../../../runtime/credentials.js";
import type { TlsOptions } from "../../../runtime/tls-fetch.js";
import type { LoadedModel } from "../../load/manifest.js";
import type { EncoderBackend } from "../backend.js";
import { type LocalFallback, localFallback } from "./local-fallback.js";
import { OtherModelError } from "./model-metadata.js";
import { modelServer } from "./model-server.js";
import type { WireFormat } from "./remote-protocol.js";
import { type ServerGroup, serverGroup } from "./server-group.js";

/** Where the encoder is served, and how it is spoken to. */
export interface RemoteBackendOptions {
  /**
   * Address of the server, before `/v2`; a user and password in it become an Authorization header. Several servers of one
   * model share its load: each batch goes to the one with the fewest under way, and to the next where that one fails.
   */
  url: string | readonly string[];
  /** Name of the model on the server. */
  model: string;
  /**
   * Version of the model on the server. Part of the fingerprint: with a cache that outlives the server's model, name it.
   *
   * @default the server's choice
   */
  version?: string | undefined;
  /**
   * Whether the server is asked for the model's metadata before it is used, and again after it has failed: names, types
   * and shapes of its tensors, the version, and the fingerprint where it knows one.
   *
   * @default true
   */
  checkMetadata?: boolean | undefined;
  /**
   * `local`: what no server answers is run in this process, on the CPU. Answers may come from either, so the server should
   * serve the same weights.
   *
   * @default none: such a call fails
   */
  fallback?: "local" | undefined;
  /** Told each time when the model is run in this process because no server answered. */
  onFallback?: ((reason: BackendError) => void) | undefined;
  /** For https: whom to trust, and this client's own certificate, in PEM. @default what the platform trusts */
  tls?: TlsOptions | undefined;
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

/**
 * Runs the encoder on a server of the Open Inference Protocol v2 (Triton, KServe, OpenVINO Model Server):
 * `POST /v2/models/{model}/infer` with int64 `input_ids`, `attention_mask` and, where the model has them,
 * `token_type_ids`; the outputs are those of the model's manifest. The words are cut, scored and fitted here.
 * Where the address changes hands, the answers tell: their version must stay what it was at the start.
 *
 * @example
 * const sieve = await createSieve({ backend: remoteBackend({ url: "http://triton:8000", model: "contextsieve-small" }) });
 *
 * @see https://github.com/kserve/open-inference-protocol
 * @throws InvalidOptionError Naming the option, what was expected and what came.
 */
export function remoteBackend(options: RemoteBackendOptions): (model: LoadedModel) => Promise<EncoderBackend> {
  const checked = checkOptions(options);
  return (model) => openRemote(model, checked);
}

type CheckedOptions = ReturnType<typeof checkOptions>;

async function openRemote(model: LoadedModel, options: CheckedOptions): Promise<EncoderBackend> {
  const { manifest, variant } = model;
  const maxBatchTokens = options.maxBatchTokens ?? Math.max(8192, manifest.window.maxTokens);
  if (maxBatchTokens < manifest.window.maxTokens) {
    fail("maxBatchTokens", `at least the model's window of ${manifest.window.maxTokens} tokens`, maxBatchTokens);
  }
  const servers = await openServers(model, options);
  const local = options.fallback === "local" ? localFallback(model) : undefined;
  let version: string | undefined;
  try {
    ({ version } = await servers.check());
  } catch (error) {
    // One that is down may come up; one with another model is a mistake.
    if (!local || error instanceof OtherModelError) {
      servers.stop(new BackendError("The encoder was disposed of."));
      throw error;
    }
  }
  const address = options.places
    .map(({ url }) => `${url.origin}${url.pathname}`)
    .sort()
    .join(" ");
  const isPinned = options.version !== undefined;

  const ask: EncoderBackend["run"] = async (batch, signal) => {
    const { version: own, ...output } = await servers.run(batch, signal);
    version ??= own;
    if (own === undefined || own === version) return output;
    throw new BackendError(
      `Expected version ${version} of the model from ${address}, as at the start, got ${own}: make a new sieve for it.`,
    );
  };

  return {
    identity: version === undefined || isPinned ? `${address}/infer` : `${address}/infer@${version}`,
    capabilities: {
      maxBatchTokens,
      maxBatchRows: options.maxBatchRows ?? variant.maxBatchRows,
      concurrency: options.concurrency,
    },
    run: local ? withFallback(ask, local, options.onFallback) : ask,
    async dispose() {
      servers.stop(new BackendError("The encoder was disposed of."));
      await local?.dispose();
    },
  };
}

async function openServers(model: LoadedModel, options: CheckedOptions): Promise<ServerGroup> {
  const { places, tls, isChecked, ...rest } = options;
  const ownFetch = tls && (await import("../../../runtime/tls-fetch.js")).tlsFetch(tls);
  const all = { ...rest, isChecked, fetch: ownFetch ?? options.fetch };
  const [first] = places as [CheckedOptions["places"][number]];
  if (places.length === 1) return modelServer(model, { ...all, ...first });
  // A server that is slow leaves time for another.
  const each = { ...all, retries: 0, timeoutMs: options.timeoutMs / 2 };
  const servers = places.map((place) => modelServer(model, { ...each, ...place }));
  return serverGroup(servers, options);
}

function withFallback(
  ask: EncoderBackend["run"],
  local: LocalFallback,
  onFallback: RemoteBackendOptions["onFallback"],
): EncoderBackend["run"] {
  return async (batch, signal) => {
    try {
      return await ask(batch, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof BackendError) || error instanceof OtherModelError) throw error;
      onFallback?.(error);
      return local.run(batch);
    }
  };
}

function checkOptions(options: RemoteBackendOptions) {
  const { url, model, version, timeoutMs = 30_000, retries = 3, retryDelayMs = 200, concurrency = 4 } = options;
  const { format = "auto", maxBatchTokens, maxBatchRows, lib, tls, fallback, onFallback } = options;
  const { checkMetadata: isChecked = true } = options;
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

  if (typeof isChecked !== "boolean") fail("checkMetadata", "a boolean", isChecked);
  if (fallback !== undefined && fallback !== "local") fail("fallback", "local", fallback);
  if (onFallback !== undefined && typeof onFallback !== "function") fail("onFallback", "a function", onFallback);
  if (tls !== undefined) checkTls(tls, lib);

  const urls = Array.isArray(url) ? [...new Set(url)] : [url];
  if (urls.length === 0) fail("url", "an address or more", "none");
  const path = `/v2/models/${encodeURIComponent(model)}${version === undefined ? "" : `/versions/${encodeURIComponent(version)}`}`;
  const places = urls.map((one) => {
    const { address, headers, secrets } = splitCredentials(one, options.headers ?? {});
    address.pathname = address.pathname.replace(/\/+$/, "") + path;
    return { url: address, headers, secrets };
  });
  return {
    places,
    version,
    isChecked,
    fallback,
    onFallback,
    tls,
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

function checkTls(tls: TlsOptions, lib: RemoteBackendOptions["lib"]): void {
  if (typeof tls !== "object" || tls === null) fail("tls", "an object", tls);
  if (lib !== undefined) fail("tls", "absent with a fetch of your own", "both");
  for (const [name, value] of Object.entries(tls)) {
    if (!["ca", "cert", "key", "passphrase"].includes(name)) fail("tls", "of ca, cert, key, passphrase", name);
    // What was given is not repeated: it may be a private key.
    if (value !== undefined && typeof value !== "string") fail(`tls.${name}`, "a text in PEM", typeof value);
  }
}

/** The address without a user and password, which fetch refuses, and the headers that say the same. */
function splitCredentials(url: string, given: Record<string, string>) {
  const address = typeof url === "string" && URL.canParse(url) ? new URL(url) : undefined;
  // What was given is not repeated: it may hold a password.
  if (!address || !["http:", "https:"].includes(address.protocol)) {
    throw new InvalidOptionError("Expected `url` to be an http or https address, got something else.");
  }
  if (typeof given !== "object" || given === null) fail("headers", "an object of strings", given);
  const invalid = invalidHeader(given);
  if (invalid !== undefined) {
    throw new InvalidOptionError(`Expected header \`${invalid}\` to be valid in HTTP, got a value that is not.`);
  }
  const headers = new Headers(given);
  const { authorization, secrets } = takeCredentials(address);
  if (authorization !== undefined && !headers.has("authorization")) headers.set("authorization", authorization);
  return { address, headers, secrets };
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
