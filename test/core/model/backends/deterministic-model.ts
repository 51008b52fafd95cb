import type { LoadedModel } from "../../../../src/core/model/load/manifest.js";
import type { Infer } from "./inference-server.js";

const DIMENSION = 8;
const VOCABULARY = 30_522;

/** A model that is only a formula: what a test needs to know what a server must have read. */
export const deterministicModel: LoadedModel = {
  folder: "",
  manifest: {
    name: "deterministic",
    version: "1",
    tokenizer: "tokenizer.json",
    specialTokens: { cls: 101, sep: 102, pad: 0, unk: 100 },
    window: { maxTokens: 64, contextTokens: 8 },
    tokenTypes: "shape",
    outputs: { logits: "logits", hidden: "last_hidden_state", dimension: DIMENSION, labels: ["keep", "core"] },
    variants: { fp32: { file: "model.onnx", maxBatchRows: 16, maxBatchTokens: 512 } },
    defaultVariant: "fp32",
    checksums: {},
  },
  dtype: "fp32",
  variant: { file: "model.onnx", maxBatchRows: 16, maxBatchTokens: 512 },
  modelPath: "",
  tokenizerJson: {},
  fingerprint: "deterministic",
};

/** What the formula gives for a token: its id, its type, and all that its row holds behind the mask. */
export function deterministicValue(id: number, type: number, rowSum: number, column: number): number {
  return Math.fround(Math.sin(id * (column + 1) * 0.001) + type / 10 + rowSum / 1e6);
}

/** The formula over a request's tensors. Padding comes out as 99. */
export const deterministicInfer: Infer = async ({ input_ids, attention_mask, token_type_ids }) => {
  if (!input_ids || !attention_mask || !token_type_ids) throw new Error("an input is missing");
  const [rows, length] = input_ids.shape as [number, number];
  const compute = (width: number) => {
    const data = new Float32Array(rows * length * width).fill(99);
    for (let row = 0; row < rows; row += 1) {
      const places = Array.from({ length }, (_, at) => row * length + at);
      const real = places.filter((place) => attention_mask.data[place] === 1n);
      const sum = real.reduce((total, place) => total + Number(input_ids.data[place]), 0);
      for (const place of real) {
        const id = Number(input_ids.data[place]);
        if (id < 0 || id >= VOCABULARY) throw new Error(`token ${id} is not in the vocabulary`);
        for (let column = 0; column < width; column += 1) {
          data[place * width + column] = deterministicValue(id, Number(token_type_ids.data[place]), sum, column);
        }
      }
    }
    return { shape: [rows, length, width], data };
  };
  return { logits: compute(2), last_hidden_state: compute(DIMENSION) };
};
