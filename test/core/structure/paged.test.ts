import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outline } from "../../../src/core/structure/outline.js";
import { parse } from "../../../src/core/structure/paged.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { textOf } from "../../contract/outline-text.js";
import { expectEveryChoiceValid, expectProperOrNone, grainWith, outlineOf, printed } from "../../support/outlines.js";

const page = (number: number, body: string) =>
  `Harbour board          Report 2026\n\n${body}\n\n              - ${number} -\nNot for sale.\n`;
const REPORT = [
  page(
    1,
    "Depths\n\n    The depth was measured at every pier by the same crew, with the temper-\nature of the water. It is a well-known place.",
  ),
  page(2, "    In spring the well-\nknown crane was moved to the outer pier and back, and then it was moved"),
  page(3, "once more to the north.\n\nPier      Depth      Boats\nNorth     7          42"),
].join("\f");

describe("paged text", () => {
  it("tells running heads once and page numbers never", () => {
    const outline = outlineOf(parse, REPORT);
    const all = [...outline.grains.keys()].filter((index) => outline.grains[index]?.role === "content");
    const text = textOf(REPORT, outline, all);
    expect(text.split("Report 2026")).toHaveLength(2);
    expect(text.split("Not for sale")).toHaveLength(2);
    expect(text).not.toMatch(/- \d -/u);
  });

  it("joins the halves of a word that was cut at the end of a line", () => {
    expect(printed(parse, REPORT, "The depth was")).toContain(
      "with the temperature of the water. It is a well-known place.",
    );
    expect(printed(parse, REPORT, "In spring")).toContain("In spring the well-known crane");
  });

  it("joins a paragraph over a page break", () => {
    expect(printed(parse, REPORT, "In spring")).toMatch(/and then it was moved\nonce more to the north\.$/u);
  });

  it("reads rows of a table and headings as such", () => {
    expect(grainWith(parse, REPORT, "North ")).toMatchObject({ kind: "table" });
    expect(grainWith(parse, REPORT, "The depth was").context).toBe("Depths");
    expect(printed(parse, REPORT, "The depth was")).toMatch(/^Depths\n\n/u);
  });

  it("is nothing for text without form feeds", () => {
    for (const text of ["", "words", "one page only\f", "\f\f\n"]) expect(runAtOnce(parse(text)), text).toBeUndefined();
  });

  it("never prints half a word", () => {
    expectEveryChoiceValid(parse, report, (text) => {
      expect(text).not.toMatch(/measu(?!red)|(?<!measu)red/u);
      expect(text.split("Running head").length).toBeLessThanOrEqual(2);
    });
  });

  it("gives a proper outline of any text, or none", () => {
    expectProperOrNone(parse, report, soup);
  });

  it("keeps what is hidden in order where a paragraph goes over a page", () => {
    const { hidden } = runAtOnce(parse(REPORT)) as Outline;
    expect(hidden.map(({ start }) => start)).toEqual(
      hidden.map(({ start }) => start).toSorted((one, other) => one - other),
    );
  });
});

const sentence = fc.constantFrom(
  "The pier was measu-\nred in May.",
  "Boats came and went all day long until it was dark",
  "Then it rained.",
  "no capital here",
);
const report = fc
  .array(fc.array(sentence, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 5 })
  .map((pages) =>
    pages.map((parts, index) => `Running head ${index}\n\n    ${parts.join("\n    ")}\n\n${index + 1}\n`).join("\f"),
  );
const soup = fc
  .array(
    fc.constantFrom("\f", "\n", "words", " ", "a-\nb", "Head 1\n", "    ", "1\n", "-", ".", "\n\n", "x     y     z"),
  )
  .map((parts) => parts.join(""));
