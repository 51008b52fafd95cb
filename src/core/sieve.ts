import type { ScoreCache } from "./cache/cache.js";
import { memoryCache } from "./cache/memory.js";
import { compress } from "./compress.js";
import { createDocumentEncoder } from "./encode.js";
import { InvalidOptionError, SieveError } from "./errors.js";
import { resolveCheckpoint } from "./hub/checkpoint.js";
import { compressJson, type JsonOptions, type JsonPairOptions, type JsonValue } from "./llmlingua2/json.js";
import { compressByLlmlingua2 } from "./llmlingua2/method.js";
import { openLlmlingua2Model } from "./llmlingua2/model.js";
import type { Llmlingua2Options } from "./llmlingua2/options.js";
import { compressStructured, type StructuredResult } from "./llmlingua2/structured.js";
import { BUNDLED_MODEL, leaseEncoder } from "./model/pool.js";
import {
  type CompressOptions,
  checkDocuments,
  checkLlmlingua2Request,
  checkQuery,
  checkRequest,
  checkSieveOptions,
  checkTexts,
  type SieveOptions,
} from "./options.js";
import type { PlannedDocument } from "./plan.js";
import type { CompressResult, DocumentInput } from "./types.js";

/** What runs behind a sieve. */
export interface SieveInfo {
  model: string;
  version: string;
  /** Where the model really runs: with `device: "auto"`, what was found. */
  device: string;
  dtype: string;
  /** Length of a vector; 0 for models without. */
  dimension: number;
  /** Changes with anything that could change a score. */
  fingerprint: string;
}

/** Fits documents into a token budget. Safe to call from many places at once. */
export interface Sieve {
  readonly info: SieveInfo;
  /** Fits documents under a ceiling. @throws InvalidOptionError, BudgetError, BackendError, or the signal's reason */
  compress(options: CompressOptions): Promise<CompressResult>;
  /** Encodes documents ahead of the questions: fills the cache. */
  encode(
    documents: readonly DocumentInput[],
    options?: { signal?: AbortSignal },
  ): Promise<{ cacheHits: number; cacheMisses: number }>;
  /** Unit vectors of whole texts, from the same pass that scores them: fills the cache too. */
  embedDocuments(texts: readonly string[], options?: { signal?: AbortSignal }): Promise<Float32Array[]>;
  /** Unit vector of a question. */
  embedQuery(query: string, options?: { signal?: AbortSignal }): Promise<Float32Array>;
  /**
   * Contexts whose parts carry their own rates, in LLMLingua's tags
   * (`<llmlingua, rate=0.4>...</llmlingua>`); only with `method: "llmlingua2"`.
   *
   * @throws InvalidOptionError, BackendError, or the signal's reason
   */
  compressStructured(
    contexts: readonly string[],
    options?: Llmlingua2Options,
    signal?: AbortSignal,
  ): Promise<StructuredResult>;
  /**
   * The texts inside a JSON object, its shape left as it is; only with `method: "llmlingua2"`.
   *
   * @throws InvalidOptionError, BackendError, or the signal's reason
   */
  compressJson(
    data: { readonly [key: string]: JsonValue },
    config?: { readonly [key: string]: JsonPairOptions },
    options?: JsonOptions,
    signal?: AbortSignal,
  ): Promise<{ [key: string]: JsonValue }>;
  /** Gives up this sieve's share in the model; the last one ends its thread. */
  dispose(): Promise<void>;
}

/** The default cache: one for the process, since the same text has the same scores for everyone. */
const SHARED_CACHE = Symbol.for("contextsieve.cache.v1");
const shared = globalThis as { [SHARED_CACHE]?: ScoreCache };

/**
 * Makes a sieve. Sieves of one process share the session, the batcher and the default cache of each
 * (model, device, dtype, threads).
 *
 * @throws InvalidOptionError, ModelLoadError
 */
export async function createSieve(options: SieveOptions = {}): Promise<Sieve> {
  const checked = checkSieveOptions(options);
  const { device = "cpu", dtype, threads, backend, cache, method = "contextsieve" } = checked;
  const folder = await findModel(checked);
  const lease = await leaseEncoder({ folder, device, dtype, threads, backend });
  const { encoder } = lease;
  shared[SHARED_CACHE] ??= memoryCache();
  const documentEncoder = createDocumentEncoder(encoder, cache === false ? undefined : (cache ?? shared[SHARED_CACHE]));
  let disposed = false;
  const alive = () => {
    if (disposed) throw new SieveError("Expected a sieve in use, got one that was disposed of.");
  };

  const publishedModel = () => {
    if (method !== "llmlingua2") {
      throw new InvalidOptionError(`Expected a sieve with \`method: "llmlingua2"\` for this call, got \`${method}\`.`);
    }
    return openLlmlingua2Model(encoder);
  };

  return {
    info: {
      model: encoder.model.manifest.name,
      version: encoder.model.manifest.version,
      device: encoder.device,
      dtype: encoder.model.dtype,
      dimension: encoder.dimension,
      fingerprint: encoder.model.fingerprint,
    },
    async compress(compressOptions) {
      alive();
      if (method === "llmlingua2") return compressByLlmlingua2(checkLlmlingua2Request(compressOptions), encoder);
      return compress(checkRequest(compressOptions), encoder, documentEncoder);
    },
    async encode(documents, { signal } = {}) {
      alive();
      const texts = checkDocuments(documents).map(({ text }) => text);
      signal?.throwIfAborted();
      const { cacheHits, cacheMisses } = await documentEncoder.encodeDocuments(texts, signal);
      return { cacheHits, cacheMisses };
    },
    async embedDocuments(texts, { signal } = {}) {
      alive();
      signal?.throwIfAborted();
      const { documents } = await documentEncoder.encodeDocuments(checkTexts(texts), signal);
      return documents.map(meanVector);
    },
    async embedQuery(query, { signal } = {}) {
      alive();
      signal?.throwIfAborted();
      return encoder.encodeQuestion(checkQuery(query), signal);
    },
    async compressStructured(contexts, structuredOptions = {}, signal) {
      alive();
      return compressStructured(contexts, structuredOptions, await publishedModel(), signal);
    },
    async compressJson(data, config = {}, jsonOptions = {}, signal) {
      alive();
      return compressJson(data, config, jsonOptions, await publishedModel(), signal);
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      await lease.release();
    },
  };
}

async function findModel({
  model,
  device,
  dtype,
  revision,
  cacheDir,
  localFilesOnly,
  remoteHost,
}: SieveOptions): Promise<string> {
  if (model === undefined) return BUNDLED_MODEL;
  // A path is a path, also where nothing is there: its error should name the folder.
  if (/^[./~]|\\|^[^/]*$|\/.*\//u.test(model)) return model;
  const forGpu = device !== undefined && device !== "cpu";
  return resolveCheckpoint(model, { dtype, forGpu, revision, cacheDir, localFilesOnly, remoteHost });
}

/** A text's vector: the mean of its sentences', by their words. */
function meanVector({ vectors, sentences, dimension }: PlannedDocument): Float32Array {
  const mean = new Float32Array(dimension);
  for (const [index, { firstWord, endWord }] of sentences.entries()) {
    for (let column = 0; column < dimension; column += 1) {
      mean[column] = (mean[column] as number) + (endWord - firstWord) * (vectors[index * dimension + column] as number);
    }
  }
  const length = Math.hypot(...mean);
  return length === 0 ? mean : mean.map((component) => component / length);
}
