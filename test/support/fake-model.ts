import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelManifest } from "../../src/core/index.js";

/** Length of the fake model's vectors. */
export const FAKE_DIMENSION = 16;

const SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];
const ALPHABET = [..."abcdefghijklmnopqrstuvwxyz0123456789"];
const SYMBOLS = [...".,;:!?()[]{}<>/\\|'\"`*_-+=%&@#$€£°~^—–…“”‘’«»。、，！？「」"];
const WHOLE_WORDS = ["the", "of", "and", "to", "in", "is", "was", "not", "no", "for", "that", "it", "on", "with"];

/** A WordPiece vocabulary of single letters and a few words: any Latin text has pieces, other scripts are unknown. */
export function fakeTokenizerJson(): object {
  const vocabulary = [...SPECIAL, ...SYMBOLS, ...ALPHABET, ...ALPHABET.map((letter) => `##${letter}`), ...WHOLE_WORDS];
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: { type: "BertProcessing", sep: ["[SEP]", 3], cls: ["[CLS]", 2] },
    decoder: null,
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries([...new Set(vocabulary)].map((piece, id) => [piece, id])),
    },
  };
}

export interface FakeModel {
  folder: string;
  manifest: ModelManifest;
  dispose(): Promise<void>;
}

/**
 * Writes a model folder that passes every check of the loader: a real, tiny tokenizer, a manifest with true
 * checksums, and a file of no meaning where the weights would be. Goes with a backend of `fake-backend.ts`.
 *
 * @param changes Fields of the manifest that are to be otherwise.
 */
export function writeFakeModel(changes: Partial<ModelManifest> = {}): FakeModel {
  const folder = mkdtempSync(join(tmpdir(), "contextsieve-fake-model-"));
  const files = { "tokenizer.json": JSON.stringify(fakeTokenizerJson()), "model.bin": "no weights" };
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  const manifest: ModelManifest = {
    name: "fake",
    version: "1",
    tokenizer: "tokenizer.json",
    specialTokens: { cls: 2, sep: 3, pad: 0, unk: 1 },
    window: { maxTokens: 160, contextTokens: 16 },
    tokenTypes: "shape",
    outputs: { logits: "logits", hidden: "hidden", dimension: FAKE_DIMENSION, labels: ["keep", "core"] },
    calibration: { relevance: { scale: 10, bias: -3 } },
    variants: { fake: { file: "model.bin", maxBatchRows: 16, maxBatchTokens: 1024 } },
    defaultVariant: "fake",
    checksums: Object.fromEntries(Object.entries(files).map(([file, content]) => [file, sha256(content)])),
    ...changes,
  };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  return { folder, manifest, dispose: () => rm(folder, { recursive: true, force: true }) };
}

export function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
