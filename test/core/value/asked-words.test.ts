import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { askedKinds } from "../../../src/core/value/asked-words.js";
import { rankMoves } from "../../../src/core/value/ranking.js";
import { CASES } from "../../support/arbitraries.js";
import { documentOf, unitsOf } from "../../support/documents.js";
import { rankedMoves } from "../../support/moves.js";
import { PASSAGES } from "../../support/texts.js";

/** What the model says: the words of the trade before all, what stands in brackets last. */
const LIKELY = /^(?:Solveig|Brekke|organist|composer|hymns|taught|widely)$/u;
const TEXT =
  "Solveig Brekke (born 22 May 1931, Molde, raised in Ålesund by Ragna Hauge) was an organist and composer of hymns who taught widely.";

/** The units of a text in the order that they come in, for a question. */
function order(
  question: string,
  text = TEXT,
  score = (surface: string): number => (LIKELY.test(surface) ? 0.9 : 0.3),
): string[] {
  const document = documentOf(text, score);
  const surfaces = unitsOf(document);
  const ranked = { index: 0, document, relevance: Float32Array.from(document.sentences, () => 0) };
  const moves = rankedMoves(runAtOnce(rankMoves([ranked], askedKinds([question]))));
  return moves.flatMap(({ units }) => units.map((unit) => surfaces[unit] as string));
}

describe("words of the kind that is asked for", () => {
  it.each([
    ["Where was the organist born?", ["Molde", "Ålesund"]],
    ["Which town is she from?", ["Molde", "Ålesund"]],
    ["What is the place of birth of the composer?", ["Molde", "Ålesund"]],
  ])("come earlier for %s", (question, wanted) => {
    const plain = order("Tell of the organist.");
    const asked = order(question);
    expect([...asked].sort()).toEqual([...plain].sort());
    for (const word of wanted) expect(asked.indexOf(word), word).toBeLessThan(plain.indexOf(word));
  });

  const DOUBTS =
    "Yesterday the old professor doubted that the famous painter Linda Marsh indeed wrote the long letters herself.";
  const rising = (surface: string) =>
    ({ wrote: 0.9, letters: 0.9, herself: 0.9, doubted: 0.6, Linda: 0.5, Marsh: 0.5, professor: 0.55 })[surface] ??
    0.45;

  it("come before what is worth as much, and behind what is worth more in their clause, which may turn it", () => {
    const plain = order("Tell of the letters.", DOUBTS, rising);
    const asked = order("Who wrote the letters?", DOUBTS, rising);
    const [doubted, linda, marsh] = ["doubted", "Linda", "Marsh"].map((word) => asked.indexOf(word)) as [
      number,
      number,
      number,
    ];
    expect(doubted).toBeLessThan(linda);
    // All of a name comes at once.
    expect(marsh).toBe(linda + 1);
    expect(linda).toBeLessThan(asked.indexOf("famous"));
    expect(linda).toBeLessThanOrEqual(plain.indexOf("Linda"));
  });

  it("are raised by the other parts of a question, too", () => {
    expect(askedKinds(["What did she teach?", "Where did she live?"])).toBe(askedKinds(["Where did she live?"]));
    expect(askedKinds(["What did she teach?"])).toBe(0);
    expect(askedKinds(["Everywhere whoever whenever"])).toBe(0);
  });

  it("change no sentence's opening, and come behind what they hang on", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PASSAGES),
        fc.constantFrom("Where is it?", "Who did it?", "In which town, and whose is it?"),
        fc.integer({ min: 0, max: 96 }),
        ({ text }, question, seed) => {
          const document = documentOf(
            text,
            (surface, { start }) => ((surface.length * 31 + start * 17 + seed) % 97) / 97,
          );
          const plain = runAtOnce(rankMoves([{ index: 0, document }]));
          const asked = runAtOnce(rankMoves([{ index: 0, document }], askedKinds([question])));
          const place = (ranking: typeof plain) => new Map([...ranking.indices].map((move, at) => [move, at]));
          const value = (ranking: typeof plain, move: number) =>
            ranking.values[place(ranking).get(move) as number] as number;
          const requires = plain.moves[0]?.requires as Int32Array;
          const places = place(asked);
          for (const [move, required] of requires.entries()) {
            if (required < 0) expect(value(asked, move)).toBe(value(plain, move));
            else {
              expect(value(asked, move)).toBeGreaterThanOrEqual(value(plain, move));
              expect(places.get(required)).toBeLessThan(places.get(move) as number);
            }
          }
        },
      ),
      { numRuns: Math.ceil(CASES / 10) },
    );
  });
});
