import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnalyzedDocument } from "../../../src/core/document/types.js";
import { renderDocument } from "../../../src/core/render/prose.js";
import { anyText, CASES } from "../../support/arbitraries.js";
import { documentOf, unitsOf } from "../../support/documents.js";
import { expectFaithful, expectWholeWords } from "../../support/invariants.js";
import { PASSAGES } from "../../support/texts.js";

/** Renders what is left when the units of the given surfaces are out. */
function without(text: string, ...dropped: string[]): string {
  const document = documentOf(text);
  const kept = Uint8Array.from(unitsOf(document), (unit) => (dropped.includes(unit) ? 0 : 1));
  expect(kept.filter((flag) => flag === 0).length, "units that are out").toBeGreaterThanOrEqual(dropped.length);
  return renderDocument(document, kept).text;
}

/** Any choice of units, but what is protected in a sentence stays where any of it stays. */
function flags({ units }: AnalyzedDocument, bits: readonly boolean[]): Uint8Array {
  const isChosen = (unit: number) => bits[unit % bits.length] === true;
  const open = new Set(units.flatMap(({ sentence }, unit) => (isChosen(unit) ? [sentence] : [])));
  return Uint8Array.from(units, ({ sentence, isProtected }, unit) =>
    isChosen(unit) || (isProtected && open.has(sentence)) ? 1 : 0,
  );
}

describe("a cut", () => {
  it.each([
    ["joins with one space", "The old red boat sank.", ["old", "red"], "The boat sank."],
    [
      "takes the comma of a dropped word with it",
      "Well, the boat, which leaked, sank.",
      ["which", "leaked"],
      "Well, the boat, sank.",
    ],
    ["drops a comma with nothing behind it", "It sank, sadly.", ["sadly"], "It sank."],
    ["keeps the stop of a sentence with its last word", "It sank. We swam.", ["It"], "sank. We swam."],
    ["keeps brackets in pairs", "The boat (old and red) sank.", ["red"], "The boat old sank."],
    [
      "keeps brackets around what is left of both ends",
      "The boat (old and red) sank.",
      ["and"],
      "The boat (old red) sank.",
    ],
    ["keeps quotes in pairs inside brackets", '(see "the old boat" there) now', ["the"], "(see old boat there) now"],
    ["keeps outer brackets only with whole inner pairs", '(see "the old boat") now', ["the"], "see old boat now"],
    ["keeps a call whole", "It says fetch(one, two, 3) there.", ["there"], "It says fetch(one, two, 3)."],
    ["keeps quotes over several sentences", '"It sank. We swam," he said.', ["We"], '"It sank. swam," he said.'],
    ["keeps the apostrophe of a genitive", "The dogs' old bowl broke.", ["old"], "The dogs' bowl broke."],
    ["drops a dash without its neighbours", "It sank — sadly — there.", ["sadly"], "It sank there."],
    ["keeps a dash between its neighbours", "It sank — sadly — there.", ["there"], "It sank — sadly."],
    ["keeps free punctuation with its word", "Ah ! Non : jamais ?", ["Non"], "Ah ! jamais ?"],
    ["keeps a line break", "One two.\nThree four.", ["two"], "One.\nThree four."],
    ["keeps a blank line", "One two.\n\n\nThree four.", ["two"], "One.\n\n\nThree four."],
    ["keeps Windows line ends", "One two.\r\n\r\nThree four.", ["two"], "One.\r\n\r\nThree four."],
    ["keeps the indentation of a list item", "- one\n  - two three\n  - four", ["one"], "-\n  - two three\n  - four"],
    [
      "drops a word that joins what is left out up to the end",
      "The crane fell across the channel.",
      ["channel"],
      "The crane fell.",
    ],
    [
      "drops a word that joins what is left out up to a mark",
      "Of the cargo, two crates of wine sank.",
      ["cargo"],
      "two crates of wine sank.",
    ],
    ["keeps a word that joins what is left", "Two crates of red wine sank.", ["red"], "Two crates of wine sank."],
    [
      "keeps a joining word at the source's end",
      "Nobody saw what it was made of.",
      ["saw"],
      "Nobody what it was made of.",
    ],
    ["leaves no doubled spaces", "One  two   three four.", ["two"], "One three four."],
    ["joins text without spaces with a space", "他不来，我们走。", ["来"], "他不 我们走。"],
  ])("%s", (_, text, dropped, expected) => {
    expect(without(text, ...dropped)).toBe(expected);
  });

  it("leaves code, tables and data as they are, semicolons, brackets and all", () => {
    for (const text of [
      "```ts\nconst x = [1, 2];\nif (x) {\n\treturn  y;\n}\n```",
      "| a  |  b |\n|----|----|\n| 1, | (2 |",
    ]) {
      const document = documentOf(text, () => 0.1);
      expect(renderDocument(document, new Uint8Array(document.units.length).fill(1)).text).toBe(text);
    }
  });

  it("leaves code in backticks as it stands, commas and all", () => {
    const text = "Pass `{ one: 1, two: 2 }`, not `*/7 * *`, I said (see `f(x)`, too).";
    const document = documentOf(text, () => 0.1);
    const kept = Uint8Array.from(document.units, ({ isProtected }) => Number(isProtected));
    expect(renderDocument(document, kept).text).toBe("`{ one: 1, two: 2 }` not `*/7 * *` `f(x)` too.");
  });

  it("prints the punctuation at the sides of a unit that is forced with it", () => {
    const document = documentOf("Dear Sir, come (now).", () => 0.1);
    const kept = Uint8Array.from(unitsOf(document), (unit) => (unit === "Sir" || unit === "come" ? 1 : 0));
    const forced = Uint8Array.from(unitsOf(document), (unit) => (unit === "Sir" ? 2 : 0));
    expect(renderDocument(document, kept, { forced }).text).toBe("Sir, come.");
    expect(renderDocument(document, kept).text).toBe("Sir come.");
  });
});

describe("what is rendered", () => {
  it("is faithful, cuts no word, and is well formed, whatever is kept", () => {
    fc.assert(
      fc.property(anyText(), fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }), (text, bits) => {
        const document = documentOf(text);
        const result = renderDocument(document, flags(document, bits));
        expectFaithful(text, result);
        expectWholeWords(text, result);
      }),
      { numRuns: CASES },
    );
  });

  it("of prose has no doubled spaces, no orphaned punctuation and no half pairs that the source has not", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PASSAGES.map((passage) => passage.text)),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
        (text, bits) => {
          const document = documentOf(text);
          fc.pre(document.sentences.every(({ kind }) => kind === "prose"));
          const result = renderDocument(document, flags(document, bits));
          expect(result.text).not.toMatch(/\S[^\S\r\n]{2}/u);
          const hollow = (part: string) => part.match(/\(\s|\s[)\]]|\(\)|\[\s*\]/gu)?.length ?? 0;
          expect(hollow(result.text)).toBeLessThanOrEqual(hollow(text));
          const orphans = (part: string) => part.match(/(?<=^|\s)[,;:.!?)\]”»]+(?=\s|$)/gu)?.length ?? 0;
          expect(orphans(result.text)).toBeLessThanOrEqual(orphans(text));
          const excess = (part: string) => Math.abs(part.split("(").length - part.split(")").length);
          expect(excess(result.text)).toBeLessThanOrEqual(excess(text));
        },
      ),
      { numRuns: CASES },
    );
  });

  it.each([
    ["asterisks", "*", "*"],
    ["brackets", "(", ")"],
    ["brackets in the air", "( ", " )"],
    ["quotes", "“", "”"],
    ["straight quotes", '"', '"'],
    ["kinds of brackets", "([{", "}])"],
  ])("of a word between thousands of %s is there at once, marks and all", (_, open, close) => {
    const tower = `${open.repeat(4000)}WARNING${close.repeat(4000)}`;
    const document = documentOf(`${tower} and more.`);
    const kept = Uint8Array.from(unitsOf(document), (unit) => (unit.includes("WARNING") ? 1 : 0));
    const started = performance.now();
    const { text } = renderDocument(document, kept);
    expect(performance.now() - started).toBeLessThan(1000);
    expect(text).toContain("WARNING");
    expect(tower).toContain(text);
  });

  it("of two words between brackets has all of the brackets or none of them", () => {
    const text = `${"(".repeat(30)}very happy${")".repeat(30)} there.`;
    const document = documentOf(text);
    const render = (...words: string[]) =>
      renderDocument(
        document,
        Uint8Array.from(unitsOf(document), (unit) => (words.includes(unit) ? 1 : 0)),
      ).text;
    expect(render("very", "happy")).toBe(`${"(".repeat(30)}very happy${")".repeat(30)}.`);
    expect(render("very", "there")).toBe("very there.");
  });

  it("with nothing kept is nothing", () => {
    const document = documentOf("Nothing of this.");
    expect(renderDocument(document, new Uint8Array(document.units.length))).toEqual({
      text: "",
      spans: [],
      inserted: [],
    });
  });
});
