import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BudgetError } from "../../../../src/core/errors.js";
import { trimToCeiling } from "../../../../src/core/methods/hard-ceiling.js";
import { compressByLlmlingua2 } from "../../../../src/core/methods/llmlingua2/compress.js";
import type { Llmlingua2Options } from "../../../../src/core/methods/llmlingua2/options.js";
import type { SequenceEncoder } from "../../../../src/core/methods/llmlingua2/types.js";
import { loadCheckpoint } from "../../../../src/core/model/load/load-checkpoint.js";
import { type CompressOptions, checkRequest } from "../../../../src/core/options/compress-options.js";
import { resolveCounter } from "../../../../src/core/tokens/resolve.js";
import { FIXTURES, readTexts } from "./golden.js";
import { openSession, type Session } from "./session.js";

const texts = readTexts(new URL("../llmlingua2-texts.jsonl", FIXTURES));
let session: Session;
let encoder: SequenceEncoder;

beforeAll(async () => {
  const model = await loadCheckpoint(fileURLToPath(new URL("wordpiece/", FIXTURES)));
  session = await openSession(model.modelPath);
  encoder = { model, run: session.run };
});
afterAll(() => session.release());

const compress = (
  options: CompressOptions,
  llmlingua2: Llmlingua2Options = {},
  ceiling: "hard" | "reference" = "hard",
) => compressByLlmlingua2({ ...checkRequest(options), ceiling, llmlingua2 }, encoder);

describe("compress by the published method", () => {
  it("never exceeds a hard ceiling, in any tokenizer, and its spans slice to what it prints", async () => {
    const documents = fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 3 });
    const tokenizer = fc.constantFrom<CompressOptions["tokenizer"][]>(
      "o200k_base",
      "cl100k_base",
      (text: string) => text.length,
    );
    await fc.assert(
      fc.asyncProperty(documents, fc.integer({ min: 1, max: 200 }), tokenizer, async (given, maxTokens, counter) => {
        const result = await compress({ documents: given, maxTokens, tokenizer: counter as string });
        const count = (await resolveCounter(counter)).count;
        expect(await count(result.text)).toBeLessThanOrEqual(maxTokens);
        expect(result.tokens).toBe(result.documents.length === 0 ? 0 : await count(result.text));
        for (const { index, text, spans } of result.documents) {
          const slices = spans.map(([start, end]) => (given[index] as string).slice(start, end));
          expect(text.replaceAll(/\s/g, "")).toBe(slices.join("").replaceAll(/\s/g, ""));
        }
        expect(result.documents.length + result.dropped.length).toBe(given.length);
      }),
      { numRuns: 120 },
    );
  });

  it("trims only what the published rule keeps, which overshoots", async () => {
    const overshoots: number[] = [];
    for (const maxTokens of [20, 35, 50, 65, 80, 95]) {
      const options = { documents: texts.slice(0, 3), maxTokens, explain: true };
      const published = await compress(options, {}, "reference");
      const hard = await compress(options);
      const keptBy = (result: typeof hard) =>
        result.documents.flatMap(({ index, words = [] }) =>
          words.filter(({ kept }) => kept).map(({ start }) => `${index}.${start}`),
        );
      expect(hard.tokens).toBeLessThanOrEqual(maxTokens);
      expect(published.tokens).toBeLessThan(published.originalTokens);
      expect(keptBy(published)).toEqual(expect.arrayContaining(keptBy(hard)));
      overshoots.push(published.tokens - maxTokens);
    }
    expect(Math.max(...overshoots)).toBeGreaterThan(0);
  });

  it("returns everything byte for byte where the ceiling allows it", async () => {
    const documents = [`  ${texts[0]}\n\n`, texts[1] as string, ""];
    const result = await compress({ documents, maxTokens: 10_000 });
    expect(result.documents[0]?.text).toBe(documents[0]);
    expect(result.documents[1]?.text).toBe(documents[1]);
  });

  it("keeps pinned documents whole, whatever the rest pays for it", async () => {
    const documents = [{ text: texts[0] as string, pinned: true }, texts[1] as string];
    const { count } = await resolveCounter("o200k_base");
    const maxTokens = (await count(texts[0] as string)) + 20;
    const result = await compress({ documents, maxTokens });
    expect(result.documents[0]?.text).toBe(texts[0]);
    expect(result.tokens).toBeLessThanOrEqual(maxTokens);
    await expect(compress({ documents, maxTokens: 5 })).rejects.toThrow(BudgetError);
  });

  it("drops what the context filter drops as irrelevant, and blank documents as empty", async () => {
    const documents = [...texts.slice(0, 4), " "];
    const result = await compress({ documents, rate: 0.5 }, { useContextLevelFilter: true, targetContext: 2 });
    expect(result.dropped).toContainEqual({ id: "4", index: 4, reason: "empty" });
    expect(result.dropped.filter(({ reason }) => reason === "irrelevant").length).toBeGreaterThan(0);
  });

  it("keeps ids, titles, scores and metadata", async () => {
    const document = { id: "x", title: "T", score: 2, metadata: { a: 1 }, text: texts[0] as string };
    const result = await compress({ documents: [document], rate: 0.5 });
    expect(result.documents[0]).toMatchObject({ id: "x", title: "T", score: 2, metadata: { a: 1 } });
    expect(result.documents[0]?.tokens).toBeLessThan(result.documents[0]?.originalTokens as number);
  });

  it("stops with the signal's reason", async () => {
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await expect(compress({ documents: texts.slice(0, 2), rate: 0.5, signal })).rejects.toBe(reason);
  });
});

describe("trimToCeiling", () => {
  it("takes away no more than it must, and the least probable first, when counts add up", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ keep: fc.double({ min: 0, max: 1, noNaN: true }), cost: fc.integer({ min: 1, max: 5 }) }),
          { minLength: 1, maxLength: 60 },
        ),
        fc.integer({ min: 0, max: 120 }),
        async (items, maxTokens) => {
          const cost = (removed: ReadonlySet<{ cost: number }>) =>
            items.reduce((sum, item) => (removed.has(item) ? sum : sum + item.cost), 0);
          const removed = await trimToCeiling<{ keep: number; cost: number }>({ items, count: cost, maxTokens });
          expect(cost(removed)).toBeLessThanOrEqual(maxTokens);
          const gone = [...removed].map(({ keep }) => keep);
          const stay = items.filter((item) => !removed.has(item)).map(({ keep }) => keep);
          if (gone.length > 0 && stay.length > 0) expect(Math.max(...gone)).toBeLessThanOrEqual(Math.min(...stay));
          const last = [...removed].at(-1);
          if (last) expect(cost(removed) + last.cost).toBeGreaterThan(maxTokens);
        },
      ),
    );
  });

  it("ends under the ceiling where the counter is not sure of itself", async () => {
    const items = Array.from({ length: 50 }, (_, index) => ({ keep: index / 50 }));
    let calls = 0;
    const count = (removed: ReadonlySet<unknown>) => {
      calls += 1;
      return removed.size === 50 ? 0 : 50 - removed.size + (calls % 3) * 4;
    };
    const removed = await trimToCeiling({ items, count, maxTokens: 20 });
    expect(50 - removed.size).toBeLessThanOrEqual(20);
  });
});
