import type { ScoreCache } from "./cache/cache.js";
import { memoryCache } from "./cache/memory.js";
import { packMetadata, type ScoreMetadata } from "./cache/metadata.js";
import { roomOf } from "./cache/room.js";
import { measureCompression, measureReading } from "./call-measures.js";
import { compress } from "./compress.js";
import { hintOf } from "./document/hint.js";
import { meanVector } from "./document/mean-vector.js";
import { createDocumentReader, type ReaderInput } from "./document/reader.js";
import { InvalidOptionError, SieveError } from "./errors.js";
import type { JsonOptions, JsonValue } from "./methods/llmlingua2/json.js";
import type { StructuredOptions, StructuredResult } from "./methods/llmlingua2/structured.js";
import { checkMethodOptions, type MethodOptions, openMethod } from "./methods/method.js";
import { rememberQuestions } from "./model/question-vectors.js";
import { openModels } from "./open-models.js";
import { type CompressOptions, checkRequest } from "./options/compress-options.js";
import { checkDocuments, checkQuery, checkTexts, expectForm, expectKind } from "./options/documents.js";
import { expectSignal } from "./options/expect.js";
import { checkSieveOptions, type MethodName, type SieveOptions } from "./options/sieve-options.js";
import { rehearseOnce } from "./rehearse.js";
import { openTelemetry, traced } from "./runtime/telemetry.js";
import type { CompressResult, DocumentInput } from "./types.js";

/** What a sieve runs on. */
export interface SieveInfo {
  /** How it chooses words. */
  method: MethodName;
  /** Name of the model; of both, joined by ` + `, if there are two. */
  model: string;
  version: string;
  /** Where the model really runs: with `device: "auto"`, what was found. */
  device: string;
  /** Why there, with `device: "auto"`: what was faster or missing. */
  deviceReason?: string;
  dtype: string;
  /** Length of a vector; 0 for models without. */
  dimension: number;
  /** Changes with anything that could change a score. */
  fingerprint: string;
}

/** Options of a call that has no others. */
export interface CallOptions {
  /** Stops the call with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Options of `encode`: scores are of a text as it is read, so give what `compress` will be given. */
export type EncodeOptions = CallOptions & Pick<CompressOptions, "kind" | "form">;

/** Fits documents into a token budget. Safe to call from many places at once. */
export interface Sieve<Name extends MethodName = "contextsieve"> {
  readonly info: SieveInfo;
  /** Fits documents under a ceiling. @throws InvalidOptionError, BudgetError, BackendError, or the signal's reason */
  compress(options: MethodOptions[Name]): Promise<CompressResult>;
  /** Encodes documents ahead of the questions: fills the cache. */
  encode(
    documents: readonly DocumentInput[],
    options?: EncodeOptions,
  ): Promise<{ cacheHits: number; cacheMisses: number }>;
  /**
   * Encodes documents for a store that keeps their scores beside them: an object a document, to be spread into its
   * metadata. `compress` finds the scores there, and does not encode the text again.
   *
   * @throws InvalidOptionError, BackendError, or the signal's reason
   */
  toMetadata(documents: readonly DocumentInput[], options?: EncodeOptions): Promise<ScoreMetadata[]>;
  /**
   * Unit vectors of whole texts, from the same pass that scores them: fills the cache too. With two models the second
   * gives all vectors, of texts and questions alike, since vectors of two models cannot be compared.
   */
  embedDocuments(texts: readonly string[], options?: CallOptions): Promise<Float32Array[]>;
  /** Unit vector of a question. */
  embedQuery(query: string, options?: CallOptions): Promise<Float32Array>;
  /**
   * Contexts whose parts carry their own rates, in LLMLingua's tags
   * (`<llmlingua, rate=0.4>...</llmlingua>`); only with `method: "llmlingua2"`.
   *
   * @throws InvalidOptionError, BackendError, or the signal's reason
   */
  compressStructured(contexts: readonly string[], options?: StructuredOptions): Promise<StructuredResult>;
  /**
   * The texts inside a JSON object, its shape left as it is; only with `method: "llmlingua2"`.
   *
   * @throws InvalidOptionError, BackendError, or the signal's reason
   */
  compressJson(
    data: { readonly [key: string]: JsonValue },
    options?: JsonOptions,
  ): Promise<{ [key: string]: JsonValue }>;
  /** Gives up this sieve's share in the model; the last one ends its thread. */
  dispose(): Promise<void>;
}

/** The default cache: one for the process, since the same text has the same scores for everyone. */
const SHARED_CACHE = Symbol.for("contextsieve.cache.v2");
const shared = globalThis as { [SHARED_CACHE]?: ScoreCache };

/**
 * Makes a sieve. Sieves of one process share the session, the batcher and the default cache of each
 * (model, device, dtype, threads, sessions).
 *
 * @example
 * const sieve = await createSieve();
 * const { text, tokens } = await sieve.compress({ documents, query, maxTokens: 2000 });
 * await sieve.dispose();
 *
 * @throws InvalidOptionError, ModelLoadError, or the signal's reason
 */
export async function createSieve<Name extends MethodName = "contextsieve">(
  options: SieveOptions<Name> = {},
): Promise<Sieve<Name>> {
  const checked = checkSieveOptions(options);
  const { cache } = checked;
  const method: MethodName = checked.method ?? "contextsieve";
  const models = await openModels(checked, (model) => {
    void openTelemetry();
    // Published rules take other steps.
    if (method === "contextsieve") rehearseOnce(model);
  });
  // Nobody waits for it: what runs before it is there is not measured.
  void openTelemetry();
  const encoder = models.pair.first;
  shared[SHARED_CACHE] ??= memoryCache();
  const scores = cache === false ? undefined : (cache ?? shared[SHARED_CACHE]);
  // What is found out about texts counts to the memory cache, or to the process's where scores are kept elsewhere.
  const room = scores && (roomOf(scores) ?? roomOf(shared[SHARED_CACHE]));
  const pair = scores ? rememberQuestions(models.pair) : models.pair;
  const reader = createDocumentReader(pair, scores, room);
  const labels = { device: encoder.device, model: models.names.join(" + ") };
  let disposed = false;
  const alive = () => {
    if (disposed) throw new SieveError("Expected a sieve in use, got one that was disposed of.");
  };
  /** The model as LLMLingua-2's rules run on it. */
  const publishedModel = async () => {
    if (method !== "llmlingua2") {
      throw new InvalidOptionError(`Expected a sieve with \`method: "llmlingua2"\` for this call, got \`${method}\`.`);
    }
    const { openLlmlingua2Model } = await import("./methods/llmlingua2/model.js");
    return openLlmlingua2Model(encoder);
  };

  return {
    info: {
      method,
      model: labels.model,
      version: encoder.model.manifest.version,
      device: encoder.device,
      ...(encoder.deviceReason === undefined ? {} : { deviceReason: encoder.deviceReason }),
      dtype: encoder.model.dtype,
      dimension: encoder.dimension,
      fingerprint: models.fingerprint,
    },
    async compress(compressOptions) {
      alive();
      checkMethodOptions(method, compressOptions);
      const cut = async () => {
        if (method === "contextsieve") return compress(checkRequest(compressOptions), pair, reader);
        const { compress: compressByMethod } = await openMethod(method);
        return compressByMethod(compressOptions, encoder);
      };
      return traced("compress", cut, (result) => measureCompression(result, compressOptions, labels));
    },
    async encode(documents, options = {}) {
      alive();
      const inputs = inputsOf(documents, options);
      const read = () => reader.encode(inputs, options.signal);
      return traced("encode", read, (counts) => measureReading(counts, labels));
    },
    async toMetadata(documents, options = {}) {
      alive();
      const scored = await reader.score(inputsOf(documents, options), options.signal);
      return scored.map(({ key, scores: own }) => (key === undefined ? {} : packMetadata(key, own)));
    },
    async embedDocuments(texts, { signal } = {}) {
      alive();
      expectSignal(signal);
      signal?.throwIfAborted();
      const inputs = checkTexts(texts).map((text) => ({ text, bySecond: true }));
      const { documents } = await reader.read(inputs, signal);
      return documents.map(meanVector);
    },
    async embedQuery(query, { signal } = {}) {
      alive();
      expectSignal(signal);
      signal?.throwIfAborted();
      const text = checkQuery(query);
      const embedder = (await pair.second?.()) ?? pair.first;
      return embedder.encodeQuestion(text, signal);
    },
    async compressStructured(contexts, structuredOptions = {}) {
      alive();
      const model = await publishedModel();
      const { compressStructured } = await import("./methods/llmlingua2/structured.js");
      return compressStructured(contexts, structuredOptions, model);
    },
    async compressJson(data, jsonOptions = {}) {
      alive();
      const model = await publishedModel();
      const { compressJson } = await import("./methods/llmlingua2/json.js");
      return compressJson(data, jsonOptions, model);
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      await models.release();
    },
  };
}

/** What the reader needs of documents. @throws InvalidOptionError, or the signal's reason */
function inputsOf(documents: readonly DocumentInput[], { kind, form, signal }: EncodeOptions): ReaderInput[] {
  expectKind("kind", kind);
  expectSignal(signal);
  const inputs = checkDocuments(documents).map((source) => ({
    text: source.text,
    hint: hintOf(source, kind),
    form: expectForm(form),
    metadata: source.metadata,
  }));
  signal?.throwIfAborted();
  return inputs;
}
