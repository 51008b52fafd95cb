import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FUNCTION_WORDS } from "../../../src/core/relevance/function-words.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { markForcedUnits } from "../../../src/core/value/forced-units.js";
import { logOfSalience } from "../../../src/core/value/gains.js";
import { rankMoves } from "../../../src/core/value/ranking.js";
import type { RankedDocument } from "../../../src/core/value/types.js";
import { CASES } from "../../support/arbitraries.js";
import { documentOf, unitsOf } from "../../support/documents.js";
import { rankedMoves } from "../../support/moves.js";
import { PASSAGES } from "../../support/texts.js";

const text = PASSAGES.slice(0, 3)
  .map((passage) => passage.text)
  .join("\n\n");
const score = (surface: string, { start }: { start: number }) => ((surface.length * 31 + start * 17) % 97) / 97;

const rank = (documents: readonly RankedDocument[]) => rankedMoves(runAtOnce(rankMoves(documents)));

describe("the ranking", () => {
  it("holds every unit exactly once, the highest value first", () => {
    const document = documentOf(text, score);
    const moves = rank([{ index: 0, document }]);
    const units = moves.flatMap((move) => move.units).sort((a, b) => a - b);
    expect(units).toEqual(document.units.map((_, unit) => unit));
    for (const [place, { value }] of moves.slice(1).entries())
      expect(value).toBeLessThanOrEqual(moves[place]?.value as number);
  });

  it("opens each sentence before it adds to it, with all that is protected in it", () => {
    const document = documentOf(text, score);
    const opened = new Set<number>();
    for (const { sentence, opens, units } of rank([{ index: 0, document }])) {
      // A sentence opens clause by clause.
      if (!opens) expect(opened.has(sentence)).toBe(true);
      opened.add(sentence);
      if (!opens) for (const unit of units) expect(document.units[unit]?.isProtected).toBe(false);
    }
    expect(opened.size).toBe(document.sentences.length);
  });

  it("opens each sentence with three words that name something, if it has as many", () => {
    const document = documentOf(text, score);
    const surfaces = unitsOf(document);
    const isContent = (unit: number) =>
      document.units[unit]?.isSolid === true && !FUNCTION_WORDS.has(surfaces[unit]?.toLowerCase() as string);
    const first = new Map<number, readonly number[]>();
    for (const { sentence, units } of rank([{ index: 0, document }])) {
      if (!first.has(sentence)) first.set(sentence, units);
    }
    const all = [...document.units.keys()];
    for (const [sentence, units] of first) {
      const has = all.filter((unit) => document.units[unit]?.sentence === sentence && isContent(unit)).length;
      expect(units.filter(isContent).length).toBeGreaterThanOrEqual(Math.min(3, has));
    }
  });

  it("brings headings, code, tables and data whole", () => {
    const document = documentOf(
      "# A heading of five words\n\n| a | b | c |\n\n```\nlet x = y;\n```\n\nProse that may lose a word or two.",
      score,
    );
    for (const { sentence, opens, units } of rank([{ index: 0, document }])) {
      if (document.sentences[sentence]?.kind === "prose") continue;
      expect(opens).toBe(true);
      expect(units.length).toBe(
        (document.sentenceUnits[sentence + 1] as number) - (document.sentenceUnits[sentence] as number),
      );
    }
  });

  it("leaves excluded sentences out, and forced phrases in their opening", () => {
    const document = documentOf("The first one is out. The second one stays in for good.", score);
    const forced = markForcedUnits(document, ["for good"]) as Uint8Array;
    const moves = rank([{ index: 0, document, excluded: Uint8Array.of(1, 0), forced }]);
    expect(moves.every(({ sentence }) => sentence === 1)).toBe(true);
    const opening = moves.find(({ opens }) => opens)?.units.map((unit) => unitsOf(document)[unit]);
    expect(opening).toEqual(expect.arrayContaining(["for", "good"]));
  });

  it("gives a unit the same value in any company, and more where its sentence is more relevant", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -8, max: 8, noNaN: true }),
        fc.double({ min: 0.01, max: 4, noNaN: true }),
        (logit, more) => {
          const document = documentOf("One plain sentence of some words.", score);
          const other = documentOf(text, score);
          const ranked = { index: 0, document, relevance: Float32Array.of(logit) };
          const own = rank([ranked]).map(({ value }) => value);
          const inCompany = rank([
            { index: 1, document: other, relevance: new Float32Array(other.sentences.length) },
            ranked,
          ])
            .filter(({ document }) => document === 1)
            .map(({ value }) => value);
          expect(inCompany).toEqual(own);
          const [raised] = rank([{ ...ranked, relevance: Float32Array.of(logit + more) }]);
          expect(raised?.value).toBeGreaterThan(own[0] as number);
        },
      ),
      { numRuns: Math.ceil(CASES / 10) },
    );
  });

  it("takes sentences of a script that the model does not read whole, the most relevant first, then the earliest", () => {
    const japanese = "水曜日に港が閉まる。理由は高い波である。再開は金曜日の朝になる。";
    const document = documentOf(japanese, score, [], ["Latin"]);
    const order = (relevance?: Float32Array) => {
      const sentences = rank([{ index: 0, document, relevance }]).map(({ sentence }) => sentence);
      return sentences.filter((sentence, place) => sentence !== sentences[place - 1]);
    };
    expect(order()).toEqual([0, 1, 2]);
    expect(order(Float32Array.of(-3, -3, 1))).toEqual([2, 1, 0]);
    expect([...new Set([...document.keep, ...document.core])]).toEqual([0.5]);
    // What the model says of words that it reads counts.
    expect(new Set(documentOf(japanese, score).salience).size).toBeGreaterThan(3);
  });

  it("grows with the salience of a unit, and stays finite for none", () => {
    expect(logOfSalience(0.9)).toBeGreaterThan(logOfSalience(0.5));
    expect(Number.isFinite(logOfSalience(0))).toBe(true);
  });
});
