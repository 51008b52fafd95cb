import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bridgeDocuments } from "../../../src/core/relevance/bridge.js";
import type { SentenceRelevance } from "../../../src/core/relevance/types.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { CASES } from "../../support/arbitraries.js";
import { documentOf } from "../../support/documents.js";
import { PASSAGES } from "../../support/texts.js";

const FILM = "The mill burned down in 1986. It was used as a set for Iron Harvest by a crew of twelve.";
const DIRECTOR = "Iron Harvest is a drama. Its director was Ada Lind.";
const OTHERS = ["Mills grind grain between two stones.", "The crew of a ferry wears blue."];
const QUESTION = "Who directed what was shot at the mill?";

/** Relevance of each document's sentences, as given. */
function relevanceOf(rows: readonly (readonly number[])[]): SentenceRelevance {
  return {
    logits: rows.map((row) => Float32Array.from(row)),
    documents: Float32Array.from(rows, (row) => Math.max(-20, ...row)),
  };
}

/** How far each document's sentences are lifted, where the first sentences are not relevant but for the film's. */
function lifts(texts: readonly string[], question = QUESTION): number[][] {
  const documents = texts.map((text) => documentOf(text));
  const rows = documents.map(({ sentences }, document) =>
    sentences.map((_, index) => (document === 0 && index === 1 ? 1 : -6)),
  );
  const { logits } = runAtOnce(bridgeDocuments(question, relevanceOf(rows), documents));
  return logits.map((row, document) => Array.from(row, (logit, index) => logit - (rows[document]?.[index] as number)));
}

describe("the bridge between documents", () => {
  it("lifts every sentence of the document whose subject a relevant sentence names, and no other", () => {
    const [film, director, ...others] = lifts([FILM, DIRECTOR, ...OTHERS]) as [number[], number[]];
    expect(film).toEqual([0, 0]);
    expect(director).toHaveLength(2);
    for (const lift of director) expect(lift).toBeCloseTo(7, 4);
    expect(others.flat().every((lift) => lift === 0)).toBe(true);
  });

  it("ranks the document by its lifted sentences", () => {
    const documents = [FILM, DIRECTOR, ...OTHERS].map((text) => documentOf(text));
    const { documents: best, logits } = runAtOnce(
      bridgeDocuments(QUESTION, relevanceOf([[-6, 1], [-6, -6], [-6], [-6]]), documents),
    );
    expect(best[1]).toBeCloseTo(logits[1]?.[0] as number, 5);
    expect([best[0], best[2]]).toEqual([1, -6]);
  });

  it("follows no name that the question holds already, that many documents mention, or that is half of another", () => {
    expect(lifts([FILM, DIRECTOR, ...OTHERS], "Who directed Iron Harvest?").flat()).toEqual(new Array(6).fill(0));
    const mentioning = Array.from({ length: 4 }, (_, index) => `Number ${index} was in Iron Harvest too.`);
    expect(lifts([FILM, DIRECTOR, ...mentioning])[1]).toEqual([0, 0]);
    expect(lifts([FILM, "Iron Wheels Rolling Home is a song. It is long.", ...OTHERS])[1]).toEqual([0, 0]);
  });

  it("leads from a sentence to what has a rare name in common with it, the sentences of a document in their order", () => {
    const text = "It rained all day. The crew met Ada Lind at noon. She was tired.";
    const rows = [[-6, 1], [-8, -6, -7], [-6]];
    const documents = [FILM.replace("Iron Harvest", "Lind"), text, OTHERS[0] as string].map((each) => documentOf(each));
    const { logits } = runAtOnce(bridgeDocuments(QUESTION, relevanceOf(rows), documents));
    expect([...(logits[1] as Float32Array)]).toEqual([-8, 1, -7]);
  });

  it("takes a first name that is cut short for the whole one, and none of another person of the family", () => {
    const led = (other: string) =>
      lifts([FILM.replace("Iron Harvest", "Les Lind"), `${other} was tired.`, ...OTHERS])[1];
    expect(led("Leslie Ann Lind")).toEqual([expect.closeTo(7, 4)]);
    expect(led("Ada Marie Lind")).toEqual([0]);
    expect(led("Leslie Ann Moe")).toEqual([0]);
  });

  it("follows no name that a document is full of", () => {
    const full = Array.from({ length: 4 }, (_, index) => `Ada Lind spent day ${index} on Iron Harvest.`).join(" ");
    expect(lifts([FILM, full, ...OTHERS])[1]).toEqual([0, 0, 0, 0]);
  });

  it("takes neither who speaks nor the capital of a first word for a subject", () => {
    const called = "The mill burned down. Then all that was left for Harvest to say was Iron.";
    expect(lifts([called, "Iron: we should go. Iron is for blacksmiths.", ...OTHERS])[1]).toEqual([0, 0]);
    expect(lifts([called, "Iron rusts. It is a metal.", ...OTHERS])[1]).toEqual([0, 0]);
    expect(lifts([called, "Iron rusts. We all like Iron.", ...OTHERS])[1]?.every((lift) => lift > 0)).toBe(true);
  });

  it("leaves two documents as they are: both are looked at anyway", () => {
    expect(lifts([FILM, DIRECTOR]).flat()).toEqual([0, 0, 0, 0]);
  });

  it("never lowers a sentence, nor lifts one above the best", () => {
    const documents = PASSAGES.slice(0, 12).map(({ text }) => documentOf(text));
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 1e6 }), (question, seed) => {
        const rows = documents.map(({ sentences }, document) =>
          sentences.map((_, index) => (((document * 131 + index * 17 + 1) * seed) % 1009) / 100 - 8),
        );
        const { logits, documents: bests } = runAtOnce(bridgeDocuments(question, relevanceOf(rows), documents));
        const best = Math.max(...rows.flat());
        for (const [document, row] of logits.entries()) {
          for (const [index, logit] of row.entries()) {
            expect(logit).toBeGreaterThanOrEqual(Math.fround(rows[document]?.[index] as number));
            expect(logit).toBeLessThanOrEqual(Math.fround(best) + 1e-5);
          }
          expect(bests[document]).toBeCloseTo(Math.max(...row), 5);
        }
      }),
      { numRuns: Math.ceil(CASES / 10) },
    );
  });
});
