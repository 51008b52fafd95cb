import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sideBySide } from "../../../src/core/runtime/side-by-side.js";

describe("arrays laid side by side", () => {
  it("hold what they held, in the form they had, over one buffer and none over another", () => {
    const arrays = fc.record({
      flags: fc.uint8Array(),
      steps: fc.int8Array(),
      values: fc.float64Array(),
      places: fc.uint32Array(),
      partners: fc.int32Array(),
      scores: fc.float32Array(),
    });
    fc.assert(
      fc.property(arrays, (given) => {
        const laid = sideBySide(given);
        expect(laid).toEqual(given);
        expect(new Set(Object.values(laid).map(({ buffer }) => buffer)).size).toBe(1);
        // Written over one after another, none changes another.
        for (const array of Object.values(laid)) array.fill(1);
        for (const [name, array] of Object.entries(laid)) {
          expect(array.length).toBe(given[name as keyof typeof given].length);
          expect(array.every((value) => value === 1)).toBe(true);
        }
      }),
    );
  });
});
