import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Encoder } from "../../src/core/model/encoder.js";
import { leaseEncoder } from "../../src/core/model/encoder-pool.js";
import { bundledModel } from "../../src/core/model/load/find-model.js";
import { type LoadedModel, loadModel } from "../../src/core/model/load/manifest.js";
import { createPieceTokenizer } from "../../src/core/model/piece-tokenizer.js";
import { cutWindows } from "../../src/core/model/windows.js";
import { splitWords } from "../../src/core/text/words.js";
import type { Sentence } from "../../src/core/types.js";
import { MULTILINGUAL_MODEL } from "../support/bundled-model.js";
import { MULTILINGUAL_PASSAGES, PASSAGES } from "../support/texts.js";

// What the training code says of the same texts (`python -m training.golden`): its own words, its own windows,
// its own onnxruntime. Ids must be equal; scores of the shipped form differ by its kernels on other processors.

interface Scores {
  keep: number[];
  core: number[];
  /** Absent for a model without pivots. */
  pivot?: number[];
  /** The first numbers of each sentence's vector. */
  vectors: number[][];
}
interface GoldenPassage extends Record<"fp32" | "int8", Scores> {
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

/** A model's folder, its golden outputs, and the texts that they are of. */
const MODELS = [
  { folder: await bundledModel(), file: "model.json", texts: PASSAGES },
  { folder: MULTILINGUAL_MODEL, file: "multilingual.json", texts: MULTILINGUAL_PASSAGES },
];
/** Between two processors' kernels for the same integers: mean over all words, and for the vectors' numbers. */
const KERNEL_TOLERANCE = { mean: 0.005, vector: 0.02 };

/** A text cut into words, and into the sentences that the golden outputs were made of. */
function segmentedAs(text: string, ranges: readonly (readonly [number, number])[]) {
  const words = splitWords(text);
  const sentences = ranges.map(
    ([firstWord, endWord]): Sentence => ({
      start: words[firstWord]?.start ?? 0,
      end: words[endWord - 1]?.end ?? 0,
      kind: "prose",
      firstWord,
      endWord,
    }),
  );
  return { words, sentences };
}

describe.for(MODELS.filter(({ folder }) => existsSync(join(folder, "model.int8.onnx_data"))))(
  "the golden outputs of $file",
  ({ folder, file, texts }) => {
    const golden = JSON.parse(readFileSync(new URL(`../fixtures/golden/${file}`, import.meta.url), "utf8")) as Golden;
    const { passages, tolerance } = golden;
    const textOf = new Map(texts.map(({ id, text }) => [id, text]));
    let model: LoadedModel;
    let encoder: Encoder;
    let release: () => Promise<void>;
    beforeAll(async () => {
      model = await loadModel(folder);
      ({ encoder, release } = await leaseEncoder({ folder, device: "cpu", threads: 1 }));
    });
    afterAll(() => release?.());

    it("are of the model that ships, for every passage", () => {
      expect(golden.model).toBe(model.manifest.checksums[model.variant.file]);
      expect(passages.map(({ id }) => id)).toEqual(texts.map(({ id }) => id));
    });

    it("have the same words, windows, token ids and token types", async () => {
      const tokenizer = createPieceTokenizer(model);
      for (const { id, words: wordCount, sentences: expected, windows } of passages) {
        const text = textOf.get(id) as string;
        const { words, sentences } = segmentedAs(text, expected);
        expect(words.length, id).toBe(wordCount);
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
      for (const { id, int8, fp32, sentences: expected } of passages) {
        const text = textOf.get(id) as string;
        const { keep, core, pivot, vectors, dimension } = await encoder.encode({
          text,
          ...segmentedAs(text, expected),
        });
        for (const [own, reference, same, name] of [
          [keep, fp32.keep, int8.keep, "keep"],
          [core, fp32.core, int8.core, "core"],
          // The pivot head was trained on the shipped form's states: it has no float32 original.
          [pivot, int8.pivot ?? [], int8.pivot ?? [], "pivot"],
        ] as const) {
          for (const [word, score] of own.entries()) {
            expect(Math.abs(score - (reference[word] ?? 0)), `${id} ${name} ${word}`).toBeLessThanOrEqual(
              tolerance.int8 as number,
            );
            sum += Math.abs(score - (same[word] ?? 0));
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
  },
);
