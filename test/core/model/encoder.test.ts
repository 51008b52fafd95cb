import { afterAll, describe, expect, it } from "vitest";
import { BackendError } from "../../../src/core/errors.js";
import type { EncoderBackend, EncoderBatch } from "../../../src/core/model/backends/backend.js";
import { createEncoder } from "../../../src/core/model/encoder.js";
import { type LoadedModel, loadModel, type ModelManifest } from "../../../src/core/model/load/manifest.js";
import { segmentText } from "../../../src/core/text/segment.js";
import { fakeBackend } from "../../support/fake-backend.js";
import { writeFakeModel } from "../../support/fake-model.js";
import { closedGate } from "../../support/gate.js";
import { PASSAGES } from "../../support/texts.js";

const fake = writeFakeModel();
afterAll(() => fake.dispose());
const model = await loadModel(fake.folder);

function withManifest(changes: Partial<ModelManifest>): LoadedModel {
  return { ...model, manifest: { ...model.manifest, ...changes } };
}

/** Logits by a rule of the token's id; hidden states of two components. */
function ruleBackend(
  logit: (id: number) => readonly number[],
  hidden?: (id: number) => readonly number[],
): EncoderBackend {
  return {
    capabilities: { maxBatchTokens: 1024, maxBatchRows: 8, concurrency: 1 },
    async run({ inputIds }: EncoderBatch) {
      const ids = [...inputIds];
      return {
        logits: Float32Array.from(ids.flatMap((id) => [...logit(id)])),
        labels: logit(0).length,
        ...(hidden ? { hidden: Float32Array.from(ids.flatMap((id) => [...hidden(id)])) } : {}),
        dimension: hidden ? 2 : 0,
      };
    },
    dispose: async () => undefined,
  };
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const ids = (await import("../../support/fake-model.js")).fakeTokenizerJson() as {
  model: { vocab: Record<string, number> };
};
const idOf = (piece: string) => ids.model.vocab[piece] as number;
const noVectors = { logits: "logits", labels: ["keep", "core"] };

describe("the encoder", () => {
  it("scores a word by the mean of its pieces' logits, keep and core apart", async () => {
    const encoder = createEncoder(
      withManifest({ outputs: noVectors }),
      ruleBackend((id) => [id / 10, -id / 20]),
      "custom",
    );
    const text = "the cat";
    const { keep, core, pivot, vectors, dimension } = await encoder.encode({ text, ...(await segmentText(text)) });
    const pieces = ["c", "##a", "##t"].map(idOf);
    const mean = pieces.reduce((sum, id) => sum + id, 0) / 3;
    expect(keep[0]).toBeCloseTo(sigmoid(idOf("the") / 10), 5);
    expect(keep[1]).toBeCloseTo(sigmoid(mean / 10), 5);
    expect(core[1]).toBeCloseTo(sigmoid(-mean / 20), 5);
    expect([...pivot]).toEqual([0, 0]);
    expect([vectors.length, dimension]).toEqual([0, 0]);
  });

  it("reads pivot from a third logit, where the model has one", async () => {
    const outputs = { logits: "logits", labels: ["keep", "core", "pivot"] };
    const encoder = createEncoder(
      withManifest({ outputs }),
      ruleBackend((id) => [id / 10, -id / 20, 1 - id / 40]),
      "custom",
    );
    const text = "the cat";
    const { keep, core, pivot } = await encoder.encode({ text, ...(await segmentText(text)) });
    const mean = ["c", "##a", "##t"].reduce((sum, piece) => sum + idOf(piece), 0) / 3;
    expect(keep[1]).toBeCloseTo(sigmoid(mean / 10), 5);
    expect(core[1]).toBeCloseTo(sigmoid(-mean / 20), 5);
    expect(pivot[0]).toBeCloseTo(sigmoid(1 - idOf("the") / 40), 5);
    expect(pivot[1]).toBeCloseTo(sigmoid(1 - mean / 40), 5);
  });

  it("makes an error of answers of more or fewer labels than the manifest names", async () => {
    const document = { text: "the cat", ...(await segmentText("the cat")) };
    for (const [labels, logits] of [
      [
        ["keep", "core"],
        [0, 0, 0],
      ],
      [
        ["keep", "core", "pivot"],
        [0, 0],
      ],
    ] as const) {
      const outputs = { logits: "logits", labels: [...labels] };
      const encoder = createEncoder(
        withManifest({ outputs }),
        ruleBackend(() => logits),
        "custom",
      );
      await expect(encoder.encode(document)).rejects.toThrow(
        `Expected ${labels.length} logits for each of 6 tokens and 0 sums`,
      );
    }
  });

  it("reads drop and keep as a softmax, and a word's probability as the mean of its pieces'", async () => {
    const outputs = { logits: "logits", labels: ["drop", "keep"] };
    const encoder = createEncoder(
      withManifest({ outputs }),
      ruleBackend((id) => [1, id / 30]),
      "custom",
    );
    const { keep, core, pivot } = await encoder.encode({ text: "cat", ...(await segmentText("cat")) });
    const mean = ["c", "##a", "##t"].reduce((sum, piece) => sum + sigmoid(idOf(piece) / 30 - 1), 0) / 3;
    expect(keep[0]).toBeCloseTo(mean, 5);
    expect(core[0]).toBe(keep[0]);
    expect(pivot[0]).toBe(0);
  });

  it("makes a sentence's vector of the hidden states of its own pieces, at unit length", async () => {
    const outputs = { ...noVectors, hidden: "hidden", dimension: 2 };
    const hidden = (id: number) => (id === idOf("the") ? [3, 0] : id === idOf("of") ? [0, 4] : [0, 0]);
    const encoder = createEncoder(
      withManifest({ outputs }),
      ruleBackend(() => [0, 0], hidden),
      "custom",
    );
    const text = "The of. The the.";
    const { vectors } = await encoder.encode({ text, ...(await segmentText(text)) });
    expect([...vectors].map((value) => Number(value.toFixed(3)))).toEqual([0.6, 0.8, 1, 0]);
    expect([...(await encoder.encodeQuestion("of the"))].map((value) => Number(value.toFixed(3)))).toEqual([0.6, 0.8]);
    expect([...(await encoder.encodeQuestion("cat"))]).toEqual([0, 0]);
  });

  it("gives the same scores in any company and any batch", async () => {
    const texts = PASSAGES.slice(0, 12).map((passage) => passage.text);
    const documents = await Promise.all(texts.map(async (text) => ({ text, ...(await segmentText(text)) })));
    const alone = createEncoder(model, fakeBackend({ maxBatchRows: 1 }), "custom");
    const together = createEncoder(model, fakeBackend({ maxBatchRows: 64, maxBatchTokens: 4096 }), "custom");
    const expected = [];
    for (const document of documents) expected.push(await alone.encode(document));
    expect(await Promise.all(documents.map((document) => together.encode(document)))).toEqual(expected);
    expect(together.runs).toBeLessThan(alone.runs);
  });

  it("scores every word of a document of many windows", async () => {
    const text = PASSAGES.slice(0, 10)
      .map((passage) => passage.text)
      .join("\n\n");
    const encoder = createEncoder(model, fakeBackend(), "custom");
    const { keep, core, vectors, dimension } = await encoder.encode({ text, ...(await segmentText(text)) });
    for (const scores of [keep, core]) for (const score of scores) expect(score > 0 && score < 1).toBe(true);
    for (let row = 0; row < vectors.length; row += dimension) {
      expect(Math.hypot(...vectors.subarray(row, row + dimension))).toBeCloseTo(1, 4);
    }
  });

  it("makes an error of scores that are no numbers, and of vectors that are not there", async () => {
    const text = "the cat";
    const document = { text, ...(await segmentText(text)) };
    const broken = createEncoder(
      withManifest({ outputs: noVectors }),
      ruleBackend(() => [Number.NaN, 0]),
      "custom",
    );
    await expect(broken.encode(document)).rejects.toThrow(
      new BackendError("Expected the encoder to answer with finite numbers, got NaN or Infinity."),
    );
    const bare = createEncoder(
      model,
      ruleBackend(() => [0, 0]),
      "custom",
    );
    await expect(bare.encode(document)).rejects.toThrow(
      /^Expected 2 logits for each of 6 tokens and 1 sums of vectors of 16, got 12 and 0 values\.$/u,
    );
    await expect(bare.encodeQuestion("the cat")).rejects.toThrow(BackendError);
  });

  it("gives a question up at once when its signal is aborted, though its run goes on", async () => {
    const gate = closedGate();
    const encoder = createEncoder(model, fakeBackend({ before: () => gate.wait }), "custom");
    const controller = new AbortController();
    const question = encoder.encodeQuestion("the cat", controller.signal);
    await new Promise(setImmediate);
    controller.abort(new Error("never mind"));
    await expect(question).rejects.toThrow("never mind");
    gate.open();
  });
});
