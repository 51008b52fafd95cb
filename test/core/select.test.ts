import { describe, expect, it } from "vitest";
import { type Candidate, findDuplicatesInParts, rankOf, scoreBonus, selectDocuments } from "../../src/core/select.js";
import { atOnce } from "../../src/core/turn.js";
import { planOf } from "../support/plans.js";

function candidate(index: number, text: string, rank = 0, tokens = 100): Candidate {
  return { index, plan: planOf(text), rank, tokens };
}

const findDuplicates = (...request: Parameters<typeof findDuplicatesInParts>) =>
  atOnce(findDuplicatesInParts(...request));

const copies = (...texts: string[]) =>
  findDuplicates(texts.map((text, index) => candidate(index, text))).map((flags) => [...flags]);

describe("the coarse mesh", () => {
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

  it("ranks by the question, else by what is informative, and blends in the caller's scores", () => {
    const plan = planOf("Some text.");
    expect(rankOf(plan, 2.5, 0)).toBe(2.5);
    expect(rankOf(plan, undefined, 0)).toBeCloseTo(9, 5);
    const bonus = scoreBonus([2, 4, 6, 8], 2);
    expect(rankOf(plan, 1, bonus(8))).toBeCloseTo(1 + (2 * 3) / Math.sqrt(5), 5);
    expect(bonus(undefined)).toBe(0);
    expect([scoreBonus([8, 8], 2)(8), scoreBonus([8], 2)(8), scoreBonus([], 2)(undefined)]).toEqual([0, 0, 0]);
    expect(scoreBonus([2, 8], 0)(8)).toBe(0);
  });
});

describe("near-duplicates", () => {
  it("are sentences with the same words, in any case and punctuation; the later one is the copy", () => {
    expect(copies("The pump failed at noon. It rained all day.", "the pump failed, at noon! It did not rain.")).toEqual(
      [
        [0, 0],
        [1, 0],
      ],
    );
  });

  it("are the lower-ranked one where there is a question", () => {
    const documents = ["The pump failed at noon.", "The pump failed at noon."].map((text, index) => ({
      ...candidate(index, text),
      relevance: Float32Array.of(index),
    }));
    expect(findDuplicates(documents).map((flags) => [...flags])).toEqual([[1], [0]]);
  });

  it("are never short ones, code, tables or data", () => {
    expect(copies("Not so.", "Not so.")).toEqual([[0], [0]]);
    expect(copies("```\nthe same code line here\n```", "```\nthe same code line here\n```")).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it("by their vectors differ in no figure, negation or name", () => {
    const flags = (first: string, second: string, angle = 0.1) => {
      const row = (at: number) =>
        Array.from({ length: 32 }, (_, column) => (column === 0 ? Math.cos(at) : column === 1 ? Math.sin(at) : 0));
      return findDuplicates([
        { index: 0, plan: planOf(first, undefined, [row(0.3)]), rank: 0, tokens: 9 },
        { index: 1, plan: planOf(second, undefined, [row(0.3 + angle)]), rank: 0, tokens: 9 },
      ])[1]?.[0];
    };
    expect(flags("The limit of the pool is 5 jobs.", "The pool has a limit of 5 jobs.")).toBe(1);
    expect(flags("The limit of the pool is 5 jobs.", "The limit of the pool is 6 jobs.")).toBe(0);
    expect(flags("The pool is limited to few jobs.", "The pool is not limited to few jobs.")).toBe(0);
    expect(flags("Once more, Anna has paid the bill.", "Once more, Berta has paid the bill.")).toBe(0);
    expect(flags("The limit of the pool is 5 jobs.", "The pool has a limit of 5 jobs.", 1)).toBe(0);
  });

  it("of what is pinned are copies, and what is pinned is none", () => {
    const documents = [
      { ...candidate(0, "The pump failed at noon."), relevance: Float32Array.of(9) },
      { ...candidate(1, "The pump failed at noon."), relevance: Float32Array.of(-9), pinned: true },
    ];
    expect(findDuplicates(documents).map((flags) => [...flags])).toEqual([[1], [0]]);
  });

  it("are found among many copies, though the room for new sentences is small", () => {
    const text = "One sentence of this text here. Another sentence of this text here. A third sentence of it here.";
    const documents = Array.from({ length: 40 }, (_, index) => candidate(index, text));
    const flags = findDuplicates(documents, 30);
    expect(flags.flatMap((row) => [...row]).filter((flag) => flag === 0)).toHaveLength(3);
  });
});
