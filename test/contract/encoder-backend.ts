import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BackendError } from "../../src/core/errors.js";
import type { EncoderBackend, EncoderBatch, EncoderOutput } from "../../src/core/model/backends/backend.js";
import type { LoadedModel } from "../../src/core/model/load/manifest.js";

/** A backend under test with the model it runs. */
export interface OpenBackend {
  backend: EncoderBackend;
  model: LoadedModel;
  /** Ends what the test started around it. */
  close?(): Promise<void>;
}

/** Ids that every BERT vocabulary has, and one that none has. */
const WORDS = { first: 1000, last: 28_000, absent: 2_000_000 };

/** What every backend must keep, wherever it runs. */
export function encoderBackendContract(name: string, open: () => Promise<OpenBackend>): void {
  describe(`the encoder backend ${name}`, () => {
    let opened: OpenBackend;
    let backend: EncoderBackend;
    let model: LoadedModel;
    beforeAll(async () => {
      opened = await open();
      ({ backend, model } = opened);
    });
    afterAll(async () => {
      await backend?.dispose();
      await opened?.close?.();
    });

    /** As the batcher makes them: one list of word ids a row, between [CLS] and [SEP]. */
    const batchOf = (rows: readonly (readonly number[])[], length = longest(rows) + 2, filler = 0): EncoderBatch => {
      const { cls, sep } = model.manifest.specialTokens;
      const inputIds = new Int32Array(rows.length * length).fill(filler);
      for (const [row, ids] of rows.entries()) inputIds.set([cls, ...ids, sep], row * length);
      return {
        rows: rows.length,
        length,
        inputIds,
        lengths: Int32Array.from(rows, (ids) => ids.length + 2),
        tokenTypeIds: new Int32Array(rows.length * length),
      };
    };
    const rowOf = (output: EncoderOutput, length: number, row: number, tokens: number) => ({
      logits: [...output.logits.subarray(row * length * output.labels, (row * length + tokens) * output.labels)],
      hidden: [
        ...(output.hidden ?? []).slice(row * length * output.dimension, (row * length + tokens) * output.dimension),
      ],
    });
    const words = (minLength: number, maxLength: number) =>
      fc.array(fc.integer({ min: WORDS.first, max: WORDS.last }), { minLength, maxLength });

    it("declares whole numbers of at least 1, and room for the model's longest window", () => {
      for (const limit of Object.values(backend.capabilities)) {
        expect(Number.isInteger(limit) && limit >= 1).toBe(true);
      }
      expect(backend.capabilities.maxBatchTokens).toBeGreaterThanOrEqual(model.manifest.window.maxTokens);
    });

    it("answers any batch with finite numbers in the shapes of the manifest", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(words(0, 20), { minLength: 1, maxLength: rowsAllowed(backend, 4) }), async (rows) => {
          const batch = batchOf(rows);
          const { length, lengths } = batch;
          const tokens = [...lengths];
          const output = await backend.run(batch);
          const { labels, hidden, dimension = 0 } = model.manifest.outputs;
          expect(output.labels).toBe(labels.length);
          expect(output.logits.length).toBe(rows.length * length * labels.length);
          expect(output.dimension).toBe(hidden === undefined ? 0 : dimension);
          expect(output.hidden?.length ?? 0).toBe(rows.length * length * output.dimension);
          for (const [row, count] of tokens.entries()) {
            const { logits, hidden: states } = rowOf(output, length, row, count);
            expect([...logits, ...states].every(Number.isFinite)).toBe(true);
          }
        }),
        { numRuns: 20 },
      );
    });

    it("gives the same answer to the same batch", async () => {
      const rows = [[2023, 2003, 1037, 7953, 1997, 2176, 2616]];
      const [first, second] = [await backend.run(batchOf(rows)), await backend.run(batchOf(rows))];
      expect(second.logits).toEqual(first.logits);
      expect(second.hidden).toEqual(first.hidden);
    });

    it("answers with the hidden states' sums over the stretches asked for, or with the hidden states", async () => {
      const rows = [[2023, 2003, 1037, 7953], ...(rowsAllowed(backend, 2) > 1 ? [[1997, 2176]] : [])];
      const last = rows.length - 1;
      const spans = [0, 1, 3, 0, 3, 3, last, 0, 2];
      const batch = batchOf(rows);
      const { length } = batch;
      const plain = await backend.run(batchOf(rows));
      const { sums, hidden, dimension } = await backend.run({ ...batch, spans: Int32Array.from(spans) });
      if (!sums) {
        expect(hidden).toEqual(plain.hidden);
        return;
      }
      const states = plain.hidden as Float32Array;
      const sumOf = (row: number, from: number, to: number) =>
        Float32Array.from({ length: dimension }, (_, column) => {
          let sum = 0;
          for (let at = from; at < to; at += 1) sum += states[(row * length + at) * dimension + column] as number;
          return sum;
        });
      expect(sums.length).toBe(3 * dimension);
      for (const [index, expected] of [sumOf(0, 1, 3), sumOf(0, 3, 3), sumOf(last, 0, 2)].entries()) {
        for (const [column, value] of expected.entries())
          expect(sums[index * dimension + column]).toBeCloseTo(value, 4);
      }
    });

    it("does not read what stands in the padding, nor mind how much of it there is", async () => {
      await fc.assert(
        fc.asyncProperty(words(1, 12), fc.integer({ min: 1, max: 9 }), async (ids, padding) => {
          const tokens = ids.length + 2;
          const plain = rowOf(await backend.run(batchOf([ids])), tokens, 0, tokens);
          const padded = await backend.run(batchOf([ids], tokens + padding, WORDS.first + 7));
          expectClose(rowOf(padded, tokens + padding, 0, tokens), plain, 1e-4);
        }),
        { numRuns: 15 },
      );
    });

    it("scores a row alike in any company, where it takes company", async () => {
      if (backend.capabilities.maxBatchRows === 1) return;
      await fc.assert(
        fc.asyncProperty(words(1, 12), fc.array(words(1, 12), { minLength: 1, maxLength: 3 }), async (ids, others) => {
          const tokens = ids.length + 2;
          const alone = rowOf(await backend.run(batchOf([ids])), tokens, 0, tokens);
          const batch = batchOf([...others, ids]);
          const { length } = batch;
          expectClose(rowOf(await backend.run(batch), length, others.length, tokens), alone, 1e-4);
        }),
        { numRuns: 15 },
      );
    });

    it("gives each of many calls at once its own answer", async () => {
      const rows = Array.from({ length: 24 }, (_, call) =>
        Array.from({ length: 3 + (call % 5) }, (_, at) => WORDS.first + 37 * call + at),
      );
      const together = await Promise.all(rows.map((ids) => backend.run(batchOf([ids]))));
      for (const [call, ids] of rows.entries()) {
        const tokens = ids.length + 2;
        const alone = await backend.run(batchOf([ids]));
        expectClose(rowOf(together[call] as EncoderOutput, tokens, 0, tokens), rowOf(alone, tokens, 0, tokens), 1e-5);
      }
    });

    it("refuses a batch it cannot run with a BackendError, and goes on", async () => {
      const before = await backend.run(batchOf([[2023, 2003]]));
      await expect(backend.run(batchOf([[WORDS.absent]]))).rejects.toThrow(BackendError);
      expect((await backend.run(batchOf([[2023, 2003]]))).logits).toEqual(before.logits);
    });

    it("ends what is under way and refuses what comes later when it is disposed of, once or twice", async () => {
      const another = await open();
      try {
        const rows = Array.from({ length: 8 }, () => [2023, 2003, 1037]);
        const calls = rows.map((ids) => another.backend.run(batchOf([ids])));
        const outcomes = Promise.allSettled(calls);
        await another.backend.dispose();
        await another.backend.dispose();
        for (const outcome of await outcomes) {
          if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(BackendError);
        }
        await expect(another.backend.run(batchOf([[2023]]))).rejects.toThrow(BackendError);
      } finally {
        await another.close?.();
      }
    });
  });
}

function rowsAllowed(backend: EncoderBackend | undefined, wanted: number): number {
  return Math.min(wanted, backend?.capabilities.maxBatchRows ?? 1);
}

function longest(rows: readonly (readonly number[])[]): number {
  return Math.max(...rows.map((ids) => ids.length));
}

type RowOutput = { logits: number[]; hidden: number[] };

function expectClose(actual: RowOutput, expected: RowOutput, tolerance: number): void {
  for (const part of ["logits", "hidden"] as const) {
    expect(actual[part].length).toBe(expected[part].length);
    const apart = actual[part].map((value, index) => Math.abs(value - (expected[part][index] as number)));
    expect(Math.max(0, ...apart)).toBeLessThanOrEqual(tolerance);
  }
}
