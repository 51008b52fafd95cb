import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AlignmentWord, alignWords } from "../../src/distill/alignment.js";
import { alignLongTexts } from "../../src/distill/long-alignment.js";

const asWords = (surfaces: readonly string[]): AlignmentWord[] =>
  surfaces.map((surface) => ({ surface, spaceBefore: true, boundary: 0 }));

describe("alignLongTexts", () => {
  it("matches every word of a deletion even when it must cut the texts into tiny parts", () => {
    const words = fc.array(fc.constantFrom("a", "b", "c", "d", "the"), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(
        words,
        fc.infiniteStream(fc.boolean()),
        fc.integer({ min: 1, max: 400 }),
        (source, keeps, maxCells) => {
          const compressed = source.filter(() => keeps.next().value === true);
          const matches = [...alignLongTexts(asWords(source), asWords(compressed), maxCells)];
          expect(matches.map((index) => source[index])).toEqual(compressed);
          expect(matches).toEqual([...matches].sort((a, b) => a - b));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("ends on any two texts, with ascending matches", () => {
    const words = fc.array(fc.constantFrom("a", "b", "c", "dog", "dogs", ".", "?"), { maxLength: 60 });
    fc.assert(
      fc.property(words, words, fc.integer({ min: 1, max: 60 }), (source, compressed, maxCells) => {
        const matches = [...alignLongTexts(asWords(source), asWords(compressed), maxCells)].filter(
          (index) => index >= 0,
        );
        expect(matches).toEqual([...matches].sort((a, b) => a - b));
        expect(new Set(matches).size).toBe(matches.length);
      }),
      { numRuns: 300 },
    );
  });

  it("agrees with the uncut alignment where the texts share unique runs to cut at", () => {
    const source = Array.from({ length: 400 }, (_, index) => (index % 3 === 2 ? "the" : `w${index}`));
    const compressed = source.filter((_, index) => index % 10 !== 0);
    const whole = alignWords(asWords(source), asWords(compressed));
    expect([...alignLongTexts(asWords(source), asWords(compressed), 5000)]).toEqual([...whole]);
  });

  it("aligns ten thousand words with five thousand in seconds", () => {
    const source = Array.from({ length: 10_000 }, (_, index) => (index % 4 === 0 ? "the" : `word${index % 3000}`));
    const compressed = source.filter((_, index) => index % 2 === 0);
    const started = performance.now();
    const matches = alignLongTexts(asWords(source), asWords(compressed));
    expect(matches.every((index, j) => source[index] === compressed[j])).toBe(true);
    expect(performance.now() - started).toBeLessThan(20_000);
  }, 30_000);
});
