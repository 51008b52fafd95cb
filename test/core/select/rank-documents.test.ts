import { describe, expect, it } from "vitest";
import { rankOf, scoreBonus, selectDocuments } from "../../../src/core/select/rank-documents.js";
import type { Candidate } from "../../../src/core/select/types.js";
import { documentOf } from "../../support/documents.js";

function candidate(index: number, text: string, rank = 0, tokens = 100): Candidate {
  const document = documentOf(text);
  return { index, document, relevance: Float32Array.from(document.sentences, () => rank), rank, tokens };
}

describe("the coarse selection", () => {
  it("keeps documents by rank, in the caller's order, and drops the rest whole", () => {
    const ranks = [0, 5, 1, 4, 2, 3];
    const candidates = ranks.map((rank, index) => candidate(index, `Text number ${index}.`, rank, 1000));
    const { kept, dropped } = selectDocuments(candidates, 200, true);
    expect(kept.map(({ index }) => index)).toEqual([1, 3, 5]);
    expect(dropped.map(({ index }) => index).sort()).toEqual([0, 2, 4]);
  });

  it("lets everything in where the ceiling is wide, and settles ties by the caller's order", () => {
    const candidates = [0, 1, 2, 3].map((index) => candidate(index, `Text ${index}.`, 1, 500));
    expect(selectDocuments(candidates, 10_000, false).kept).toHaveLength(4);
    expect(selectDocuments(candidates, 10, true).kept.map(({ index }) => index)).toEqual([0]);
  });

  it("goes on behind copies of the same text: they fill nothing", () => {
    const same = Array.from({ length: 30 }, (_, index) => candidate(index, "The same text again.", 9, 1000));
    const { kept } = selectDocuments([...same, candidate(30, "Another text.", 1, 1000)], 400, true);
    expect(kept.at(-1)?.index).toBe(30);
  });

  it("counts of a long text only what is as relevant as the best of others", () => {
    const long = candidate(0, "One is needed. Two is not. Three is not either.", 5, 9000);
    const answering = { ...long, relevance: Float32Array.of(5, -9, -9) };
    const { kept } = selectDocuments([answering, candidate(1, "Another text.", 4, 300)], 400, true);
    expect(kept.map(({ index }) => index)).toEqual([0, 1]);
    const { kept: alone } = selectDocuments([long, candidate(1, "Another text.", 4, 300)], 400, true);
    expect(alone.map(({ index }) => index)).toEqual([0]);
  });

  it("ranks by the question, else by what is informative, and blends in the caller's scores", () => {
    const document = documentOf("Some text.");
    expect(rankOf(document, 2.5, 0)).toBe(2.5);
    expect(rankOf(document, undefined, 0)).toBeCloseTo(9, 5);
    const bonus = scoreBonus([2, 4, 6, 8], 2);
    expect(rankOf(document, 1, bonus(8))).toBeCloseTo(1 + (2 * 3) / Math.sqrt(5), 5);
    expect(bonus(undefined)).toBe(0);
    expect([scoreBonus([8, 8], 2)(8), scoreBonus([8], 2)(8), scoreBonus([], 2)(undefined)]).toEqual([0, 0, 0]);
    expect(scoreBonus([2, 8], 0)(8)).toBe(0);
  });
});
