// A token classifier of your own: its ONNX file, its tokenizer.json, and a manifest that says how to read them.
// The bundled model's files stand in for yours here. A published LLMLingua-2 checkpoint has the labels
// ["drop", "keep"], and no `hidden`: then documents and sentences are ranked by their words.

import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSieve, type ModelManifest } from "contextsieve";

const folder = await mkdtemp(join(tmpdir(), "my-model-"));
const bundled = new URL("models/contextsieve-small/", import.meta.resolve("contextsieve/package.json"));
await cp(bundled, folder, { recursive: true });
const manifest: ModelManifest = {
  name: "my-model",
  version: "1.0.0",
  tokenizer: "tokenizer.json",
  specialTokens: { cls: 101, sep: 102, pad: 0, unk: 100 },
  window: { maxTokens: 128, contextTokens: 16 },
  tokenTypes: "shape",
  outputs: { logits: "logits", hidden: "last_hidden_state", dimension: 384, labels: ["keep", "core", "pivot"] },
  variants: { int8: { file: "model.int8.onnx", maxBatchRows: 4, maxBatchTokens: 1024 } },
  defaultVariant: "int8",
  checksums: {},
};
await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));

const sieve = await createSieve({ model: folder });
const document = await readFile(new URL("data/api-docs.md", import.meta.url), "utf8");
const { text } = await sieve.compress({ documents: [document], query: "How old may a signature be?", maxTokens: 60 });
console.log(`${sieve.info.model} ${sieve.info.version}, ${sieve.info.dtype} on ${sieve.info.device}:\n\n${text}`);
await rm(folder, { recursive: true });
