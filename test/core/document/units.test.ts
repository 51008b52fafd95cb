import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText, CASES } from "../../support/arbitraries.js";
import { documentOf, unitsOf } from "../../support/documents.js";

describe("units", () => {
  it.each([
    [
      "don't pay 3.5 or £18,640 for a/b and foo()",
      ["don't", "pay", "3.5", "or", "£18,640", "for", "a/b", "and", "foo()"],
    ],
    ['He said: "(No), not now!" — then left.', ["He", "said", "No", "not", "now", "—", "then", "left"]],
    ["see fnmatch(3), [slug].astro, {a} and (b)", ["see", "fnmatch(3)", "[slug].astro", "a", "and", "b"]],
    [
      "call fetch(one, two, 3), or map[a b].c (see it)",
      ["call", "fetch(one, two, 3)", "or", "map[a b].c", "see", "it"],
    ],
    ["an open( bracket and no end", ["an", "open(", "bracket", "and", "no", "end"]],
    ["pages 3–5, not before—or after", ["pages", "3–5", "not", "before", "—", "or", "after"]],
    ["这个号码，不在「这里」。", ["这个", "号码", "不在", "这里"]],
    ["- first item", ["-", "first", "item"]],
    ["Ah ! Non : « jamais »  ?", ["Ah", "Non", "jamais", "?"]],
    ["one ( two )", ["one", "two"]],
  ])("of %j are glued words, less the punctuation at their sides", (text, units) => {
    expect(unitsOf(documentOf(text))).toEqual(units);
  });

  it("of minified code are cut where they grow too long", () => {
    const text = Array.from({ length: 100 }, (_, index) => `key${index}:"value${index}"`).join(",");
    const lengths = unitsOf(documentOf(text)).map((unit) => unit.length);
    expect(lengths.length).toBeGreaterThan(5);
    expect(Math.max(...lengths)).toBeLessThan(260);
  });

  it("hold every word exactly once, in order, and never reach over a sentence", () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const { units, words, sentences, unitOf } = documentOf(text);
        let next = 0;
        for (const [index, { leadWord, firstWord, endWord, trailWord, sentence }] of units.entries()) {
          expect(leadWord).toBe(next);
          expect(firstWord).toBeGreaterThanOrEqual(leadWord);
          expect(endWord).toBeGreaterThan(firstWord);
          expect(trailWord).toBeGreaterThanOrEqual(endWord);
          const { firstWord: from, endWord: to } = sentences[sentence] as { firstWord: number; endWord: number };
          expect(leadWord).toBeGreaterThanOrEqual(from);
          expect(trailWord).toBeLessThanOrEqual(to);
          for (let word = leadWord; word < trailWord; word += 1) expect(unitOf[word]).toBe(index);
          next = trailWord;
        }
        expect(next).toBe(words.length);
      }),
      { numRuns: CASES },
    );
  });
});
