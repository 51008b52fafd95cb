import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryCache } from "../../../src/core/cache/memory.js";
import { roomOf } from "../../../src/core/cache/room.js";
import { InvalidOptionError } from "../../../src/core/errors.js";
import { expectSameBits, scoresOf } from "../../contract/score-cache.js";

// 3 bytes a word, and half a kilobyte for the entry itself.
const bytesOf = (words: number): number => 3 * words;

describe("scores in memory", () => {
  it("drop the least recently used first", () => {
    const cache = memoryCache({ maxBytes: 3 * bytesOf(10_000) + 10_000 });
    for (const key of ["a", "b", "c"]) cache.set(key, scoresOf(10_000, 0, 0));
    expect(cache.get("a")).toBeDefined();
    cache.set("d", scoresOf(10_000, 0, 0));
    expect(["a", "b", "c", "d"].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true, true]);
  });

  it("never take more than their bound, whatever is set", () => {
    const maxBytes = 30_000;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(..."abcdefgh"), fc.nat(15_000)), { maxLength: 40 }), (writes) => {
        const cache = memoryCache({ maxBytes });
        for (const [key, words] of writes) cache.set(key, scoresOf(words, 0, 0));
        const held = [..."abcdefgh"].map((key) => cache.get(key)).filter((scores) => scores !== undefined);
        const bytes = held.reduce((sum, scores) => sum + ("keep" in scores ? bytesOf(scores.keep.length) : 0), 0);
        expect(bytes).toBeLessThanOrEqual(maxBytes);
      }),
    );
  });

  it("count each entry's own weight: a bound of a megabyte holds hundreds of empty entries, not a million", () => {
    const cache = memoryCache({ maxBytes: 1_000_000 });
    for (let index = 0; index < 5000; index += 1) cache.set(`k${index}`, scoresOf(0, 0, 0));
    const held = Array.from({ length: 5000 }, (_, index) => cache.get(`k${index}`)).filter(Boolean).length;
    expect(held).toBeGreaterThan(500);
    expect(held).toBeLessThan(2500);
  });

  it("leave out an entry larger than the bound, and what the key held before", () => {
    const cache = memoryCache({ maxBytes: 10_000 });
    cache.set("small", scoresOf(100, 0, 0));
    cache.set("key", scoresOf(10, 0, 0));
    cache.set("key", scoresOf(100_000, 0, 0));
    expect(cache.get("key")).toBeUndefined();
    expect(cache.get("small")).toBeDefined();
  });

  it("free the weight of what is replaced", () => {
    const cache = memoryCache({ maxBytes: 12_000 });
    cache.set("other", scoresOf(1000, 0, 0));
    for (let round = 0; round < 100; round += 1) cache.set("key", scoresOf(2000, 0, 0));
    expect(cache.get("other")).toBeDefined();
    expectSameBits(cache.get("key") as ReturnType<typeof scoresOf>, scoresOf(2000, 0, 0));
  });

  it("are gone after dispose", () => {
    const cache = memoryCache();
    cache.set("key", scoresOf(1, 0, 0));
    cache.dispose();
    expect(cache.get("key")).toBeUndefined();
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, "256", null])("refuse a bound of %s", (maxBytes) => {
    const open = (): unknown => memoryCache({ maxBytes: maxBytes as number });
    expect(open).toThrow(InvalidOptionError);
    expect(open).toThrow(`Expected \`maxBytes\` to be a number of at least 0, got \`${maxBytes}\`.`);
    const openOther = (): unknown => memoryCache({ maxAnalysisBytes: maxBytes as number });
    expect(openOther).toThrow(`Expected \`maxAnalysisBytes\` to be a number of at least 0, got \`${maxBytes}\`.`);
  });

  it.each([
    [{}, 2 ** 24],
    [{ maxBytes: 4000 }, 1000],
    [{ maxBytes: 4000, maxAnalysisBytes: 3000 }, 3000],
    [{ maxAnalysisBytes: 0 }, 0],
  ])("bounded by %j leave analyses %i bytes", (options, bytes) => {
    const room = roomOf(memoryCache(options));
    expect(room?.take("plans", bytes + 1, () => undefined)).toBeUndefined();
    expect(room?.take("plans", bytes, () => undefined)).toBeDefined();
  });
});
