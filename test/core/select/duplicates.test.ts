import { describe, expect, it } from "vitest";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { findDuplicates } from "../../../src/core/select/duplicates.js";
import type { Candidate } from "../../../src/core/select/types.js";
import { documentOf } from "../../support/documents.js";

function candidate(index: number, text: string, rank = 0, tokens = 100): Candidate {
  return { index, document: documentOf(text), rank, tokens };
}

const duplicatesIn = (...request: Parameters<typeof findDuplicates>) => runAtOnce(findDuplicates(...request));

const copies = (...texts: string[]) =>
  duplicatesIn(texts.map((text, index) => candidate(index, text))).map((flags) => [...flags]);

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
    expect(duplicatesIn(documents).map((flags) => [...flags])).toEqual([[1], [0]]);
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
      return duplicatesIn([
        { index: 0, document: documentOf(first, undefined, [row(0.3)]), rank: 0, tokens: 9 },
        { index: 1, document: documentOf(second, undefined, [row(0.3 + angle)]), rank: 0, tokens: 9 },
      ])[1]?.[0];
    };
    expect(flags("The limit of the pool is 5 jobs.", "The pool has a limit of 5 jobs.")).toBe(1);
    expect(flags("The limit of the pool is 5 jobs.", "The limit of the pool is 6 jobs.")).toBe(0);
    expect(flags("The pool is limited to few jobs.", "The pool is not limited to few jobs.")).toBe(0);
    expect(flags("Once more, Anna has paid the bill.", "Once more, Berta has paid the bill.")).toBe(0);
    expect(flags("The limit of the pool is 5 jobs.", "The pool has a limit of 5 jobs.", 1)).toBe(0);
  });

  it.each([
    ["open", "closed"],
    ["on", "off"],
    ["before", "after"],
    ["must", "may"],
    ["at least", "at most"],
    ["safe", "unsafe"],
    ["all", "some"],
  ])("are no sentences that differ in %s and %s, however near their vectors are", (one, other) => {
    const row = [1, ...new Array<number>(31).fill(0)];
    const documents = [one, other].map((word, index) => ({
      index,
      document: documentOf(`The gate of the dock is ${word} the time of the tide.`, undefined, [row]),
      rank: 0,
      tokens: 9,
    }));
    expect(duplicatesIn(documents).map((flags) => [...flags])).toEqual([[0], [0]]);
  });

  it("of what is pinned are copies, and what is pinned is none", () => {
    const documents = [
      { ...candidate(0, "The pump failed at noon."), relevance: Float32Array.of(9) },
      { ...candidate(1, "The pump failed at noon."), relevance: Float32Array.of(-9), pinned: true },
    ];
    expect(duplicatesIn(documents).map((flags) => [...flags])).toEqual([[1], [0]]);
  });

  it("are found among many copies, though the room for new sentences is small", () => {
    const text = "One sentence of this text here. Another sentence of this text here. A third sentence of it here.";
    const documents = Array.from({ length: 40 }, (_, index) => candidate(index, text));
    const flags = duplicatesIn(documents, 30);
    expect(flags.flatMap((row) => [...row]).filter((flag) => flag === 0)).toHaveLength(3);
  });
});
