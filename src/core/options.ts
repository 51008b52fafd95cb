import type { ScoreCache } from "./cache/cache.js";
import { InvalidOptionError } from "./errors.js";
import type { Llmlingua2Request } from "./llmlingua2/method.js";
import { LLMLINGUA2_OPTION_NAMES, type Llmlingua2Options, resolveLlmlingua2Options } from "./llmlingua2/options.js";
import type { EncoderBackend } from "./model/backends/backend.js";
import type { Device } from "./model/backends/onnx.js";
import type { LoadedModel } from "./model/manifest.js";
import type { DocumentInput, SourceDocument } from "./types.js";

/** How a sieve is made. All optional. */
export interface SieveOptions {
  /** Model folder, folder of an ONNX checkpoint, or id on the Hub. @default the bundled model */
  model?: string;
  /** Where the model runs. `auto` takes a GPU where one is, else the CPU; `sieve.info.device` says which. @default "cpu" */
  device?: Device;
  /** Form of the weights, by its name in the manifest. @default the manifest's */
  dtype?: string;
  /** Threads of the inference session, at least 1. @default the machine's cores, at most 8 */
  threads?: number;
  /** Where scores are kept between calls: a cache, or false for none. @default a memory cache of 256 MB, shared by the process */
  cache?: ScoreCache | false;
  /**
   * How words are chosen: our own coarse-to-fine selection, or LLMLingua-2's rule as published.
   * @default "contextsieve"
   */
  method?: "contextsieve" | "llmlingua2";
  /** For a model on the Hub: branch, tag or commit. @default "main" */
  revision?: string;
  /** For a model on the Hub: folder of downloaded checkpoints. @default as the Hub's Python client */
  cacheDir?: string;
  /** For a model on the Hub: never ask the network. @default HF_HUB_OFFLINE */
  localFilesOnly?: boolean;
  /** For a model on the Hub: its address, or a mirror's. @default HF_ENDPOINT, or https://huggingface.co */
  remoteHost?: string;
  /** Opens another backend than onnxruntime-node. */
  backend?: (model: LoadedModel) => EncoderBackend | Promise<EncoderBackend>;
}

/** Counts tokens as the target model does. */
export type TokenizerOption = string | ((text: string) => number | Promise<number>);

/** Options that only a sieve with `method: "llmlingua2"` knows: the reference's, in camelCase. */
export type Llmlingua2CompressOptions = Omit<Llmlingua2Options, "rate" | "maxTokens" | "forceTokens"> & {
  /** `hard` trims what the published rule keeps to the budget; `reference` leaves it as published. @default "hard" */
  ceiling?: "hard" | "reference";
};

/** What one call of `compress` takes: documents, and exactly one of `maxTokens`, `rate`, `threshold`. */
export interface CompressOptions extends Llmlingua2CompressOptions {
  /** Texts, or texts with what is known of them. At least one. Never mutated. */
  documents: readonly DocumentInput[];
  /** The question that the context is for. @default none: what is informative in itself stays */
  query?: string;
  /** Hard ceiling for the whole result, in target tokens; an integer of at least 1. */
  maxTokens?: number;
  /** Share of the tokens to keep, in (0, 1]. */
  rate?: number;
  /** Lowest score of a kept word, in [0, 1]; the same text and question give the same output in any company. */
  threshold?: number;
  /** Encoding name, folder with a `tokenizer.json`, or a function. @default "o200k_base" */
  tokenizer?: TokenizerOption;
  /** How the caller will render a document; counted inside the ceiling. @default the text alone */
  template?: (document: SourceDocument, text: string) => string;
  /** Joins the documents. @default "\n\n" */
  separator?: string;
  /** Sentences less relevant than this are left out even where there is room, in [0, 1]. @default 0 */
  minRelevance?: number;
  /** Phrases kept wherever their sentence is kept, compared to the letter. @default [] */
  forcePhrases?: readonly string[];
  /** The same as `forcePhrases`, under LLMLingua's name. @default [] */
  forceTokens?: readonly string[];
  /** Weight of the caller's own `score` (standardised over the documents) in the ranking of documents, at least 0. @default 0 */
  scoreWeight?: number;
  /** Let near-duplicate sentences fill the budget once only. @default true */
  dedupe?: boolean;
  /** Add every word with its scores and fate. @default false */
  explain?: boolean;
  /** Stops the call with the signal's reason. */
  signal?: AbortSignal;
}

/** How much is to stay. */
export type Target =
  | { kind: "maxTokens"; maxTokens: number }
  | { kind: "rate"; rate: number }
  | { kind: "threshold"; threshold: number };

/** Options of one call, checked and complete. */
export interface CheckedRequest {
  documents: (SourceDocument & { id: string })[];
  query: string | undefined;
  target: Target;
  tokenizer: TokenizerOption | undefined;
  template: ((document: SourceDocument, text: string) => string) | undefined;
  separator: string;
  minRelevance: number;
  phrases: string[];
  scoreWeight: number;
  dedupe: boolean;
  explain: boolean;
  signal: AbortSignal | undefined;
}

const SIEVE_OPTIONS = new Set([
  "model",
  "device",
  "dtype",
  "threads",
  "cache",
  "backend",
  "method",
  "revision",
  "cacheDir",
  "localFilesOnly",
  "remoteHost",
]);
const COMPRESS_OPTIONS = new Set(
  "documents query maxTokens rate threshold tokenizer template separator minRelevance forcePhrases forceTokens scoreWeight dedupe explain signal".split(
    " ",
  ),
);
const LLMLINGUA2_NAMES = new Set<string>([...LLMLINGUA2_OPTION_NAMES, "ceiling"]);
const METHODS: readonly string[] = ["contextsieve", "llmlingua2"];
const DEVICES: readonly Device[] = ["auto", "cpu", "cuda", "webgpu", "dml", "coreml"];

/** @throws InvalidOptionError Naming the option, what was expected, and what came. */
export function checkSieveOptions(options: SieveOptions): SieveOptions {
  if (typeof options !== "object" || options === null) fail("options", "an object", options);
  refuseUnknown(options, SIEVE_OPTIONS);
  const { model, device, dtype, threads, cache, backend } = options;
  if (model !== undefined && (typeof model !== "string" || model === "")) fail("model", "a model folder", model);
  if (device !== undefined && !DEVICES.includes(device)) fail("device", `one of ${DEVICES.join(", ")}`, device);
  if (dtype !== undefined && typeof dtype !== "string") fail("dtype", "a string", dtype);
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1))
    fail("threads", "an integer of at least 1", threads);
  if (
    cache !== undefined &&
    cache !== false &&
    !(typeof cache?.get === "function" && typeof cache.set === "function")
  ) {
    fail("cache", "a ScoreCache or false", cache);
  }
  if (backend !== undefined && typeof backend !== "function") fail("backend", "a function", backend);
  const { method, localFilesOnly } = options;
  if (method !== undefined && !METHODS.includes(method)) fail("method", `one of ${METHODS.join(", ")}`, method);
  if (localFilesOnly !== undefined && typeof localFilesOnly !== "boolean")
    fail("localFilesOnly", "a boolean", localFilesOnly);
  for (const name of ["revision", "cacheDir", "remoteHost"] as const) {
    const value = options[name];
    if (value !== undefined && (typeof value !== "string" || value === ""))
      fail(name, "a string that is not empty", value);
  }
  return options;
}

/**
 * Checks a call of the published method: its own options besides.
 *
 * @throws InvalidOptionError Naming the option, what was expected, and what came.
 */
export function checkLlmlingua2Request(options: CompressOptions): Llmlingua2Request {
  const { ceiling = "hard" } = options;
  if (ceiling !== "hard" && ceiling !== "reference") fail("ceiling", '"hard" or "reference"', ceiling);
  const own = LLMLINGUA2_OPTION_NAMES.flatMap((name) =>
    options[name as keyof CompressOptions] === undefined ? [] : [[name, options[name as keyof CompressOptions]]],
  );
  const llmlingua2: Llmlingua2Request["llmlingua2"] = Object.fromEntries(own);
  const request = checkRequest(
    Object.fromEntries(
      Object.entries(options).filter(([name]) => !LLMLINGUA2_NAMES.has(name)),
    ) as unknown as CompressOptions,
  );
  if (request.phrases.length > 0) llmlingua2.forceTokens = request.phrases;
  resolveLlmlingua2Options(llmlingua2);
  return { ...request, ceiling, llmlingua2 };
}

/** @throws InvalidOptionError Naming the option, what was expected, and what came. */
export function checkRequest(options: CompressOptions): CheckedRequest {
  if (typeof options !== "object" || options === null) fail("options", "an object", options);
  const foreign = Object.keys(options).find((name) => LLMLINGUA2_NAMES.has(name));
  if (foreign !== undefined) {
    throw new InvalidOptionError(`Expected \`${foreign}\` with \`method: "llmlingua2"\` only, got it without.`);
  }
  refuseUnknown(options, COMPRESS_OPTIONS);
  const {
    query,
    template,
    separator = "\n\n",
    minRelevance = 0,
    scoreWeight = 0,
    dedupe = true,
    explain = false,
    signal,
    tokenizer,
  } = options;
  if (query !== undefined && typeof query !== "string") fail("query", "a string", query);
  if (template !== undefined && typeof template !== "function") fail("template", "a function", template);
  if (typeof separator !== "string") fail("separator", "a string", separator);
  if (!inRange(minRelevance, 0, 1)) fail("minRelevance", "in [0, 1]", minRelevance);
  if (!inRange(scoreWeight, 0, Number.MAX_VALUE)) fail("scoreWeight", "a number of at least 0", scoreWeight);
  if (typeof dedupe !== "boolean") fail("dedupe", "a boolean", dedupe);
  if (typeof explain !== "boolean") fail("explain", "a boolean", explain);
  if (signal !== undefined && typeof signal?.throwIfAborted !== "function") fail("signal", "an AbortSignal", signal);
  if (tokenizer !== undefined && typeof tokenizer !== "string" && typeof tokenizer !== "function") {
    fail("tokenizer", "an encoding name, a folder or a function", tokenizer);
  }
  return {
    documents: checkDocuments(options.documents),
    query: query?.trim() ? query : undefined,
    target: checkTarget(options),
    tokenizer,
    template,
    separator,
    minRelevance,
    phrases: [
      ...checkPhrases("forcePhrases", options.forcePhrases),
      ...checkPhrases("forceTokens", options.forceTokens),
    ],
    scoreWeight,
    dedupe,
    explain,
    signal,
  };
}

/** @throws InvalidOptionError */
export function checkDocuments(documents: readonly DocumentInput[]): (SourceDocument & { id: string })[] {
  if (!Array.isArray(documents) || documents.length === 0)
    fail("documents", "an array of at least one document", documents);
  return documents.map((input: DocumentInput, index) => {
    const document: SourceDocument = typeof input === "string" ? { text: input } : input;
    if (typeof document !== "object" || document === null)
      fail(`documents[${index}]`, "a string or an object with `text`", input);
    const { id, text, title, score, pinned } = document;
    if (typeof text !== "string") fail(`documents[${index}].text`, "a string", text);
    if (id !== undefined && typeof id !== "string") fail(`documents[${index}].id`, "a string", id);
    if (title !== undefined && typeof title !== "string") fail(`documents[${index}].title`, "a string", title);
    if (score !== undefined && !Number.isFinite(score)) fail(`documents[${index}].score`, "a finite number", score);
    if (pinned !== undefined && typeof pinned !== "boolean") fail(`documents[${index}].pinned`, "a boolean", pinned);
    return { ...document, id: id ?? String(index) };
  });
}

/** Texts to embed: an array of strings, also an empty one. @throws InvalidOptionError */
export function checkTexts(texts: readonly string[]): readonly string[] {
  if (!Array.isArray(texts)) fail("texts", "an array of strings", texts);
  for (const [index, text] of texts.entries()) {
    if (typeof text !== "string") fail(`texts[${index}]`, "a string", text);
  }
  return texts;
}

/** @throws InvalidOptionError */
export function checkQuery(query: string): string {
  if (typeof query !== "string") fail("query", "a string", query);
  return query;
}

function checkTarget({ maxTokens, rate, threshold }: CompressOptions): Target {
  const given = Object.entries({ maxTokens, rate, threshold }).filter(([, value]) => value !== undefined);
  if (given.length !== 1) {
    const names = given.map(([name]) => `\`${name}\``).join(" and ") || "none";
    throw new InvalidOptionError(`Expected exactly one of \`maxTokens\`, \`rate\` and \`threshold\`, got ${names}.`);
  }
  if (maxTokens !== undefined) {
    if (!(Number.isSafeInteger(maxTokens) && maxTokens >= 1)) fail("maxTokens", "an integer of at least 1", maxTokens);
    return { kind: "maxTokens", maxTokens };
  }
  if (rate !== undefined) {
    if (!inRange(rate, 0, 1) || rate === 0) fail("rate", "in (0, 1]", rate);
    return { kind: "rate", rate };
  }
  if (!inRange(threshold, 0, 1)) fail("threshold", "in [0, 1]", threshold);
  return { kind: "threshold", threshold: threshold as number };
}

function checkPhrases(name: string, phrases: readonly string[] | undefined): readonly string[] {
  if (phrases === undefined) return [];
  if (!Array.isArray(phrases) || !phrases.every((phrase) => typeof phrase === "string" && phrase !== "")) {
    fail(name, "an array of strings that are not empty", phrases);
  }
  return phrases;
}

function inRange(value: unknown, low: number, high: number): boolean {
  return typeof value === "number" && value >= low && value <= high;
}

function refuseUnknown(options: object, known: ReadonlySet<string>): void {
  for (const name of Object.keys(options)) {
    if (!known.has(name))
      throw new InvalidOptionError(`Expected options among ${[...known].join(", ")}, got \`${name}\`.`);
  }
}

function fail(name: string, expected: string, got: unknown): never {
  throw new InvalidOptionError(`Expected \`${name}\` to be ${expected}, got ${show(got)}.`);
}

function show(value: unknown): string {
  if (typeof value === "string") return `\`${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)}\``;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "function") return "a function";
  return typeof value === "object" && value !== null ? "an object" : `\`${String(value)}\``;
}
