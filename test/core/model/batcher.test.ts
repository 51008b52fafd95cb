import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BackendError } from "../../../src/core/errors.js";
import type { EncoderBackend, EncoderBatch, EncoderOutput } from "../../../src/core/model/backends/backend.js";
import { createBatcher } from "../../../src/core/model/batcher.js";
import { windowProgress } from "../../../src/core/model/window-progress.js";
import type { Window } from "../../../src/core/model/windows.js";
import { CASES } from "../../support/arbitraries.js";
import { fakeBackend } from "../../support/fake-backend.js";
import { closedGate } from "../../support/gate.js";

function windowOf(length: number, seed = length): Window {
  return {
    inputIds: Int32Array.from({ length }, (_, place) => seed * 31 + place),
    tokenTypeIds: Int32Array.from({ length }, (_, place) => place % 3),
    firstWord: 0,
    endWord: 1,
    firstPiece: 1,
  };
}

/** A stretch for each token. */
function eachToken({ inputIds }: Window): Int32Array {
  return Int32Array.from([...inputIds].flatMap((_, place) => [place, place + 1]));
}

/** A backend that answers with its input: what comes back must be what went in. */
function echoBackend(maxBatchTokens: number, maxBatchRows: number): EncoderBackend & { batches: EncoderBatch[] } {
  const batches: EncoderBatch[] = [];
  return {
    batches,
    capabilities: { maxBatchTokens, maxBatchRows, concurrency: 1 },
    async run(batch): Promise<EncoderOutput> {
      batches.push(batch);
      const logits = new Float32Array(batch.rows * batch.length * 2);
      for (const [at, id] of batch.inputIds.entries()) logits.set([id, batch.tokenTypeIds?.[at] ?? 0], 2 * at);
      return { logits, labels: 2, hidden: Float32Array.from(batch.inputIds), dimension: 1 };
    },
    dispose: async () => undefined,
  };
}

describe("the batcher", () => {
  it("gives every caller the rows of its own window, in batches that keep to the backend's limits", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 2, max: 128 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 128, max: 1024 }),
        fc.integer({ min: 1, max: 16 }),
        async (lengths, maxBatchTokens, maxBatchRows) => {
          const backend = echoBackend(maxBatchTokens, maxBatchRows);
          const batcher = createBatcher(backend);
          const windows = lengths.map((length, index) => windowOf(length, index));
          const outputs = await Promise.all(
            windows.map((window) => batcher.submit(window, { spans: eachToken(window) })),
          );
          for (const [index, { inputIds, tokenTypeIds }] of windows.entries()) {
            const { logits, sums } = outputs[index] as { logits: Float32Array; sums: Float32Array };
            expect([...sums]).toEqual([...inputIds]);
            expect([...logits]).toEqual([...inputIds].flatMap((id, at) => [id, tokenTypeIds[at]]));
          }
          for (const { rows, length, lengths: real } of backend.batches) {
            expect(rows).toBeLessThanOrEqual(maxBatchRows);
            expect(rows * length).toBeLessThanOrEqual(maxBatchTokens);
            expect(length).toBe(Math.max(...real));
          }
          expect(backend.batches.reduce((sum, { rows }) => sum + rows, 0)).toBe(lengths.length);
          expect([batcher.waiting, batcher.runs]).toEqual([0, backend.batches.length]);
        },
      ),
      { numRuns: Math.ceil(CASES / 5) },
    );
  });

  it("puts windows of like length together, so that little is padding", async () => {
    const backend = fakeBackend({ maxBatchTokens: 1024, maxBatchRows: 64 });
    const batcher = createBatcher(backend);
    const lengths = Array.from({ length: 120 }, (_, index) => 10 + ((index * 37) % 118));
    await Promise.all(lengths.map((length) => batcher.submit(windowOf(length))));
    const real = lengths.reduce((sum, length) => sum + length, 0);
    const padded = backend.paddedTokens.reduce((sum, tokens) => sum + tokens, 0);
    expect(padded / real).toBeLessThan(1.35);
    expect(backend.batches.length).toBeLessThan(30);
  });

  it("lets no window wait for ever: the oldest one leads each batch", async () => {
    const gate = closedGate();
    const backend = fakeBackend({
      concurrency: 1,
      maxBatchRows: 2,
      maxBatchTokens: 256,
      before: (run) => (run === 0 ? gate.wait : undefined),
    });
    const batcher = createBatcher(backend);
    const first = batcher.submit(windowOf(5));
    await Promise.resolve();
    const order: number[] = [];
    const rest = [100, 6, 6, 7, 7, 8].map((length, index) =>
      batcher.submit(windowOf(length)).then(() => order.push(index)),
    );
    gate.open();
    await Promise.all([first, ...rest]);
    expect(order[0]).toBe(0);
  });

  it("serves questions before documents that have waited longer", async () => {
    const gate = closedGate();
    const backend = fakeBackend({
      concurrency: 1,
      maxBatchRows: 1,
      before: (run) => (run === 0 ? gate.wait : undefined),
    });
    const batcher = createBatcher(backend);
    const order: string[] = [];
    const submit = (name: string, isQuestion: boolean) =>
      batcher.submit(windowOf(9), { isQuestion }).then(() => order.push(name));
    const running = submit("running", false);
    await Promise.resolve();
    const documents = ["a", "b", "c"].map((name) => submit(name, false));
    const question = submit("question", true);
    gate.open();
    await Promise.all([running, ...documents, question]);
    expect(order).toEqual(["running", "question", "a", "b", "c"]);
  });

  it("waits for no company: a lone window runs at once, and as many runs are in flight as the backend takes", async () => {
    const gate = closedGate();
    const backend = fakeBackend({ concurrency: 3, maxBatchRows: 1, before: () => gate.wait });
    const batcher = createBatcher(backend);
    const runs = Array.from({ length: 8 }, () => batcher.submit(windowOf(4)));
    await new Promise(setImmediate);
    expect([batcher.runs, batcher.waiting]).toEqual([3, 5]);
    gate.open();
    await Promise.all(runs);
    expect(backend.mostInFlight).toBe(3);
  });

  it("counts the windows of texts that it was given and is done with, from one idle moment to the next", async () => {
    const gate = closedGate();
    const batcher = createBatcher(fakeBackend({ concurrency: 1, maxBatchRows: 1, before: () => gate.wait }));
    const controller = new AbortController();
    const windows = [3, 4, 5].map((length) => batcher.submit(windowOf(length)));
    const aborted = expect(batcher.submit(windowOf(6), { signal: controller.signal })).rejects.toThrow();
    const question = batcher.submit(windowOf(7), { isQuestion: true });
    expect(windowProgress()).toEqual({ given: 4, done: 0 });
    controller.abort();
    gate.open();
    await Promise.all([...windows, question, aborted]);
    expect(windowProgress()).toEqual({ given: 4, done: 4 });
    await batcher.submit(windowOf(3));
    expect(windowProgress()).toEqual({ given: 1, done: 1 });
  });

  it("drops an aborted window when its turn comes, and refuses one that is aborted already", async () => {
    const gate = closedGate();
    const backend = fakeBackend({
      concurrency: 1,
      maxBatchRows: 1,
      before: (run) => (run === 0 ? gate.wait : undefined),
    });
    const batcher = createBatcher(backend);
    const running = batcher.submit(windowOf(3));
    const controller = new AbortController();
    const aborted = batcher.submit(windowOf(4), { signal: controller.signal });
    const next = batcher.submit(windowOf(5));
    controller.abort(new Error("enough"));
    gate.open();
    await expect(aborted).rejects.toThrow("enough");
    await Promise.all([running, next]);
    expect(backend.batches).toEqual([[3], [5]]);
    await expect(batcher.submit(windowOf(3), { signal: controller.signal })).rejects.toThrow("enough");
  });

  it("runs documents though the question beside them was aborted before its turn", async () => {
    const backend = fakeBackend({ concurrency: 1 });
    const batcher = createBatcher(backend);
    const controller = new AbortController();
    const question = batcher.submit(windowOf(4), { isQuestion: true, signal: controller.signal });
    const document = batcher.submit(windowOf(5));
    controller.abort();
    await expect(question).rejects.toThrow();
    expect((await document).logits.length).toBe(10);
  });

  it("bounds its queue: a call that comes when it is full waits until there is room, also if all before it were aborted", async () => {
    const gate = closedGate();
    const backend = fakeBackend({
      concurrency: 1,
      maxBatchRows: 1,
      before: (run) => (run === 0 ? gate.wait : undefined),
    });
    const batcher = createBatcher(backend);
    const controller = new AbortController();
    const crowd = Array.from({ length: 6000 }, () => batcher.submit(windowOf(2), { signal: controller.signal }));
    const outcomes = Promise.allSettled(crowd);
    const waiting = Promise.all(Array.from({ length: 20 }, (_, index) => batcher.submit(windowOf(3 + index))));
    await new Promise(setImmediate);
    expect(batcher.waiting).toBeLessThanOrEqual(4096);
    controller.abort(new Error("gone"));
    gate.open();
    expect((await waiting).map(({ logits }) => logits.length / 2)).toEqual(
      Array.from({ length: 20 }, (_, index) => 3 + index),
    );
    const settled = await outcomes;
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(batcher.waiting).toBe(0);
  });

  it("tells every caller of a failed batch, and goes on with the next", async () => {
    const backend = fakeBackend({
      concurrency: 1,
      maxBatchRows: 4,
      before: (run) => {
        if (run === 0) throw new Error("out of memory");
      },
    });
    const batcher = createBatcher(backend);
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => batcher.submit(windowOf(6))));
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 4 }, () => "rejected"),
      ...Array.from({ length: 4 }, () => "fulfilled"),
    ]);
    for (const outcome of outcomes.slice(0, 4)) {
      const { reason } = outcome as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(BackendError);
      expect(reason).toMatchObject({ cause: new Error("out of memory") });
      expect(reason.message).toContain("out of memory");
    }
  });

  it("passes a backend's own error on as it is, and makes an error of an answer of the wrong size", async () => {
    const own = new BackendError("The server said no.");
    const failing = createBatcher(fakeBackend({ before: () => Promise.reject(own) }));
    await expect(failing.submit(windowOf(4))).rejects.toBe(own);
    const short = echoBackend(512, 4);
    const batcher = createBatcher({
      ...short,
      run: async (batch) => ({ ...(await short.run(batch)), logits: new Float32Array(3) }),
    });
    await expect(batcher.submit(windowOf(4))).rejects.toThrow(
      /^Expected the encoder to answer for 4 tokens and 0 sums, got 3 logits of 2 labels, 4 values of vectors/u,
    );
    const summing = createBatcher({
      ...short,
      run: async (batch) => ({ ...(await short.run(batch)), sums: new Float32Array(3) }),
    });
    await expect(summing.submit(windowOf(4), { spans: Int32Array.of(1, 2, 2, 3) })).rejects.toThrow(
      /^Expected the encoder to answer for 4 tokens and 2 sums, .* and 3 of sums of 1\.$/u,
    );
  });
});
