import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clausesOf } from "../../../src/core/document/clauses.js";
import { PIVOT_THRESHOLD } from "../../../src/core/document/protection.js";
import type { AnalyzedDocument, Unit } from "../../../src/core/document/types.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { rankMoves } from "../../../src/core/value/ranking.js";
import { documentOf, unitsOf } from "../../support/documents.js";
import { rankedMoves } from "../../support/moves.js";

const WORDS = ["boats", "leave", "slowly", "every", "harbour", "gate", "green", "nearly", "and", "if", ",", ";", "not"];
/** Sentences of a few words and marks. */
const TEXTS = fc
  .array(fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 3 })
  .map((sentences) => sentences.map((words) => `The ${words.join(" ")} end.`).join(" "));

const movesOf = (document: AnalyzedDocument) => rankedMoves(runAtOnce(rankMoves([{ index: 0, document }])));
const surfaceOf = (document: AnalyzedDocument, wanted: (unit: Unit) => boolean) => {
  const surfaces = unitsOf(document);
  return document.units.flatMap((unit, index) => (wanted(unit) ? [surfaces[index]] : []));
};

describe("pivots", () => {
  it("are in as soon as a word beside them in their clause is, whatever the scores", () => {
    fc.assert(
      fc.property(TEXTS, fc.integer({ min: 1, max: 96 }), (text, seed) => {
        const score = (of: number) => (surface: string, word: { start: number }) =>
          0.01 + (0.98 * ((surface.length * of + word.start * seed) % 97)) / 97;
        const document = documentOf(text, score(31), [], undefined, score(53));
        const isIn = new Set<number>();
        for (const { units } of movesOf(document)) {
          for (const unit of units) isIn.add(unit);
          for (const unit of isIn) {
            const { sentence } = document.units[unit] as Unit;
            const first = document.sentenceUnits[sentence] as number;
            const end = document.sentenceUnits[sentence + 1] as number;
            const { clauseOf } = clausesOf(text, document.words, document.units.slice(first, end));
            for (const beside of [unit - 1, unit + 1]) {
              const isNeighbour =
                beside >= first && beside < end && clauseOf[beside - first] === clauseOf[unit - first];
              // A pivot brings no other pivot: else one would bring all of a row of them.
              if (isNeighbour && document.units[beside]?.isPivot && !document.units[unit]?.isPivot)
                expect(isIn.has(beside)).toBe(true);
            }
          }
        }
        expect(isIn.size).toBe(document.units.length);
      }),
    );
  });

  it("are the words that the model is sure enough of, and take the place of most of the list", () => {
    const text = "The clerk nearly lost the letter unless the porter lied.";
    const listed = documentOf(text);
    expect(surfaceOf(listed, ({ isProtected }) => isProtected)).toContain("nearly");
    expect(surfaceOf(listed, ({ isPivot }) => isPivot)).toEqual([]);

    const judged = documentOf(text, undefined, [], undefined, (surface) =>
      surface === "clerk" ? PIVOT_THRESHOLD + 0.01 : PIVOT_THRESHOLD - 0.01,
    );
    expect(surfaceOf(judged, ({ isPivot }) => isPivot)).toEqual(["clerk"]);
    expect(surfaceOf(judged, ({ isProtected }) => isProtected)).toContain("unless");
  });

  it("are none in a text whose script the model does not read", () => {
    const document = documentOf("Хор поёт. Река течёт.", undefined, [], ["Latin"], () => 0.9);
    expect(document.units.some(({ isPivot }) => isPivot)).toBe(false);
  });
});

describe("an opening", () => {
  it("that brings far more than its best words comes after one that does not", () => {
    const score = (surface: string) => (/^(?:Boats|Ferries)$/u.test(surface) ? 0.9 : 0.1);
    const document = documentOf("Boats never, without anybody, nowhere, for nobody sail. Ferries sail daily.", score);
    const [first] = movesOf(document);
    expect(first?.sentence).toBe(1);
  });
});
