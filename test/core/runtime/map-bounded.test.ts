import { expect, it } from "vitest";
import { mapBounded } from "../../../src/core/runtime/map-bounded.js";

it("gives the outcomes in order, with no more calls at once than it may", async () => {
  let running = 0;
  let most = 0;
  const outcomes = await mapBounded([...new Array(50).keys()], 8, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, (item * 7) % 5));
    running -= 1;
    return item * 2;
  });
  expect(outcomes).toEqual([...new Array(50).keys()].map((item) => item * 2));
  expect(most).toBe(8);
});

it("begins no call after the first that failed", async () => {
  const begun: number[] = [];
  const failing = mapBounded([...new Array(50).keys()], 4, async (item) => {
    begun.push(item);
    await new Promise(setImmediate);
    if (item === 5) throw new Error("five");
  });
  await expect(failing).rejects.toThrow("five");
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(begun.length).toBeLessThanOrEqual(12);
});
