import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BudgetError, type CompressOptions, type SourceDocument } from "../../src/core/index.js";
import { splitSentences } from "../../src/core/text/sentences.js";
import { splitWords } from "../../src/core/text/words.js";
import { anyText, CASES } from "../support/arbitraries.js";
import { type FakeSieve, openFakeSieve } from "../support/fake-sieve.js";
import { PASSAGES } from "../support/texts.js";

let fake: FakeSieve;
beforeAll(async () => {
  fake = await openFakeSieve();
});
afterAll(() => fake.close());

const texts = PASSAGES.slice(0, 6).map(({ text }) => text);
const compress = (options: CompressOptions) => fake.sieve.compress(options);

describe("pinned documents", () => {
  it("stay whole, byte for byte, under any target that they fit", async () => {
    const documents = texts.map((text, index) => ({ text, pinned: index === 3 }));
    for (const target of [{ maxTokens: 400 }, { rate: 0.4 }, { threshold: 0.99 }]) {
      const result = await compress({ documents, ...target });
      expect(result.documents.find(({ index }) => index === 3)?.text).toBe(texts[3]);
    }
  });

  it("stay though the question does not need them, and though they are copies", async () => {
    const documents = [{ text: texts[0] as string }, { text: texts[0] as string, pinned: true }];
    const result = await compress({ documents, rate: 0.9, query: "Something else entirely?", minRelevance: 0.999 });
    expect(result.documents.map(({ index }) => index)).toEqual([1]);
    expect(result.dropped.map(({ index }) => index)).toEqual([0]);
  });

  it("are not said again by others", async () => {
    const documents = [{ text: texts[0] as string, pinned: true }, texts[0] as string, texts[1] as string];
    const { dropped } = await compress({ documents, rate: 0.8 });
    expect(dropped).toEqual([{ id: "1", index: 1, reason: "duplicate" }]);
  });

  it("that do not fit are a BudgetError that says by how much, with separator and template", async () => {
    const documents = [{ text: "aaaa", pinned: true }, "free", { text: "bbbb", pinned: true }];
    const options = {
      documents,
      maxTokens: 10,
      tokenizer: (text: string) => text.length,
      separator: "--",
      template: (_: unknown, text: string) => `<${text}>`,
    };
    const failure = await compress(options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BudgetError);
    expect(failure).toMatchObject({ requiredTokens: 14, maxTokens: 10 });
    expect((failure as Error).message).toBe(
      "Expected the pinned and forced text to fit `maxTokens` = 10, got 14 tokens: 4 too many.",
    );
    expect((await compress({ ...options, maxTokens: 14 })).text).toBe("aaaa--bbbb");
  });
});

describe("near-duplicates", () => {
  const overlap = "The pump failed at noon and nobody was told about it until the evening. ";
  const chunks = [
    `One chunk begins with its own words here. ${overlap}`,
    `${overlap}Another chunk goes on with other words there.`,
  ];

  it("fill the budget once: the overlap of two chunks is said once", async () => {
    const { text } = await compress({ documents: chunks, rate: 0.6 });
    expect(text.split("nobody").length - 1).toBe(1);
    const twice = await compress({ documents: chunks, rate: 0.95, dedupe: false });
    expect(twice.text.split("nobody").length - 1).toBe(2);
  });

  it("stay where there is room for them, and where the better one does not fit", async () => {
    const copy = "The gauge shows 40 bar at noon. Everything above it is let out.";
    const long = { id: "long", text: copy, metadata: {} };
    const template = ({ id }: SourceDocument, text: string) => (id === "long" ? `${"w ".repeat(40)}${text}` : text);
    const { documents } = await compress({ documents: [long, { id: "short", text: copy }], template, maxTokens: 30 });
    expect(documents.map(({ id }) => id)).toEqual(["short"]);
  });

  it("leave room for what is new: thirty copies do not keep another document out", async () => {
    const documents = [...Array.from({ length: 30 }, () => texts[0] as string), texts[1] as string];
    const { documents: kept, dropped, tokens } = await compress({ documents, maxTokens: 300 });
    expect(kept.map(({ index }) => index)).toEqual(expect.arrayContaining([30]));
    expect(dropped.every(({ reason }) => reason === "duplicate")).toBe(true);
    expect(tokens).toBeGreaterThanOrEqual(0.97 * 300);
  });

  it("are kept apart where a figure differs", async () => {
    const limits = [
      "The limit of the small pool is 5 jobs in all.",
      "The limit of the small pool is 6 jobs in all.",
      texts[2] as string,
    ];
    const { documents } = await compress({ documents: limits, rate: 0.9 });
    expect(documents.map(({ text }) => /[56]/u.exec(text)?.[0]).slice(0, 2)).toEqual(["5", "6"]);
  });
});

describe("a question of several parts", () => {
  it("is the same as an array of them, and blank ones ask nothing", async () => {
    const parts = ["Who fixed the pump?", "When was the harbour closed?"];
    const joined = await compress({ documents: texts, rate: 0.3, query: parts.join(" ") });
    expect((await compress({ documents: texts, rate: 0.3, query: parts })).text).toBe(joined.text);
    expect((await compress({ documents: texts, rate: 0.3, query: [...parts, " "] })).text).toBe(joined.text);
    const unasked = await compress({ documents: texts, rate: 0.3 });
    expect((await compress({ documents: texts, rate: 0.3, query: [] })).text).toBe(unasked.text);
  });
});

describe("several questions, any of which may be meant", () => {
  const asked = "Who fixed the pump?";

  it("are the one that the documents answer: another one takes no room from it", async () => {
    const alone = await compress({ documents: texts, rate: 0.3, query: asked });
    const any = await compress({ documents: texts, rate: 0.3, query: { anyOf: [asked, " "] } });
    expect(any.text).toBe(alone.text);
    const documents = [...texts, "Ada Lind fixed the pump of shed three on Monday."];
    const beside = await compress({ documents, rate: 0.3, query: { anyOf: ["Fix the failing build.", asked] } });
    expect(beside.text).toMatch(/Ada Lind fixed.* pump/u);
  });

  it("are told apart into their parts each, and nothing is asked by none", async () => {
    const parts = "Who fixed the pump? When was the harbour closed?";
    const joined = await compress({ documents: texts, rate: 0.3, query: parts });
    expect((await compress({ documents: texts, rate: 0.3, query: { anyOf: [parts] } })).text).toBe(joined.text);
    const unasked = await compress({ documents: texts, rate: 0.3 });
    expect((await compress({ documents: texts, rate: 0.3, query: { anyOf: [] } })).text).toBe(unasked.text);
  });

  it("are refused in another form", async () => {
    for (const query of [{ anyOf: asked }, { anyOf: [1] }, {}, null, 7])
      await expect(compress({ documents: texts, rate: 0.3, query: query as never })).rejects.toThrow("`query`");
  });
});

describe("`minRelevance`", () => {
  const query = "What does the committee say of the pump?";

  it("leaves out every sentence below it, even where the ceiling has room", async () => {
    const documents = texts.map((text) => ({ text }));
    const result = await compress({ documents, maxTokens: 100_000, query, minRelevance: 0.2, explain: true });
    expect(result.tokens).toBeLessThan(result.originalTokens);
    for (const { words = [], relevance } of result.documents) {
      expect(relevance).toBeGreaterThanOrEqual(0.2);
      for (const word of words) if (word.kept) expect(word.relevance).toBeGreaterThanOrEqual(0.2);
    }
    expect(result.dropped.every(({ reason }) => reason === "irrelevant")).toBe(true);
  });

  it("of `auto` leaves out what is far less relevant than the best, and never the best", async () => {
    const options = { documents: texts, maxTokens: 100_000, query };
    const needed = await compress({ ...options, minRelevance: "auto" });
    const whole = await compress(options);
    expect(needed.tokens).toBeGreaterThan(0);
    expect(needed.tokens).toBeLessThan(whole.tokens);
    const best = Math.max(...whole.documents.map(({ relevance }) => relevance));
    expect(needed.documents.map(({ relevance }) => relevance)).toContain(best);
    expect(needed.dropped.every(({ reason }) => reason === "irrelevant")).toBe(true);
    const threshold = { documents: texts, threshold: 0.4, query };
    expect((await compress({ ...threshold, minRelevance: "auto" })).text).toBe((await compress(threshold)).text);
  });

  it("means nothing without a question: all that fits stays byte for byte", async () => {
    const result = await compress({ documents: texts, maxTokens: 100_000, minRelevance: 0.9 });
    expect(result.text).toBe(texts.join("\n\n"));
    expect(result.documents.every(({ relevance }) => relevance === 1)).toBe(true);
  });
});

describe("`forcePhrases`", () => {
  it("stay in a clause that is opened later, where that did not fit", async () => {
    const documents = ["Professor: All of it? PhD student: Eleven hours out of thirty-two. Professor: Oh dear."];
    for (const phrase of ["thirty-", "hours", "Eleven"]) {
      for (const rate of [0.4, 0.5, 0.6, 0.7]) {
        const { text } = await compress({ documents, rate, forcePhrases: [phrase] });
        if (text.includes("PhD student")) expect(text).toContain(phrase);
      }
    }
  });

  it("stay to the letter wherever their sentence stays", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom({ rate: 0.2 }, { rate: 0.6 }, { threshold: 0.7 }),
        async (text, seed, length, target) => {
          const words = splitWords(text);
          const first = seed % (words.length - length);
          const sentence = splitSentences(text, words).find(({ endWord }) => endWord > first);
          fc.pre(sentence !== undefined && sentence.endWord >= first + length);
          const phrase = text.slice(words[first]?.start, words[first + length - 1]?.end);
          const { documents } = await compress({ documents: [text], ...target, forcePhrases: [phrase], explain: true });
          for (const { words: fates = [] } of documents) {
            for (const { firstWord, endWord } of splitSentences(text, words)) {
              if (!fates.slice(firstWord, endWord).some(({ kept }) => kept)) continue;
              for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
                const inside = fates
                  .slice(firstWord, endWord)
                  .filter(({ start, end }) => end > at && start < at + phrase.length);
                expect(inside.filter(({ kept }) => !kept)).toEqual([]);
              }
            }
          }
        },
      ),
      { numRuns: Math.ceil(CASES / 5) },
    );
  });

  it("may be punctuation, as LLMLingua's users force it", async () => {
    const text = "Is this sentence kept, or is it not? Some of it is, surely; the rest of it is left out.";
    const { documents } = await compress({
      documents: [text],
      rate: 0.7,
      forcePhrases: ["?", ",", ";", "\n"],
      explain: true,
    });
    const words = documents[0]?.words ?? [];
    for (const { firstWord, endWord } of splitSentences(text, splitWords(text))) {
      const sentence = words.slice(firstWord, endWord);
      if (!sentence.some(({ kept }) => kept)) continue;
      for (const word of sentence) if (/[?,;]/u.test(text.slice(word.start, word.end))) expect(word.kept).toBe(true);
    }
  });

  it("force nothing into a budget that is too small for their sentence: what fits of a clause stays", async () => {
    const { documents, tokens } = await compress({
      documents: [texts[0] as string],
      maxTokens: 1,
      forcePhrases: ["the"],
    });
    expect([documents.length, tokens]).toEqual([1, 1]);
    expect(texts[0]).toContain(documents[0]?.text);
  });
});

describe("the target", () => {
  it("`rate` is the share of the tokens, counted with separator and template", async () => {
    for (const rate of [0.1, 0.3, 0.5, 0.75]) {
      const { tokens, originalTokens } = await compress({ documents: texts, rate });
      expect(tokens).toBeLessThanOrEqual(Math.floor(rate * originalTokens));
      expect(tokens).toBeGreaterThanOrEqual(0.97 * Math.floor(rate * originalTokens));
    }
  });

  it("`threshold` keeps less the higher it is", async () => {
    let last = Number.POSITIVE_INFINITY;
    for (const threshold of [0, 0.3, 0.5, 0.7, 0.9, 1]) {
      const { tokens } = await compress({ documents: texts, threshold });
      expect(tokens).toBeLessThanOrEqual(last);
      last = tokens;
    }
    expect(last).toBe(0);
  });

  it("is the same for texts with ids and without: an absent id is the index", async () => {
    const plain = await compress({ documents: texts, rate: 0.3 });
    const named = await compress({ documents: texts.map((text, index) => ({ text, id: `n${index}` })), rate: 0.3 });
    expect(named.text).toBe(plain.text);
    expect(plain.documents.map(({ id }) => id)).toEqual(plain.documents.map(({ index }) => String(index)));
    expect(named.dropped.map(({ id }) => id)).toEqual(plain.dropped.map(({ id }) => `n${id}`));
  });
});

describe("the caller's own scores", () => {
  it("count only by `scoreWeight`, and the higher ones come first", async () => {
    const documents = texts.map((text, index) => ({ text, score: index === 4 ? 1 : 0 }));
    const unweighted = await compress({ documents, maxTokens: 40 });
    expect(unweighted.text).toBe((await compress({ documents: texts, maxTokens: 40 })).text);
    const many = Array.from({ length: 40 }, (_, index) => ({
      text: `${texts[index % 6]} Copy ${index}.`,
      score: index === 37 ? 9 : 0,
    }));
    const { documents: kept } = await compress({ documents: many, maxTokens: 20, scoreWeight: 1000, dedupe: false });
    expect(kept.map(({ index }) => index)).toContain(37);
  });
});

describe("the template", () => {
  it("is given the document with its id, and its text as it is rendered; what it adds is under the ceiling", async () => {
    const seen = new Set<string>();
    const documents = [{ text: texts[0] as string, title: "One", metadata: { page: 7 } }];
    const { tokens, text } = await compress({
      documents,
      maxTokens: 60,
      template: ({ id, title, metadata }, body) => {
        seen.add(`${id} ${title} ${metadata?.page}`);
        return `[${title}, page ${metadata?.page}]\n${body}`;
      },
      tokenizer: (rendered) => rendered.length / 5,
    });
    expect([...seen]).toEqual(["0 One 7"]);
    expect(tokens).toBe(`[One, page 7]\n${text}`.length / 5);
  });
});

describe("the timings", () => {
  it("add up, and tell what came from the cache", async () => {
    const { timings } = await compress({ documents: texts, rate: 0.3 });
    const { encodeMs, selectMs, valueMs, fitMs, totalMs } = timings;
    for (const step of [encodeMs, selectMs, valueMs, fitMs]) expect(step).toBeGreaterThanOrEqual(0);
    expect(encodeMs + selectMs + valueMs + fitMs).toBeLessThanOrEqual(totalMs + 1);
    expect(timings.cacheHits + timings.cacheMisses).toBe(texts.length);
  });
});

describe("any text", () => {
  it("comes out of `embedDocuments` and `embedQuery` as a unit vector, or as zeros where it has no words", async () => {
    await fc.assert(
      fc.asyncProperty(anyText(2), async (text) => {
        const [[document], query] = [await fake.sieve.embedDocuments([text]), await fake.sieve.embedQuery(text)];
        for (const vector of [document, query]) {
          expect(vector?.length).toBe(fake.sieve.info.dimension);
          const length = Math.hypot(...(vector as Float32Array));
          expect(Math.min(Math.abs(length - 1), length)).toBeLessThan(1e-3);
        }
      }),
      { numRuns: Math.ceil(CASES / 10) },
    );
  });
});
