import { describe, expect, it } from "vitest";
import { lemmaOf } from "../../src/distill/lemma.js";
import { LIKENESS, wordLikeness } from "../../src/distill/similarity.js";

describe("wordLikeness", () => {
  it.each([
    ["word", "word", LIKENESS.exact],
    ["Word", "word", LIKENESS.folded],
    ["’", "'", LIKENESS.folded],
    ["naïve", "naive", LIKENESS.folded],
    ["asking", "asked", LIKENESS.inflected],
    ["stop", "stopping", LIKENESS.inflected],
    ["cities", "city", LIKENESS.inflected],
    ["recieved", "received", LIKENESS.inflected],
    [",", ".", LIKENESS.punctuation],
    ["“", "«", LIKENESS.punctuation],
    ["cat", "car", LIKENESS.none],
    ["now", "not", LIKENESS.none],
    ["120", "12", LIKENESS.none],
    ["v1", "v2", LIKENESS.none],
    ["(", ".", LIKENESS.none],
    ["current", "now", LIKENESS.none],
  ])("of %s and %s is %i, either way round", (left, right, likeness) => {
    expect(wordLikeness(left, right)).toBe(likeness);
    expect(wordLikeness(right, left)).toBe(likeness);
  });
});

describe("lemmaOf", () => {
  it.each([
    ["Meetings", "meeting"],
    ["went", "go"],
    ["were", "be"],
    ["studies", "study"],
    ["stopped", "stop"],
    ["making", "make"],
    ["asked", "ask"],
    ["classes", "class"],
    ["status", "status"],
    ["this", "this"],
    ["string", "string"],
    ["x86", "x86"],
  ])("of %s is %s", (surface, lemma) => {
    expect(lemmaOf(surface)).toBe(lemma);
  });
});
