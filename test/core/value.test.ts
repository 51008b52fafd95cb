import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { markForcedUnits, type RankedDocument, unitValue, valueWords } from "../../src/core/value.js";
import { CASES } from "../support/arbitraries.js";
import { planOf, unitsOf } from "../support/plans.js";
import { stepsOf } from "../support/steps.js";
import { PASSAGES } from "../support/texts.js";

const text = PASSAGES.slice(0, 3)
  .map((passage) => passage.text)
  .join("\n\n");
const score = (surface: string, { start }: { start: number }) => ((surface.length * 31 + start * 17) % 97) / 97;

const rank = (documents: readonly RankedDocument[]) => stepsOf(valueWords(documents));

describe("the ranking", () => {
  it("holds every unit exactly once, the highest value first", () => {
    const plan = planOf(text, score);
    const steps = rank([{ index: 0, plan }]);
    const units = steps.flatMap((step) => step.units).sort((a, b) => a - b);
    expect(units).toEqual(plan.units.map((_, unit) => unit));
    for (const [place, { value }] of steps.slice(1).entries())
      expect(value).toBeLessThanOrEqual(steps[place]?.value as number);
  });

  it("opens each sentence before it adds to it, with all that is protected in it", () => {
    const plan = planOf(text, score);
    const opened = new Set<number>();
    for (const { sentence, opens, units } of rank([{ index: 0, plan }])) {
      expect(opened.has(sentence)).toBe(!opens);
      opened.add(sentence);
      if (!opens) for (const unit of units) expect(plan.units[unit]?.isProtected).toBe(false);
    }
    expect(opened.size).toBe(plan.sentences.length);
  });

  it("brings headings, code, tables and data whole", () => {
    const plan = planOf(
      "# A heading of five words\n\n| a | b | c |\n\n```\nlet x = y;\n```\n\nProse that may lose a word or two.",
      score,
    );
    for (const { sentence, opens, units } of rank([{ index: 0, plan }])) {
      if (plan.sentences[sentence]?.kind === "prose") continue;
      expect(opens).toBe(true);
      expect(units.length).toBe(
        (plan.sentenceUnits[sentence + 1] as number) - (plan.sentenceUnits[sentence] as number),
      );
    }
  });

  it("leaves excluded sentences out, and forced phrases in their opening", () => {
    const plan = planOf("The first one is out. The second one stays in for good.", score);
    const forced = markForcedUnits(plan, ["for good"]) as Uint8Array;
    const steps = rank([{ index: 0, plan, excluded: Uint8Array.of(1, 0), forced }]);
    expect(steps.every(({ sentence }) => sentence === 1)).toBe(true);
    const opening = steps.find(({ opens }) => opens)?.units.map((unit) => unitsOf(plan)[unit]);
    expect(opening).toEqual(expect.arrayContaining(["for", "good"]));
  });

  it("gives a unit the same value in any company, and more where its sentence is more relevant", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -8, max: 8, noNaN: true }),
        fc.double({ min: 0.01, max: 4, noNaN: true }),
        (logit, more) => {
          const plan = planOf("One plain sentence of some words.", score);
          const other = planOf(text, score);
          const ranked = { index: 0, plan, relevance: Float32Array.of(logit) };
          const own = rank([ranked]).map(({ value }) => value);
          const inCompany = rank([
            { index: 1, plan: other, relevance: new Float32Array(other.sentences.length) },
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
    const plan = planOf(japanese, score, [], ["Latin"]);
    const order = (relevance?: Float32Array) => {
      const sentences = rank([{ index: 0, plan, relevance }]).map(({ sentence }) => sentence);
      return sentences.filter((sentence, place) => sentence !== sentences[place - 1]);
    };
    expect(order()).toEqual([0, 1, 2]);
    expect(order(Float32Array.of(-3, -3, 1))).toEqual([2, 1, 0]);
    expect([...new Set([...plan.keep, ...plan.core])]).toEqual([0.5]);
    // What the model says of words that it reads counts.
    expect(new Set(planOf(japanese, score).mass).size).toBeGreaterThan(3);
  });

  it("grows with the mass of a unit, and stays finite for none", () => {
    expect(unitValue(0.9, 0)).toBeGreaterThan(unitValue(0.5, 0));
    expect(Number.isFinite(unitValue(0, 0))).toBe(true);
  });
});
