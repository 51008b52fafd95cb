import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InvalidOptionError, ModelLoadError } from "../errors.js";

/** One stored form of a model's weights. */
export interface ModelVariant {
  /** File in the model folder. */
  file: string;
  /** Most windows in one run: 1 where a batch's company may change a score (dynamic int8). */
  maxBatchRows: number;
  /** Most padded tokens in one run. */
  maxBatchTokens: number;
  /** True where the file may be absent: rebuilt by the training scripts, not shipped. */
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
    /** `["keep", "core"]`: two sigmoids; `["drop", "keep"]`: a softmax over two. */
    labels: string[];
  };
  /** Unicode scripts that the vectors were trained on; questions in others are met by their words. */
  scripts?: string[];
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
 * @param dtype Name of a variant; the manifest's default where absent.
 * @throws ModelLoadError Naming the file that is missing, truncated or altered.
 */
export async function loadModel(folder: string, dtype?: string): Promise<LoadedModel> {
  const manifest = parseManifest(await readModelFile(folder, "manifest.json"), folder);
  const name = dtype ?? manifest.defaultVariant;
  const variant = manifest.variants[name];
  if (!variant) {
    throw new InvalidOptionError(
      `Expected \`dtype\` to be one of ${Object.keys(manifest.variants).join(", ")} for model ${manifest.name}, got \`${name}\`.`,
    );
  }
  const tokenizerBytes = await readModelFile(folder, manifest.tokenizer);
  const tokenizerSum = checkSum(folder, manifest, manifest.tokenizer, tokenizerBytes);
  const modelSum = checkSum(folder, manifest, variant.file, await readModelFile(folder, variant.file));
  const dataFiles = Object.keys(manifest.checksums).filter(
    (file) => file.startsWith(`${variant.file}.`) || file.startsWith(`${variant.file}_`),
  );
  for (const file of dataFiles) checkSum(folder, manifest, file, await readModelFile(folder, file));
  return {
    folder,
    manifest,
    dtype: name,
    variant,
    modelPath: join(folder, variant.file),
    tokenizerJson: parseJson(tokenizerBytes, folder, manifest.tokenizer),
    fingerprint: createHash("sha256")
      .update(JSON.stringify([manifest.name, name, tokenizerSum, modelSum, manifest.window, manifest.tokenTypes]))
      .digest("hex")
      .slice(0, 16),
  };
}

async function readModelFile(folder: string, file: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, file));
  } catch (cause) {
    throw new ModelLoadError(`Expected model file ${join(folder, file)} to be readable, got ${reason(cause)}.`, {
      cause,
    });
  }
}

function reason(cause: unknown): string {
  const code = (cause as { code?: string }).code;
  return code === "ENOENT" ? "no such file" : (code ?? String(cause));
}

function checkSum(folder: string, manifest: ModelManifest, file: string, bytes: Buffer): string {
  const actual = createHash("sha256").update(bytes).digest("hex");
  const expected = manifest.checksums[file];
  if (expected !== undefined && expected !== actual) {
    throw new ModelLoadError(
      `Expected ${join(folder, file)} to have SHA-256 ${expected}, got ${actual} (${bytes.length} bytes): the file is truncated or altered.`,
    );
  }
  return actual;
}

function parseJson(bytes: Buffer, folder: string, file: string): object {
  try {
    return JSON.parse(bytes.toString("utf8")) as object;
  } catch (cause) {
    throw new ModelLoadError(`Expected ${join(folder, file)} to be JSON, got a parse error.`, { cause });
  }
}

function parseManifest(bytes: Buffer, folder: string): ModelManifest {
  const manifest = parseJson(bytes, folder, "manifest.json") as Partial<ModelManifest>;
  const fail = (field: string, expected: string, got: unknown): never => {
    throw new ModelLoadError(
      `Expected \`${field}\` in ${join(folder, "manifest.json")} to be ${expected}, got \`${JSON.stringify(got)}\`.`,
    );
  };
  for (const field of ["name", "version", "tokenizer", "defaultVariant"] as const) {
    if (typeof manifest[field] !== "string") fail(field, "a string", manifest[field]);
  }
  for (const field of ["specialTokens", "window", "outputs", "variants", "checksums"] as const) {
    if (typeof manifest[field] !== "object" || manifest[field] === null) fail(field, "an object", manifest[field]);
  }
  const complete = manifest as ModelManifest;
  const { maxTokens, contextTokens } = complete.window;
  if (!(Number.isInteger(maxTokens) && maxTokens >= 16))
    fail("window.maxTokens", "an integer of at least 16", maxTokens);
  if (!(Number.isInteger(contextTokens) && contextTokens >= 0 && contextTokens * 4 <= maxTokens)) {
    fail("window.contextTokens", "an integer of at most a quarter of window.maxTokens", contextTokens);
  }
  for (const [name, variant] of Object.entries(complete.variants)) {
    if (typeof variant.file !== "string") fail(`variants.${name}.file`, "a string", variant.file);
    if (!(variant.maxBatchRows >= 1)) fail(`variants.${name}.maxBatchRows`, "at least 1", variant.maxBatchRows);
    if (!(variant.maxBatchTokens >= maxTokens)) {
      fail(`variants.${name}.maxBatchTokens`, "at least window.maxTokens", variant.maxBatchTokens);
    }
  }
  return complete;
}
