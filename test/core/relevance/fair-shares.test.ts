import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestOfParts, shareFairly } from "../../../src/core/relevance/fair-shares.js";
import { CASES } from "../../support/arbitraries.js";

const rows = (...documents: number[][]) => documents.map((row) => Float32Array.from(row));
/** Places of the sentences of one document, the most relevant first. */
function order([row]: readonly Float32Array[]): number[] {
  return [...(row as Float32Array).keys()].sort((a, b) => (row?.[b] as number) - (row?.[a] as number) || a - b);
}

describe("the parts of a question", () => {
  it("have their best two sentences before the third of any", () => {
    const first = rows([5, 4.5, 4, 3.5, -9, -9]);
    const second = rows([-9, -9, -9, -9, 1, -2]);
    expect(
      order(shareFairly([first, second]))
        .slice(0, 4)
        .sort(),
    ).toEqual([0, 1, 4, 5]);
    expect(order(bestOfParts([first, second])).slice(0, 4)).toEqual([0, 1, 2, 3]);
  });

  it("are not lifted to others without end: a part that nothing answers stays behind", () => {
    expect(order(shareFairly([rows([5, 4, -20]), rows([-20, -20, -12])]))).toEqual([0, 1, 2]);
  });

  it("never lower what a sentence says, and change nothing where there is one part", () => {
    const logits = fc.array(fc.float({ min: -12, max: 12, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(logits, logits, (first, second) => {
        const parts = [rows(first), rows(second)];
        const plain = bestOfParts(parts)[0] as Float32Array;
        for (const [index, logit] of (shareFairly(parts)[0] as Float32Array).entries())
          expect(logit).toBeGreaterThanOrEqual(plain[index] as number);
        const [alone] = shareFairly([rows(first)]) as [Float32Array];
        for (const [index, logit] of alone.entries()) expect(logit).toBeCloseTo(first[index] as number, 5);
      }),
      { numRuns: CASES },
    );
  });
});
