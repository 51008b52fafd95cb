import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { annotate } from "../../src/distill/annotate.js";
import { labelPairs } from "../../src/distill/label-pairs.js";
import { filterByQuality, measureQuality, type QualityScores } from "../../src/distill/quality.js";

const score = (variationRate: number, alignmentGap = 0): QualityScores => ({
  variationRate,
  alignmentGap,
  matchingRate: 0.5,
  hittingRate: 0.5 + alignmentGap,
});

describe("measureQuality", () => {
  it("counts the words of the compression that the source does not hold", () => {
    const source = "one two three four five six seven eight";
    const scores = measureQuality(source, annotate(source, "one two nine four"));
    expect(scores).toEqual({ variationRate: 0.25, matchingRate: 3 / 8, hittingRate: 3 / 8, alignmentGap: 0 });
  });

  it("shows words that were found but not labelled as a gap", () => {
    const source = "a b c d";
    const annotation = annotate(source, "d a");
    expect(measureQuality(source, annotation)).toEqual({
      variationRate: 0,
      hittingRate: 0.5,
      matchingRate: 0.25,
      alignmentGap: 0.25,
    });
  });

  it("does not call another letter case a variation", () => {
    const source = "The plan";
    expect(measureQuality(source, annotate(source, "the plan")).variationRate).toBe(0);
  });

  it("is defined for empty texts", () => {
    expect(measureQuality("", annotate("", ""))).toEqual({
      variationRate: 0,
      hittingRate: 0,
      matchingRate: 0,
      alignmentGap: 0,
    });
  });

  it("has an alignment gap of 0 for every deletion", () => {
    const words = fc.array(fc.constantFrom("a", "the", "dog", "ran", ".", ","), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(words, fc.infiniteStream(fc.boolean()), (surfaces, keeps) => {
        const source = surfaces.join(" ");
        const compressed = surfaces.filter(() => keeps.next().value === true).join(" ");
        const scores = measureQuality(source, annotate(source, compressed));
        expect(scores.variationRate).toBe(0);
        expect(scores.alignmentGap).toBeCloseTo(0, 12);
      }),
    );
  });
});

describe("filterByQuality", () => {
  it("leaves out the worst 5% by Variation Rate and the worst 10% by Alignment Gap", () => {
    const scores = Array.from({ length: 100 }, (_, index) => score((index + 1) / 1000, ((index * 37) % 100) / 1000));
    const { reasons, report } = filterByQuality(scores);
    expect(reasons.flatMap((reason, index) => (reason === "variation-rate" ? [index] : []))).toEqual([
      95, 96, 97, 98, 99,
    ]);
    const worstGaps = scores
      .map((one, index) => [one.alignmentGap, index] as const)
      .sort((a, b) => b[0] - a[0])
      .slice(0, 10);
    for (const [, index] of worstGaps) expect(reasons[index]).toBeDefined();
    expect(report.kept).toBe(reasons.filter((reason) => reason === undefined).length);
    expect(report.cut["variation-rate"]).toBe(0.096);
    expect(report.cut["alignment-gap"]).toBe(0.09);
  });

  it("never leaves out a pair whose scores are 0", () => {
    const scores = [...Array.from({ length: 97 }, () => score(0)), score(0.1), score(0.2), score(0, 0.3)];
    const { reasons, report } = filterByQuality(scores);
    expect(reasons.slice(0, 97).every((reason) => reason === undefined)).toBe(true);
    expect(report.dropped).toEqual({ "variation-rate": 2, "alignment-gap": 1 });
    expect(report.exact).toBe(98);
  });

  it("keeps everything where the shares are 0, and says that nothing was cut", () => {
    const { report } = filterByQuality([score(1, 1)], { variationShare: 0, gapShare: 0 });
    expect(report.kept).toBe(1);
    expect(report.cut).toEqual({ "variation-rate": null, "alignment-gap": null });
  });

  it("rejects a share outside 0 to 1 by name", () => {
    expect(() => filterByQuality([], { gapShare: 2 })).toThrow("Expected `gapShare` to be in [0, 1], got `2`.");
  });
});

describe("labelPairs", () => {
  it("names the pair that lacks a text", () => {
    const broken = { id: "p7", original: "text" } as unknown as { id: string; original: string; compressed: string };
    expect(() => labelPairs([broken])).toThrow(
      "Expected each pair to have an `original` and a `compressed`, got pair p7.",
    );
  });

  it("counts what it labelled", () => {
    const { passages, counts } = labelPairs([{ id: "a", original: "One. Two three.", compressed: "One. «three»." }]);
    expect(counts).toEqual({ passages: 1, words: 5, sentences: 2, kept: 4, core: 1 });
    expect(passages[0]).toEqual({
      id: "a",
      domain: "",
      document: "a",
      words: ["One", ".", "Two", "three", "."],
      shapes: [10, 0, 9, 5, 0],
      sentences: [
        [0, 2],
        [2, 5],
      ],
      labels: [1, 1, 0, 2, 1],
      weight: 1,
    });
  });
});
