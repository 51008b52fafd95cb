import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { argsort } from "../../../src/core/runtime/argsort.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { CASES } from "../../support/arbitraries.js";

describe("the order of values", () => {
  it("is highest first, and the source's order where they are equal", () => {
    const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true }));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 400, size: "max" }), (values) => {
        const expected = values
          .map((_, index) => index)
          .sort((a, b) => (values[b] as number) - (values[a] as number) || a - b);
        expect([...runAtOnce(argsort(Float64Array.from(values)))]).toEqual(expected);
      }),
      { numRuns: CASES },
    );
  });

  it("pauses where there is much to sort", () => {
    const values = Float64Array.from({ length: 200_000 }, (_, index) => (index * 7919) % 100_003);
    const parts = argsort(values);
    let pauses = 0;
    let next = parts.next();
    for (; !next.done; next = parts.next()) pauses += 1;
    expect(pauses).toBeGreaterThan(50);
    const order = next.value;
    for (let place = 1; place < order.length; place += 1) {
      const [before, after] = [order[place - 1] as number, order[place] as number];
      const isInOrder =
        (values[before] as number) > (values[after] as number) || (values[before] === values[after] && before < after);
      if (!isInOrder) expect.fail(`${before} stands before ${after}`);
    }
  });
});
