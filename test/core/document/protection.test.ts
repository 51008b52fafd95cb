import { describe, expect, it } from "vitest";
import {
  isIdentifier,
  isNegation,
  isNumber,
  isUnit,
  protectionOf,
} from "../../../src/core/document/protected-words.js";
import { splitUnits } from "../../../src/core/document/units.js";
import { renderDocument } from "../../../src/core/render/prose.js";
import { splitSentences } from "../../../src/core/text/sentences.js";
import { splitWords } from "../../../src/core/text/words.js";
import { markPhrases } from "../../../src/core/value/forced-units.js";
import { documentOf } from "../../support/documents.js";
import { PROTECT_CASES } from "../../support/texts.js";

/** The text with nothing in it but what is protected. */
function protectedText(text: string): string {
  const document = documentOf(text);
  const isKept = document.units.map((unit) => unit.isProtected || document.sentences[unit.sentence]?.kind !== "prose");
  return renderDocument(document, Uint8Array.from(isKept, Number)).text;
}

function protectedUnits(text: string): string[] {
  const words = splitWords(text);
  return splitUnits(text, words, splitSentences(text, words))
    .filter(({ isProtected }) => isProtected)
    .map(({ firstWord, endWord }) => text.slice(words[firstWord]?.start, words[endWord - 1]?.end));
}

describe("protection by surface", () => {
  it.each(
    "not No NEVER n't don't can’t cannot Nope nil without unless non-periodic sugar-free nicht kein pas sans nunca не لا 不 没有 ない 없다".split(
      " ",
    ),
  )("knows %s for a negation", (word) => {
    expect(isNegation(word)).toBe(true);
    expect(protectionOf(word)).toBe("negation");
  });

  it.each("note knot another nobleman cannon unit undo north anti free".split(" "))("takes %s for none", (word) => {
    expect(isNegation(word)).toBe(false);
  });

  it.each("7 3.5 18,640 ½ x² ٤٠ 十二 seven twenty-one".split(" "))("knows %s for a number", (word) => {
    expect(isNumber(word)).toBe(true);
  });

  it.each("kg % °C m² kg/m³ µg μg hours month's € hectares Mbit/s May".split(" "))("knows %s for a unit", (word) => {
    expect(isUnit(word)).toBe(true);
  });

  it.each(
    "--no-cache -v camelCase PascalCase snake_case __init__ src/pages /etc/hosts ./run.sh C:\\temp https://a.b ada@example.org a.b.length foo() std::move E0499 v2.1 hotfix-2.1 #42a @scope $HOME ZK4TR9".split(
      " ",
    ),
  )("knows %s for an identifier", (word) => {
    expect(isIdentifier(word)).toBe(true);
  });

  it.each("word Word WORD well-known e.g. don't and/ (see".split(" "))("takes %s for none of a machine's", (word) => {
    expect(isIdentifier(word)).toBe(false);
  });
});

describe("protection by neighbourhood", () => {
  it.each([
    ["It weighs 12 kg today.", ["12", "kg"]],
    ["Keep it under 37–40 °C there.", ["under", "37–40", "°C"]],
    ["It takes at most 5 retries here.", ["at", "most", "5", "retries"]],
    ["Some 15 to 20 g of sugar.", ["15", "to", "20", "g"]],
    ["It is no longer sold.", ["no", "longer"]],
    ["About 84 × 0.75 = 63 km from there.", ["84", "×", "0.75", "=", "63", "km"]],
    ["Call it with `run fast` please.", ["run", "fast"]],
    ["So (b) follows.", ["b"]],
    ["The kg is a unit of mass.", []],
  ])("in %j", (text, units) => {
    expect(protectedUnits(text)).toEqual(units);
  });
});

describe("what must survive", () => {
  it.each(PROTECT_CASES)("survives in $id where nothing else does", ({ text, mustKeep }) => {
    const left = protectedText(text);
    expect(mustKeep.filter((phrase) => !left.includes(phrase))).toEqual([]);
  });
});

describe("forced phrases", () => {
  it("are found to the letter, overlapping words in part or whole", () => {
    const text = "Dear Sir, dear sir; Dearest.";
    const words = splitWords(text);
    const marked = (phrase: string) =>
      [...markPhrases(text, words, [phrase])].flatMap((flag, word) =>
        flag ? [text.slice(words[word]?.start, words[word]?.end)] : [],
      );
    expect(marked("Dear Sir,")).toEqual(["Dear", "Sir", ","]);
    expect(marked("Dear")).toEqual(["Dear", "Dearest"]);
    expect(marked(" ")).toEqual([]);
    expect(marked("absent")).toEqual([]);
  });
});
