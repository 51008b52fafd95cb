// @ts-nocheck: its packages are installed by setup.sh only
// @atjsh/llmlingua-2 behind lines of JSON: {"documents", "rate", "memo"} in, {"text", "ms"} out.
// Its documented defaults for Node: device "cpu", dtype "fp32". It takes one context: documents are joined.
// With `memo` the same encoder pass is not done twice: for quality. Times are taken without.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { LLMLingua2 } from "@atjsh/llmlingua-2";
import { env, Tensor } from "@huggingface/transformers";
import { Tiktoken } from "js-tiktoken/lite";
import o200k from "js-tiktoken/ranks/o200k_base";

// The bundled model was trained on windows of this many tokens.
const WINDOW = 256;

const folder = resolve(process.argv[2] ?? "");
env.allowRemoteModels = false;
env.localModelPath = `${dirname(folder)}/`;

const { promptCompressor } = await LLMLingua2.WithBERTMultilingual(folder.slice(dirname(folder).length + 1), {
  transformerJSConfig: { device: "cpu", dtype: "fp32" },
  oaiTokenizer: new Tiktoken(o200k),
});
// A private field in its types, an ordinary one at run time.
/** @type {{ max_seq_length: number }} */ (Reflect.get(promptCompressor, "llmlingua2Config")).max_seq_length = WINDOW;

const plain = promptCompressor.model;
/** @type {Map<string, { data: Float32Array, dims: number[] }>} */
const known = new Map();
const remembering = async (inputs) => {
  const key = `${inputs.input_ids.dims}:${inputs.input_ids.data}`;
  if (!known.has(key)) {
    const { logits } = await plain(inputs);
    if (known.size > 64) known.clear();
    known.set(key, { data: logits.data.slice(), dims: logits.dims });
  }
  const { data, dims } = known.get(key);
  return { logits: new Tensor("float32", data.slice(), dims) };
};

const manifest = fileURLToPath(new URL("node_modules/@atjsh/llmlingua-2/package.json", import.meta.url));
answer({ ready: true, version: JSON.parse(readFileSync(manifest, "utf8")).version });
for await (const line of createInterface({ input: process.stdin })) {
  const { documents, rate, memo } = JSON.parse(line);
  promptCompressor.model = memo ? remembering : plain;
  const started = performance.now();
  const text = await promptCompressor.compress_prompt(documents.join("\n\n"), { rate });
  answer({ text, ms: performance.now() - started });
}

/** @param {object} message */
function answer(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
