import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { searchWindows } from "../../src/distill/window-search.js";

interface Case {
  source: string[];
  compressed: string[];
  windowWords: number;
  labels: number[];
}

const fixture = new URL("./fixtures/window-search.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(fixture, "utf8")) as { cases: Case[] };

describe("searchWindows", () => {
  it.each(cases.map((one, index) => ({ index, ...one })))(
    "labels as the reference implementation does, case $index",
    ({ source, compressed, windowWords, labels }) => {
      const matches = searchWindows(source, compressed, windowWords);
      expect(source.map((_, index) => Number(matches.includes(index)))).toEqual(labels);
    },
  );

  it("looks forward before backward at each distance", () => {
    expect([...searchWindows(["x", "a", "m", "a"], ["m", "a"])]).toEqual([2, 3]);
    expect([...searchWindows(["x", "a", "m", "y", "a"], ["m", "a"])]).toEqual([2, 1]);
  });

  it("passes over commas on both sides", () => {
    expect([...searchWindows(["a", ",", "b"], ["a", ",", "b"])]).toEqual([0, -1, 2]);
  });
});
