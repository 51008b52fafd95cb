import { describe, expect, it } from "vitest";
import { bm25Coverage } from "../../../src/core/relevance/bm25.js";

describe("BM25 coverage", () => {
  const bags = [["the", "boiler", "failed"], ["the", "boiler"], ["lunch", "at", "noon"], []];

  it("is higher for more and for rarer words of the question, and 0 without any", () => {
    const [both, one, none, empty] = bm25Coverage(["boiler", "failed"], bags);
    expect(both).toBeGreaterThan(one as number);
    expect(one).toBeGreaterThan(0);
    expect([none, empty]).toEqual([0, 0]);
  });

  it("agrees with the formula, worked out by hand for one term", () => {
    // idf = ln(1 + (4 - 1 + 0.5) / (1 + 0.5)), mean length 2, length 3, k1 = 1.2, b = 0.75
    const idf = Math.log(1 + 3.5 / 1.5);
    const score = (idf * 2.2) / (1 + 1.2 * (0.25 + (0.75 * 3) / 2));
    expect(bm25Coverage(["lunch"], bags)[2]).toBeCloseTo(score / (idf * 2.2), 6);
  });

  it("stays in 0..1 and is 0 everywhere for an empty question or no texts", () => {
    expect([...bm25Coverage([], bags)]).toEqual([0, 0, 0, 0]);
    expect([...bm25Coverage(["x"], [])]).toEqual([]);
    expect(Math.max(...bm25Coverage(["a"], [Array.from({ length: 99 }, () => "a"), ["b"]]))).toBeLessThanOrEqual(1);
  });
});
