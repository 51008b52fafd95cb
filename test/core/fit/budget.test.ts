import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BudgetError } from "../../../src/core/errors.js";
import { fitBudget } from "../../../src/core/fit/budget.js";
import type { FitDocument, FitRequest } from "../../../src/core/fit/types.js";
import { estimateUnitCosts } from "../../../src/core/fit/unit-costs.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import type { TokenCounter } from "../../../src/core/tokens/counter.js";
import { rankMoves } from "../../../src/core/value/ranking.js";
import { CASES } from "../../support/arbitraries.js";
import { documentOf } from "../../support/documents.js";
import { rankedMoves } from "../../support/moves.js";
import { PASSAGES } from "../../support/texts.js";

function counterOf(count: (text: string) => number): TokenCounter & { calls: string[] } {
  const calls: string[] = [];
  return {
    name: "test",
    incremental: false,
    calls,
    count(text) {
      calls.push(text);
      return count(text);
    },
  };
}

/** Scores that differ from word to word, the same each time. */
function scoreOf(surface: string, { start }: { start: number }): number {
  return ((surface.length * 31 + start * 17) % 97) / 97;
}

function requestOf(
  texts: readonly string[],
  counter: TokenCounter,
  maxTokens: number,
  pinned: readonly number[] = [],
): FitRequest {
  const documents: FitDocument[] = texts.map((text, index) => {
    const document = documentOf(text, scoreOf);
    return {
      index,
      document,
      pinned: pinned.includes(index),
      style: {},
      unitCosts: runAtOnce(estimateUnitCosts(document, counter)),
    };
  });
  const ranked = documents.map((one) =>
    one.pinned ? { ...one, excluded: new Uint8Array(one.document.sentences.length).fill(1) } : one,
  );
  return {
    documents,
    ranking: runAtOnce(rankMoves(ranked)),
    counter,
    maxTokens,
    count: (kept) => counter.count(kept.map(({ text }) => text).join("\n\n")),
  };
}

const texts = PASSAGES.slice(0, 6).map(({ text }) => text);

describe("fitting the budget", () => {
  it("fills the ceiling and never breaks it, for counters of any unit", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3000 }),
        fc.constantFrom<(text: string) => number>(
          (text) => text.length,
          (text) => Math.ceil(text.length / 3.7),
          (text) => text.split(/\s+/u).length,
          (text) => 5 + text.length / 10,
        ),
        async (maxTokens, count) => {
          const counter = counterOf(count);
          const { rendered, tokens } = await fitBudget(requestOf(texts, counter, maxTokens));
          const joined = rendered.flatMap(({ text }) => (text === "" ? [] : [text])).join("\n\n");
          expect(tokens).toBe(joined === "" ? 0 : count(joined));
          expect(tokens).toBeLessThanOrEqual(maxTokens);
          const whole = count(texts.join("\n\n"));
          if (maxTokens >= 0.1 * whole && maxTokens <= 0.6 * whole) {
            expect(tokens / maxTokens).toBeGreaterThanOrEqual(0.97);
          }
        },
      ),
      { numRuns: Math.ceil(CASES / 5) },
    );
  });

  it("keeps the ceiling under counters that grow, jump or fall, down to nothing, and blames nobody for it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 400 }),
        fc.array(fc.double({ min: 0.2, max: 5, noNaN: true }), { minLength: 1, maxLength: 60 }),
        async (maxTokens, moods) => {
          let calls = 0;
          const counter = counterOf((text) => (text.length / 4) * (moods[calls++ % moods.length] as number));
          const { rendered, tokens } = await fitBudget(requestOf(texts, counter, maxTokens));
          const joined = rendered.flatMap(({ text }) => (text === "" ? [] : [text])).join("\n\n");
          expect(tokens).toBeLessThanOrEqual(maxTokens);
          if (joined !== "") expect(counter.calls.at(-1)).toBe(joined);
          else expect(tokens).toBe(0);
        },
      ),
      { numRuns: Math.ceil(CASES / 5) },
    );
  });

  it("asks a caller's counter a bounded number of times", async () => {
    for (const maxTokens of [10, 100, 1000]) {
      for (const count of [(text: string) => text.length, () => 1e9, () => 0]) {
        const counter = counterOf(count);
        await fitBudget(requestOf(texts, counter, maxTokens));
        expect(counter.calls.length).toBeLessThanOrEqual(40 + 8 * texts.length);
      }
    }
  });

  it("keeps pinned documents whole and gives the rest what is left", async () => {
    const counter = counterOf((text) => text.length);
    const room = (texts[2] as string).length + 300;
    const { rendered, tokens } = await fitBudget(requestOf(texts, counter, room, [2]));
    expect(rendered[2]).toEqual({ text: texts[2], spans: [[0, (texts[2] as string).length]] });
    expect(tokens).toBeGreaterThan(0.97 * room);
    expect(tokens).toBeLessThanOrEqual(room);
  });

  it("says by how much the pinned documents are over the ceiling", async () => {
    const counter = counterOf((text) => text.length);
    const required = (texts[0] as string).length + 2 + (texts[1] as string).length;
    const failure = await fitBudget(requestOf(texts, counter, 100, [0, 1])).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BudgetError);
    expect(failure).toMatchObject({
      requiredTokens: required,
      maxTokens: 100,
      message: `Expected the pinned and forced text to fit \`maxTokens\` = 100, got ${required} tokens: ${required - 100} too many.`,
    });
  });

  it("takes the most valuable words: whatever is out is worth no more than what is in, but for its size", async () => {
    const counter = counterOf((text) => text.length);
    const request = requestOf(texts, counter, 900);
    const { kept } = await fitBudget(request);
    const isIn = ({ document, units }: { document: number; units: readonly number[] }) =>
      kept[document]?.[units[0] as number] === 1;
    const moves = rankedMoves(request.ranking);
    const border = moves.findIndex((move) => !isIn(move));
    expect(border).toBeGreaterThan(10);
    expect(moves.slice(0, border).every(isIn)).toBe(true);
  });

  it("stops at the signal's reason", async () => {
    const controller = new AbortController();
    const counter = counterOf((text) => {
      if (text !== "") controller.abort(new Error("enough"));
      return text.length;
    });
    await expect(fitBudget({ ...requestOf(texts, counter, 500), signal: controller.signal })).rejects.toThrow("enough");
  });
});
