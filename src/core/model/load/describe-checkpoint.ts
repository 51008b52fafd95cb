import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { ModelLoadError } from "../../errors.js";
import type { ModelManifest, ModelVariant } from "./manifest.js";
import { readJsonFile } from "./model-files.js";
import { type GraphNames, readGraphNames } from "./onnx-graph.js";
import { familyOf } from "./tokenizer-family.js";

/** Files in which a form of the weights is looked for, in order, by the names that ONNX conversions have. */
export const MODEL_FILES: Readonly<Record<string, readonly string[]>> = {
  fp32: ["onnx/model.onnx", "model.onnx"],
  fp16: ["onnx/model_fp16.onnx", "model_fp16.onnx"],
  int8: ["onnx/model_int8.onnx", "onnx/model_quantized.onnx", "model_int8.onnx", "model_quantized.onnx"],
};

/** The reference cuts its sequences at this length, and no encoder it knows reads more. */
const MAX_WINDOW_TOKENS = 512;
const CONTEXT_TOKENS = 32;
const MAX_BATCH_TOKENS = 1024;

interface CheckpointConfig {
  architectures?: string[];
  model_type?: string;
  max_position_embeddings?: number;
  pad_token_id?: number;
  num_labels?: number;
  id2label?: Record<string, string>;
  _name_or_path?: string;
}

interface TokenizerFile {
  added_tokens?: { id: number; content: string }[];
  model?: { unk_id?: number; unk_token?: string | null };
}

/**
 * Describes a token-classification checkpoint that has no manifest of its own, from its `config.json`, its
 * `tokenizer.json` and the names in its ONNX graph. What comes back is what a manifest would say; it has no
 * checksums.
 *
 * @throws ModelLoadError Naming the file or field that is missing or cannot be used.
 */
export async function describeCheckpoint(folder: string): Promise<ModelManifest> {
  const config = (await readJson(folder, "config.json")) as CheckpointConfig;
  const tokenizer = (await readJson(folder, "tokenizer.json")) as TokenizerFile;
  checkKind(folder, config);
  // Throws if the tokenizer is of no family that words can be made from.
  familyOf(tokenizer);
  const variants = await findVariants(folder);
  const [first] = Object.values(variants);
  if (!first) {
    throw new ModelLoadError(
      `Expected ${folder} to hold one of ${Object.values(MODEL_FILES).flat().join(", ")}, got none: convert the checkpoint with \`contextsieve models convert\`.`,
    );
  }
  const graph = await readGraphNames(join(folder, first.file));
  const maxTokens = windowOf(config);
  for (const variant of Object.values(variants)) variant.maxBatchTokens = Math.max(MAX_BATCH_TOKENS, maxTokens);
  return {
    name: config._name_or_path || basename(folder),
    version: "0",
    tokenizer: "tokenizer.json",
    specialTokens: specialTokensOf(folder, tokenizer, config),
    window: { maxTokens, contextTokens: Math.min(CONTEXT_TOKENS, Math.floor(maxTokens / 8)) },
    tokenTypes: graph.inputs.includes("token_type_ids") ? "zero" : "none",
    outputs: { logits: logitsOf(folder, graph), labels: labelsOf(folder, config) },
    variants,
    defaultVariant: "fp32" in variants ? "fp32" : (Object.keys(variants)[0] as string),
    checksums: {},
  };
}

function checkKind(folder: string, { architectures = [] }: CheckpointConfig): void {
  if (architectures.length === 0 || architectures.some((name) => name.endsWith("ForTokenClassification"))) return;
  throw new ModelLoadError(
    `Expected ${join(folder, "config.json")} to describe a token-classification model, got \`${architectures.join(", ")}\`.`,
  );
}

async function findVariants(folder: string): Promise<Record<string, ModelVariant>> {
  const variants: Record<string, ModelVariant> = {};
  for (const [name, files] of Object.entries(MODEL_FILES)) {
    for (const file of files) {
      if (!(await isFile(join(folder, file)))) continue;
      // Dynamic int8 takes its scales from the whole batch: a window runs alone.
      variants[name] = { file, maxBatchRows: name === "int8" ? 1 : 64, maxBatchTokens: MAX_BATCH_TOKENS };
      break;
    }
  }
  return variants;
}

const COUNTS_FROM_PADDING = new Set(["roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "longformer", "mpnet"]);

/** Tokens that can be read at once. RoBERTa's kin number positions from after the padding token's id. */
function windowOf({ max_position_embeddings, model_type = "", pad_token_id }: CheckpointConfig): number {
  const positions = max_position_embeddings ?? MAX_WINDOW_TOKENS;
  const unusable = COUNTS_FROM_PADDING.has(model_type) ? (pad_token_id ?? 1) + 1 : 0;
  return Math.min(MAX_WINDOW_TOKENS, positions - unusable);
}

function specialTokensOf(folder: string, tokenizer: TokenizerFile, config: CheckpointConfig) {
  const added = new Map((tokenizer.added_tokens ?? []).map(({ id, content }) => [content, id]));
  const find = (role: string, names: readonly string[], fallback?: number): number => {
    const id = names.map((name) => added.get(name)).find((known) => known !== undefined) ?? fallback;
    if (id !== undefined) return id;
    throw new ModelLoadError(
      `Expected ${join(folder, "tokenizer.json")} to name a ${role} token among its added tokens (${names.join(" or ")}), got none.`,
    );
  };
  const pad = find("padding", ["[PAD]", "<pad>"], config.pad_token_id);
  const unknownName = tokenizer.model?.unk_token;
  return {
    cls: find("first", ["[CLS]", "<s>"]),
    sep: find("last", ["[SEP]", "</s>"]),
    pad,
    unk: find("unknown", ["[UNK]", "<unk>", ...(unknownName ? [unknownName] : [])], tokenizer.model?.unk_id ?? pad),
  };
}

function logitsOf(folder: string, { outputs }: GraphNames): string {
  const name = outputs.find((output) => output === "logits") ?? (outputs.length === 1 ? outputs[0] : undefined);
  if (name !== undefined) return name;
  throw new ModelLoadError(`Expected the model in ${folder} to have an output \`logits\`, got ${outputs.join(", ")}.`);
}

/** Published checkpoints call them LABEL_0 and LABEL_1, and index 1 is "keep" in all of them. */
function labelsOf(folder: string, { id2label, num_labels }: CheckpointConfig): string[] {
  const names = id2label ? Object.values(id2label) : undefined;
  const count = names?.length ?? num_labels ?? 2;
  if (count === 2 && !/keep|preserve|retain/i.test(id2label?.["0"] ?? "")) return ["drop", "keep"];
  throw new ModelLoadError(
    `Expected ${join(folder, "config.json")} to describe two labels, the second of them "keep", got ${names?.join(", ") ?? `${count} labels`}.`,
  );
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function readJson(folder: string, file: string): Promise<object> {
  let text: string;
  try {
    text = (await readJsonFile(folder, file)).toString("utf8");
  } catch (cause) {
    if (cause instanceof ModelLoadError) throw cause;
    throw new ModelLoadError(`Expected checkpoint file ${join(folder, file)} to be readable, got ${reason(cause)}.`, {
      cause,
    });
  }
  try {
    return JSON.parse(text) as object;
  } catch (cause) {
    throw new ModelLoadError(`Expected ${join(folder, file)} to be JSON, got a parse error.`, { cause });
  }
}

function reason(cause: unknown): string {
  const code = (cause as { code?: string }).code;
  return code === "ENOENT" ? "no such file" : (code ?? String(cause));
}
