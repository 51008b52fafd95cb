import { describe, expect, it } from "vitest";
import { bm25Coverage } from "../../../src/core/relevance/bm25.js";
import { indexWords } from "../../../src/core/relevance/word-index.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";

type Bags = readonly (readonly string[])[];

/** Shares of bags of words, those of each text in a group of their own. */
function coverage(query: readonly string[], ...texts: Bags[]): number[] {
  const indices = texts.map((bags) => runAtOnce(indexWords(bags.length, (place) => bags[place] ?? [])));
  return bm25Coverage(query, indices).flatMap((row) => [...row]);
}

describe("BM25 coverage", () => {
  const bags = [["the", "boiler", "failed"], ["the", "boiler"], ["lunch", "at", "noon"], []];

  it("is higher for more and for rarer words of the question, and 0 without any", () => {
    const [both, one, none, empty] = coverage(["boiler", "failed"], bags);
    expect(both).toBeGreaterThan(one as number);
    expect(one).toBeGreaterThan(0);
    expect([none, empty]).toEqual([0, 0]);
  });

  it("agrees with the formula, worked out by hand for one term", () => {
    // Of the three that have words: idf = ln(1 + (3 - 1 + 0.5) / (1 + 0.5)), mean length 8/3, length 3, k1 = 1.2, b = 0.75
    const idf = Math.log(1 + 2.5 / 1.5);
    const score = (idf * 2.2) / (1 + 1.2 * (0.25 + (0.75 * 3) / (8 / 3)));
    expect(coverage(["lunch"], bags)[2]).toBeCloseTo(score / (idf * 2.2), 6);
  });

  it("stays in 0..1 and is 0 everywhere for an empty question or no texts", () => {
    expect(coverage([], bags)).toEqual([0, 0, 0, 0]);
    expect(coverage(["x"], [])).toEqual([]);
    expect(Math.max(...coverage(["a"], [Array.from({ length: 99 }, () => "a"), ["b"]]))).toBeLessThanOrEqual(1);
  });

  it("is the same however the sentences are spread over texts", () => {
    const query = ["boiler", "lunch", "noon"];
    expect(coverage(query, bags.slice(0, 2), bags.slice(2))).toEqual(coverage(query, bags));
  });
});
