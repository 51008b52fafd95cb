import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CompressResult } from "../../src/core/index.js";
import { type FakeSieve, openFakeSieve } from "../support/fake-sieve.js";
import { expectFaithful, isWordSubsequence } from "../support/invariants.js";
import { watchEventLoop } from "../support/stall.js";
import { HARD_TEXTS, PASSAGES } from "../support/texts.js";

let fake: FakeSieve;
beforeAll(async () => {
  fake = await openFakeSieve();
});
afterAll(() => fake.close());

function fates({ documents, dropped }: CompressResult): Record<number, string> {
  return Object.fromEntries([
    ...documents.map(({ index }) => [index, "kept"]),
    ...dropped.map(({ index, reason }) => [index, reason]),
  ]);
}

const BLANKS = ["", " ", "\n\n\t", "\u00a0\u2028", "\0\0", "\ud800", "\u200b\ufeff"];

describe("blank documents", () => {
  it("are dropped as empty below the original, and byte for byte at or above it", async () => {
    const documents = [...BLANKS, "A sentence that is long enough to lose a word or two."];
    const below = await fake.sieve.compress({ documents, maxTokens: 8 });
    expect(fates(below)).toEqual({ ...Object.fromEntries(BLANKS.map((_, index) => [index, "empty"])), 7: "kept" });
    const above = await fake.sieve.compress({ documents, maxTokens: 1000 });
    expect(above.text).toBe(documents.join("\n\n"));
    expect(above.dropped).toEqual([]);
  });

  it("alone are no error", async () => {
    for (const text of BLANKS) {
      const { text: kept, dropped } = await fake.sieve.compress({ documents: [text], maxTokens: 100 });
      expect([kept, dropped]).toEqual([text, []]);
      const { tokens, documents } = await fake.sieve.compress({
        documents: [text, text, text],
        maxTokens: 1,
        separator: "x y z",
      });
      expect([tokens, documents]).toEqual([0, []]);
    }
  });

  it("that are pinned stay, and are counted", async () => {
    const documents = [
      { text: "", pinned: true },
      "One sentence of this document. Another sentence of this document.",
      { text: "", pinned: true },
    ];
    for (const maxTokens of [6, 10, 14]) {
      const result = await fake.sieve.compress({ documents, maxTokens, tokenizer: (text) => text.length / 4 });
      expect(result.documents.map(({ index }) => index).filter((index) => index !== 1)).toEqual([0, 2]);
      expect(result.tokens).toBe(result.text.length / 4);
      expect(result.tokens).toBeLessThanOrEqual(maxTokens);
    }
  });

  it("as a question are no question", async () => {
    const documents = PASSAGES.slice(0, 2).map(({ text }) => text);
    const plain = await fake.sieve.compress({ documents, maxTokens: 60 });
    expect((await fake.sieve.compress({ documents, maxTokens: 60, query: " \n" })).text).toBe(plain.text);
  });
});

describe("broken code units", () => {
  it.each([
    ["lone surrogates", "high \ud83d low \ude00 both \ude00\ud83d end. Not one word is lost of these here."],
    ["NUL and other controls", "nul \0 bell \u0007 escape \u001b[31m red. Not one word is lost\0of these\u0085here."],
    [
      "joiners and direction marks",
      "\u202eright\u202c to \u2067left\u2069 zero\u200bwidth\u200djoin soft\u00adhyphen. Not one is lost here.",
    ],
  ])("(%s) are sliced verbatim and break no promise", async (_, text) => {
    for (const rate of [0.2, 0.5, 0.8, 1]) {
      const { documents, tokens, originalTokens } = await fake.sieve.compress({ documents: [text], rate });
      for (const document of documents) expectFaithful(text, document);
      expect(tokens).toBeLessThanOrEqual(Math.max(1, Math.floor(rate * originalTokens)));
      if (rate === 1) expect(documents[0]?.text).toBe(text);
    }
  });
});

describe("scripts and sequences", () => {
  it.each(["ar", "he", "hi", "ta", "th", "emoji", "mixed"])(
    "of %s keep their words, marks and sequences whole",
    async (name) => {
      const text = HARD_TEXTS.get(name) as string;
      for (const rate of [0.3, 0.6]) {
        const { documents } = await fake.sieve.compress({ documents: [text], rate });
        const [document] = documents;
        expect(document?.spans.length).toBeGreaterThan(1);
        expectFaithful(text, document as NonNullable<typeof document>);
        for (const [start, end] of document?.spans ?? []) {
          for (const border of [start, end]) {
            expect(text.slice(border)).not.toMatch(/^(?:\p{M}|\u200d|[\udc00-\udfff])/u);
          }
        }
        if (name !== "th" && name !== "mixed") expect(isWordSubsequence(document?.text ?? "", text)).toBe(true);
      }
    },
  );
});

describe("large documents", () => {
  it("of 5 MB are compressed in bounded time, and others have their turns (the longest stall is printed)", async () => {
    const prose = PASSAGES.map(({ text }) => text).join("\n\n");
    const text = Array.from(
      { length: Math.ceil(5_000_000 / prose.length) },
      (_, copy) => `Copy ${copy}. ${prose}`,
    ).join("\n\n");
    const watch = watchEventLoop();
    const started = performance.now();
    const result = await fake.sieve.compress({
      documents: [text, "A small document beside it, not to be lost."],
      maxTokens: 2000,
    });
    const seconds = (performance.now() - started) / 1000;
    const stall = watch.stop();
    console.info(
      `5 MB: ${seconds.toFixed(1)} s with a fake encoder, longest stall of the event loop ${stall.toFixed(0)} ms`,
    );
    expect(result.tokens).toBeLessThanOrEqual(2000);
    expect(result.tokens).toBeGreaterThanOrEqual(1940);
    for (const document of result.documents)
      expectFaithful(document.index === 0 ? text : "A small document beside it, not to be lost.", document);
    expect(seconds).toBeLessThan(100);
  }, 240_000);

  it("of one 100,000-character word are kept whole or not at all", async () => {
    const word = "abcdefghij".repeat(10_000);
    for (const [text, maxTokens] of [
      [word, 100],
      [`Some words before ${word} and not one behind.`, 5000],
      [word, 1_000_000],
    ] as const) {
      const { documents, tokens } = await fake.sieve.compress({ documents: [text], maxTokens });
      expect(tokens).toBeLessThanOrEqual(maxTokens);
      const kept = documents[0]?.text ?? "";
      expect(kept.includes("abcdefghij") ? kept.includes(word) : true).toBe(true);
      expect(isWordSubsequence(kept, text)).toBe(true);
    }
  });

  it("of 100,000 characters without a space are cut at the borders of words", async () => {
    for (const unit of ["不来。", "ไม่เปิด", "a,b;", "🙂", "x-", '{"a":1},']) {
      const text = unit.repeat(Math.ceil(100_000 / unit.length));
      const { documents, tokens } = await fake.sieve.compress({ documents: [text], maxTokens: 500 });
      expect(tokens).toBeLessThanOrEqual(500);
      for (const document of documents) expectFaithful(text, document);
    }
  });

  it("by the thousand are fitted", async () => {
    const documents = Array.from(
      { length: 1000 },
      (_, index) => `Document ${index} says that item ${index * 7} is not in stock.`,
    );
    const result = await fake.sieve.compress({ documents, maxTokens: 1000, query: "Which item is not in stock?" });
    expect(result.tokens).toBeLessThanOrEqual(1000);
    expect(result.tokens).toBeGreaterThanOrEqual(970);
    expect(result.documents.length + result.dropped.length).toBe(1000);
  });
});

describe("counters that cannot be trusted", () => {
  const documents = PASSAGES.slice(0, 4).map(({ text }) => text);

  it.each<[string, () => (text: string) => number]>([
    ["falls as texts grow", () => (text) => 1e6 / (1 + text.length)],
    ["is always over", () => () => 1e9],
    ["is always 0", () => () => 0],
    [
      "changes its mind",
      () => {
        let calls = 0;
        return (text) => (text.length / 4) * (1 + (calls++ % 3));
      },
    ],
    ["counts in fractions", () => (text) => text.length / 3.7],
    ["jumps", () => (text) => (text.length > 300 ? 1e6 : text.length)],
  ])("(one that %s) never break the ceiling", async (_, open) => {
    for (const maxTokens of [1, 50, 500]) {
      const tokenizer = open();
      let last = 0;
      const result = await fake.sieve.compress({ documents, maxTokens, tokenizer: (text) => (last = tokenizer(text)) });
      expect(result.tokens).toBeLessThanOrEqual(maxTokens);
      if (result.documents.length > 0) expect(result.tokens).toBe(last);
    }
  });

  it("in fractions still give everything at a rate of 1", async () => {
    const result = await fake.sieve.compress({ documents, rate: 1, tokenizer: (text) => text.length / 3.7 });
    expect(result.text).toBe(documents.join("\n\n"));
  });
});
