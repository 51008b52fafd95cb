import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { InvalidOptionError, ModelLoadError } from "../../errors.js";
import { isInnerName, locateModelFile, readInPieces, readJsonFile } from "./model-files.js";

/** Most pieces one word may take; the rest of a longer word is not read. */
export const MAX_PIECES_PER_WORD = 32;

const TOKEN_TYPES = ["shape", "zero", "none"];
const LABELS = ["keep,core", "keep,core,pivot", "drop,keep"];

/** One stored form of a model's weights. */
export interface ModelVariant {
  /** File in the model folder. */
  file: string;
  /** File of the weights, if they lie beside the graph; several graphs may share one. */
  data?: string;
  /** Most windows in one run: 1 if a batch's company may change a score (dynamic int8). */
  maxBatchRows: number;
  /** Most padded tokens in one run. */
  maxBatchTokens: number;
  /** True if the file may be absent: rebuilt by the training scripts, not shipped. */
  optional?: boolean;
}

/** A model folder's `manifest.json`: all the core needs to know to run the model. */
export interface ModelManifest {
  name: string;
  version: string;
  base?: string;
  licence?: string;
  /** File of the tokenizer, in the Hugging Face `tokenizer.json` format. */
  tokenizer: string;
  specialTokens: { cls: number; sep: number; pad: number; unk: number };
  /** Pieces that the model was trained to read in front of every text and every question; none where absent. */
  prefixes?: { text: number[]; question: number[] };
  /** Most tokens of a window, special tokens included, and the tokens of context at a window's sides. */
  window: { maxTokens: number; contextTokens: number };
  /** What goes in as token type ids: word shapes, zeros, or no such input. */
  tokenTypes: "shape" | "zero" | "none";
  outputs: {
    logits: string;
    /** Name of the hidden states' output; absent for models without sentence vectors. */
    hidden?: string;
    /** Length of a hidden state; absent or 0 for models without sentence vectors. */
    dimension?: number;
    /** `["keep", "core"]`, `["keep", "core", "pivot"]`: a sigmoid each; `["drop", "keep"]`: a softmax over two. */
    labels: string[];
  };
  /** Unicode scripts that the vectors were trained on; questions in others are met by their words. */
  scripts?: string[];
  /** ISO 639-3 codes of the languages in these scripts that it was trained on; all where absent. Changes no score. */
  languages?: string[];
  calibration?: { relevance?: { scale: number; bias: number } };
  variants: Record<string, ModelVariant>;
  defaultVariant: string;
  /** SHA-256 in hexadecimal of every shipped file. */
  checksums: Record<string, string>;
}

/** A model folder that was checked: the manifest, the chosen variant, and the bytes that matter. */
export interface LoadedModel {
  folder: string;
  manifest: ModelManifest;
  dtype: string;
  variant: ModelVariant;
  modelPath: string;
  tokenizerJson: object;
  /** Changes with anything that could change a score: what cache keys are made of. */
  fingerprint: string;
}

/**
 * Reads and checks a model folder.
 *
 * @param folder Folder that holds `manifest.json`.
 * @param dtype Name of a variant; the manifest's default if absent.
 * @throws ModelLoadError Naming the file that is missing, truncated or altered.
 */
export async function loadModel(folder: string, dtype?: string): Promise<LoadedModel> {
  const manifest = await readManifest(folder);
  const name = dtype ?? manifest.defaultVariant;
  const variant = Object.hasOwn(manifest.variants, name) ? manifest.variants[name] : undefined;
  if (!variant) {
    throw new InvalidOptionError(
      `Expected \`dtype\` to be one of ${Object.keys(manifest.variants).join(", ")} for model ${manifest.name}, got \`${name}\`.`,
    );
  }
  const tokenizerBytes = await readModelFile(folder, manifest.tokenizer);
  const sums = [checkSum(folder, manifest, manifest.tokenizer, sha256(tokenizerBytes), tokenizerBytes.length)];
  for (const file of weightFiles(manifest, variant)) {
    const { sum, bytes } = await hashModelFile(folder, file);
    sums.push(checkSum(folder, manifest, file, sum, bytes));
  }
  return {
    folder,
    manifest,
    dtype: name,
    variant,
    modelPath: join(folder, variant.file),
    tokenizerJson: parseJson(tokenizerBytes, folder, manifest.tokenizer),
    fingerprint: fingerprintOf(manifest, [name, ...sums]),
  };
}

/** What is in the fingerprint besides the files: all that a manifest says of how they are used. */
function fingerprintOf(manifest: ModelManifest, files: readonly string[]): string {
  const { name, window, tokenTypes, specialTokens, prefixes, outputs, scripts, calibration } = manifest;
  const parts = [name, ...files, window, tokenTypes, specialTokens, outputs, scripts, calibration];
  return joinedFingerprint(prefixes ? [...parts, prefixes] : parts);
}

/** One fingerprint of many things: 16 hexadecimal digits. */
export function joinedFingerprint(parts: readonly unknown[]): string {
  return sha256(JSON.stringify(parts)).slice(0, 16);
}

/**
 * Reads and checks a model folder's manifest, and no other file.
 *
 * @throws ModelLoadError Naming the field that cannot be used.
 */
export async function readManifest(folder: string): Promise<ModelManifest> {
  return parseManifest(await readModelFile(folder, "manifest.json"), folder);
}

async function readModelFile(folder: string, file: string): Promise<Buffer> {
  try {
    return await readJsonFile(folder, file);
  } catch (cause) {
    throw unreadable(folder, file, cause);
  }
}

/** The graph and the files its weights lie in. */
export function weightFiles(manifest: Pick<ModelManifest, "checksums">, { file, data }: ModelVariant): string[] {
  const beside = Object.keys(manifest.checksums).filter(
    (name) => name.startsWith(`${file}.`) || name.startsWith(`${file}_`),
  );
  return [...new Set([file, ...(data === undefined ? [] : [data]), ...beside])];
}

async function hashModelFile(folder: string, file: string): Promise<{ sum: string; bytes: number }> {
  const hash = createHash("sha256");
  try {
    const { path } = await locateModelFile(folder, file);
    const bytes = await readInPieces(path, (piece) => hash.update(piece));
    return { sum: hash.digest("hex"), bytes };
  } catch (cause) {
    throw unreadable(folder, file, cause);
  }
}

function unreadable(folder: string, file: string, cause: unknown): ModelLoadError {
  if (cause instanceof ModelLoadError) return cause;
  return new ModelLoadError(`Expected model file ${join(folder, file)} to be readable, got ${reason(cause)}.`, {
    cause,
  });
}

function sha256(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}

function reason(cause: unknown): string {
  const code = (cause as { code?: string }).code;
  return code === "ENOENT" ? "no such file" : (code ?? String(cause));
}

function checkSum(folder: string, manifest: ModelManifest, file: string, actual: string, bytes: number): string {
  const expected = manifest.checksums[file];
  if (expected !== undefined && expected !== actual) {
    throw new ModelLoadError(
      `Expected ${join(folder, file)} to have SHA-256 ${expected}, got ${actual} (${bytes} bytes): the file is truncated or altered.${hintOf(folder)}`,
    );
  }
  return actual;
}

/** What to do if the folder is a download's. */
function hintOf(folder: string): string {
  return basename(dirname(folder)) === "snapshots" ? " Delete it, and it is downloaded again." : "";
}

function parseJson(bytes: Buffer, folder: string, file: string): object {
  try {
    return JSON.parse(bytes.toString("utf8")) as object;
  } catch (cause) {
    throw new ModelLoadError(`Expected ${join(folder, file)} to be JSON, got a parse error.`, { cause });
  }
}

function parseManifest(bytes: Buffer, folder: string): ModelManifest {
  const manifest = parseJson(bytes, folder, "manifest.json") as Partial<ModelManifest> | null;
  const fail = (field: string, expected: string, got: unknown): never => {
    throw new ModelLoadError(
      `Expected \`${field}\` in ${join(folder, "manifest.json")} to be ${expected}, got \`${JSON.stringify(got)}\`.`,
    );
  };
  if (!isObject(manifest)) {
    throw new ModelLoadError(`Expected ${join(folder, "manifest.json")} to be a JSON object, got another value.`);
  }
  for (const field of ["name", "version", "tokenizer", "defaultVariant"] as const) {
    if (typeof manifest[field] !== "string") fail(field, "a string", manifest[field]);
  }
  for (const field of ["specialTokens", "window", "outputs", "variants", "checksums"] as const) {
    if (!isObject(manifest[field])) fail(field, "an object", manifest[field]);
  }
  const inner = "a file inside the model's folder";
  if (!isInnerName(manifest.tokenizer)) fail("tokenizer", inner, manifest.tokenizer);
  for (const file of Object.keys(manifest.checksums as object)) {
    if (!isInnerName(file)) fail("checksums", "of files inside the model's folder", file);
  }
  const complete = manifest as ModelManifest;
  const { specialTokens, prefixes, window, tokenTypes, outputs, calibration, variants, defaultVariant } = complete;
  const { scripts } = complete;
  for (const token of ["cls", "sep", "pad", "unk"] as const) {
    const id = specialTokens[token];
    if (!(Number.isInteger(id) && id >= 0)) fail(`specialTokens.${token}`, "a token id", id);
  }
  for (const kind of ["text", "question"] as const) {
    const prefix: unknown = prefixes ? prefixes[kind] : [];
    if (!(Array.isArray(prefix) && prefix.every((id) => Number.isInteger(id) && id >= 0)))
      fail(`prefixes.${kind}`, "a list of token ids", prefix);
  }
  const { maxTokens, contextTokens } = window;
  // The longest word has to fit between the special tokens, a prefix and the context.
  const longestPrefix = Math.max(prefixes?.text.length ?? 0, prefixes?.question.length ?? 0);
  const shortest = MAX_PIECES_PER_WORD + 2 + longestPrefix;
  if (!(Number.isInteger(maxTokens) && maxTokens >= shortest))
    fail("window.maxTokens", `an integer of at least ${shortest}`, maxTokens);
  if (!(Number.isInteger(contextTokens) && contextTokens >= 0 && 2 * contextTokens <= maxTokens - shortest)) {
    fail("window.contextTokens", `an integer of at most (window.maxTokens - ${shortest}) / 2`, contextTokens);
  }
  if (!TOKEN_TYPES.includes(tokenTypes)) fail("tokenTypes", `one of ${TOKEN_TYPES.join(", ")}`, tokenTypes);
  if (typeof outputs.logits !== "string") fail("outputs.logits", "a string", outputs.logits);
  if (!LABELS.includes(String(outputs.labels)))
    fail("outputs.labels", '["keep","core"], ["keep","core","pivot"] or ["drop","keep"]', outputs.labels);
  const { hidden, dimension } = outputs;
  if (hidden !== undefined && !(Number.isInteger(dimension) && (dimension as number) >= 1))
    fail("outputs.dimension", "an integer of at least 1 where there is `outputs.hidden`", dimension);
  const { languages } = complete;
  if (languages !== undefined && !(Array.isArray(languages) && languages.every((code) => /^[a-z]{3}$/u.test(code))))
    fail("languages", "a list of ISO 639-3 codes", languages);
  if (scripts !== undefined && !(Array.isArray(scripts) && scripts.every(isScript)))
    fail("scripts", "a list of Unicode's names of scripts", scripts);
  const { scale, bias } = calibration?.relevance ?? { scale: 0, bias: 0 };
  if (!(Number.isFinite(scale) && Number.isFinite(bias)))
    fail("calibration.relevance", "a finite scale and bias", calibration?.relevance);
  for (const [name, variant] of Object.entries(variants)) {
    if (!isObject(variant)) fail(`variants.${name}`, "an object", variant);
    if (!isInnerName(variant.file)) fail(`variants.${name}.file`, inner, variant.file);
    if (variant.data !== undefined && !isInnerName(variant.data)) fail(`variants.${name}.data`, inner, variant.data);
    if (!(variant.maxBatchRows >= 1)) fail(`variants.${name}.maxBatchRows`, "at least 1", variant.maxBatchRows);
    if (!(variant.maxBatchTokens >= maxTokens)) {
      fail(`variants.${name}.maxBatchTokens`, "at least window.maxTokens", variant.maxBatchTokens);
    }
  }
  if (!Object.hasOwn(variants, defaultVariant))
    fail("defaultVariant", `one of ${Object.keys(variants).join(", ")}`, defaultVariant);
  return complete;
}

/** A name that regular expressions know: `Latin`. */
function isScript(name: unknown): boolean {
  if (typeof name !== "string" || !/^[A-Za-z_]+$/u.test(name)) return false;
  try {
    return new RegExp(`\\p{Script=${name}}`, "u") instanceof RegExp;
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
