import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packScores, roundScores, unpackScores } from "../../../src/core/cache/packed.js";
import { expectSameBits, scoresOf } from "../../contract/score-cache.js";

const unitRows = (dimension: number, values: readonly number[]): Float32Array => {
  const rows = Float32Array.from(values);
  for (let from = 0; from < rows.length; from += dimension) {
    const row = rows.subarray(from, from + dimension);
    const length = Math.hypot(...row) || 1;
    for (const [at, value] of row.entries()) row[at] = value / length;
  }
  return rows;
};

const scores = fc
  .tuple(fc.nat(30), fc.nat(5), fc.integer({ min: 1, max: 48 }))
  .chain(([words, sentences, dimension]) => {
    const probabilities = fc
      .array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: words, maxLength: words })
      .map((values) => Float32Array.from(values));
    return fc.record({
      keep: probabilities,
      core: probabilities,
      pivot: probabilities,
      vectors: fc
        .array(fc.float({ min: -1, max: 1, noNaN: true }), {
          minLength: sentences * dimension,
          maxLength: sentences * dimension,
        })
        .map((values) => unitRows(dimension, values)),
      dimension: fc.constant(dimension),
    });
  });

describe("packed scores", () => {
  it("are off by no more than half a step, and none crosses 0.5", () => {
    fc.assert(
      fc.property(scores, (exact) => {
        const rounded = roundScores(exact);
        for (const name of ["keep", "core", "pivot"] as const) {
          for (const [word, score] of exact[name].entries()) {
            expect(Math.abs((rounded[name][word] as number) - score)).toBeLessThanOrEqual(0.5 / 255 + 1e-6);
            expect((rounded[name][word] as number) >= 0.5).toBe(score >= 0.5);
          }
        }
      }),
    );
  });

  it("have vectors that point where they did, of unit length or nearly so", () => {
    fc.assert(
      fc.property(scores, ({ dimension, ...rest }) => {
        const exact = { dimension, ...rest };
        const { vectors } = roundScores(exact);
        for (let from = 0; from < vectors.length; from += dimension) {
          const before = exact.vectors.subarray(from, from + dimension);
          if (Math.hypot(...before) < 0.99) continue;
          const after = vectors.subarray(from, from + dimension);
          expect(Math.abs(Math.hypot(...after) - 1)).toBeLessThan(0.02);
          expect(before.reduce((sum, value, at) => sum + value * (after[at] as number), 0)).toBeGreaterThan(
            0.9995 * Math.hypot(...after),
          );
        }
      }),
    );
  });

  it("are the same however often they are packed", () => {
    fc.assert(
      fc.property(scores, (exact) => {
        const once = packScores(exact);
        expect(packScores(roundScores(exact))).toEqual(once);
        expectSameBits(roundScores(roundScores(exact)), roundScores(exact));
      }),
    );
  });

  it("take less than 15 kB for a chunk of 600 tokens: 480 words in 30 sentences", () => {
    expect(packScores(scoresOf(480, 30, 384)).length).toBeLessThan(15_000);
  });

  it.each([1.26e30, 1.2626988400710879e30, 1.2677e30, 2e30])(
    "are the same for a vector of %d, which nearly is none",
    (value) => {
      const scores = { ...scoresOf(0, 0, 0), vectors: Float32Array.of(value, 1), dimension: 2 };
      expectSameBits(roundScores(roundScores(scores)), roundScores(scores));
    },
  );

  it("make zeros of what is no number", () => {
    const { keep, vectors } = roundScores({
      keep: Float32Array.of(Number.NaN, -1, 2),
      core: new Float32Array(3),
      pivot: new Float32Array(3),
      vectors: Float32Array.of(Number.NaN, 1, Number.POSITIVE_INFINITY, 1, 0, 0),
      dimension: 2,
    });
    expect([...keep]).toEqual([0, 0, 1]);
    expect([...vectors]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("are none where the layout or a length is another", () => {
    const packed = packScores(scoresOf(6, 2, 3));
    for (let place = 0; place < 16; place += 1) {
      const other = packed.slice();
      other[place] = (other[place] as number) + 1;
      expect(unpackScores(other), `byte ${place}`).toBeUndefined();
    }
    for (let length = 0; length < packed.length; length += 1)
      expect(unpackScores(packed.subarray(0, length))).toBeUndefined();
  });
});
