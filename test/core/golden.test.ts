import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Encoder } from "../../src/core/model/encoder.js";
import { type LoadedModel, loadModel } from "../../src/core/model/manifest.js";
import { BUNDLED_MODEL, leaseEncoder } from "../../src/core/model/pool.js";
import { createPieceTokenizer } from "../../src/core/model/tokenizer.js";
import { cutWindows } from "../../src/core/model/windows.js";
import { segmentText } from "../../src/core/text/segment.js";
import { hasBundledModel } from "../support/bundled-model.js";
import { PASSAGES } from "../support/texts.js";

// What the training code says of the same texts (`python -m training.golden`): its own words, its own windows,
// its own onnxruntime. Ids must be equal; scores of the shipped form differ by its kernels on other processors.

interface Scores {
  keep: number[];
  core: number[];
  pivot: number[];
  /** The first numbers of each sentence's vector. */
  vectors: number[][];
}
interface GoldenPassage {
  int8: Scores;
  /** The pivot head was trained on the int8 form's states: it has no float32 original. */
  fp32: Omit<Scores, "pivot">;
  id: string;
  words: number;
  sentences: [firstWord: number, endWord: number][];
  windows: { ids: number[]; types: number[]; first: number }[];
}
interface Golden {
  /** Checksum of the model file that the scores are of. */
  model: string;
  /** Largest difference of a score to the float32 graph's that the model's card states, by form. */
  tolerance: Record<string, number>;
  passages: GoldenPassage[];
}

const path = new URL("../fixtures/golden/model.json", import.meta.url);
const golden = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Golden) : undefined;
/** Between two processors' kernels for the same integers: mean over all words, and for the vectors' numbers. */
const KERNEL_TOLERANCE = { mean: 0.005, vector: 0.02 };

const textOf = new Map(PASSAGES.map(({ id, text }) => [id, text]));

describe.skipIf(!golden || !hasBundledModel)("the golden outputs", () => {
  const { passages, tolerance } = golden as Golden;
  let model: LoadedModel;
  let encoder: Encoder;
  let release: () => Promise<void>;
  beforeAll(async () => {
    model = await loadModel(BUNDLED_MODEL);
    ({ encoder, release } = await leaseEncoder({ folder: BUNDLED_MODEL, device: "cpu", threads: 1 }));
  });
  afterAll(() => release?.());

  it("are of the model that ships, for every passage", () => {
    expect(golden?.model).toBe(model.manifest.checksums[model.variant.file]);
    expect(passages.map(({ id }) => id)).toEqual(PASSAGES.map(({ id }) => id));
  });

  it("have the same words, sentences, windows, token ids and token types", async () => {
    const tokenizer = createPieceTokenizer(model);
    for (const { id, words: wordCount, sentences: expected, windows } of passages) {
      const text = textOf.get(id) as string;
      const { words, sentences } = await segmentText(text);
      expect(words.length, id).toBe(wordCount);
      expect(
        sentences.map(({ firstWord, endWord }) => [firstWord, endWord]),
        id,
      ).toEqual(expected);
      const cut = cutWindows(tokenizer.pieces(text, words), sentences, model.manifest);
      expect(
        cut.map(({ inputIds, tokenTypeIds, firstPiece }) => ({
          ids: [...inputIds],
          types: [...tokenTypeIds],
          first: firstPiece,
        })),
        id,
      ).toEqual(windows);
    }
  });

  it("have the same scores and vectors, to the stated tolerance", async () => {
    let sum = 0;
    let count = 0;
    for (const { id, int8, fp32 } of passages) {
      const text = textOf.get(id) as string;
      const { keep, core, pivot, vectors, dimension } = await encoder.encode({ text, ...(await segmentText(text)) });
      for (const [own, reference, same, name] of [
        [keep, fp32.keep, int8.keep, "keep"],
        [core, fp32.core, int8.core, "core"],
        [pivot, int8.pivot, int8.pivot, "pivot"],
      ] as const) {
        for (const [word, score] of own.entries()) {
          expect(Math.abs(score - (reference[word] as number)), `${id} ${name} ${word}`).toBeLessThanOrEqual(
            tolerance.int8 as number,
          );
          sum += Math.abs(score - (same[word] as number));
          count += 1;
        }
      }
      for (const [sentence, numbers] of int8.vectors.entries()) {
        for (const [column, number] of numbers.entries()) {
          expect(
            Math.abs((vectors[sentence * dimension + column] as number) - number),
            `${id} vector ${sentence}`,
          ).toBeLessThanOrEqual(KERNEL_TOLERANCE.vector);
        }
      }
    }
    console.info(`golden scores: mean difference ${(sum / count).toExponential(1)} over ${count} scores`);
    expect(sum / count).toBeLessThanOrEqual(KERNEL_TOLERANCE.mean);
  });
});
