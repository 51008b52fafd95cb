import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSieve, type Sieve } from "../../src/core/index.js";
import { hasBundledModel } from "../support/bundled-model.js";
import { clauseWords } from "../support/clauses.js";
import { expectFaithful } from "../support/invariants.js";
import { watchEventLoop } from "../support/stall.js";
import { EXAMPLE_DOCUMENTS, HARD_TEXTS, PASSAGES, PROTECT_CASES } from "../support/texts.js";

/** Where a phrase stands by itself, and not inside a longer word. */
function occurrences(text: string, phrase: string): [start: number, end: number][] {
  const isInside = (border: number) => /[\p{L}\p{N}]{2}/u.test(text.slice(Math.max(0, border - 1), border + 1));
  const found: [number, number][] = [];
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
    if (!isInside(at) && !isInside(at + phrase.length)) found.push([at, at + phrase.length]);
  }
  return found;
}

describe.skipIf(!hasBundledModel)("the bundled model", () => {
  let sieve: Sieve;
  beforeAll(async () => {
    sieve = await createSieve({ cache: false, threads: 2 });
  });
  afterAll(() => sieve?.dispose());

  it("says what it is", () => {
    expect(sieve.info).toMatchObject({ model: "contextsieve-small", device: "cpu", dimension: 384 });
    expect(sieve.info.fingerprint).toMatch(/^[0-9a-f]{16}$/u);
  });

  it("compresses the example documents under the ceiling, faithfully, and filled", async () => {
    const documents = [...EXAMPLE_DOCUMENTS].map(([id, text]) => ({ id, text }));
    for (const maxTokens of [300, 1000, 3000]) {
      const result = await sieve.compress({
        documents,
        maxTokens,
        query: "What must an engineer never do during an outage?",
      });
      expect(result.tokens).toBeLessThanOrEqual(maxTokens);
      expect(result.tokens).toBeGreaterThanOrEqual(0.97 * maxTokens);
      for (const document of result.documents) expectFaithful(EXAMPLE_DOCUMENTS.get(document.id) as string, document);
    }
  });

  it.each([
    [
      "The pump does not stop unless the operator presses both buttons for at least three seconds.",
      "not unless both least",
    ],
    [
      "Nobody outside the finance team may approve an invoice, except when the director is away.",
      "Nobody may except when",
    ],
    ["The vaccine was allegedly tested on fewer than half of the patients.", "allegedly fewer than half"],
    ["The company denied that it had tried to sell the plant to a rival.", "denied tried"],
    ["Almost all of the samples failed the first test.", "Almost all failed first"],
  ])("knows the words without which a clause says something else: %s", async (text, pivots) => {
    const { documents } = await sieve.compress({ documents: [text], rate: 1, explain: true });
    const words = documents[0]?.words ?? [];
    const found = words.filter(({ pivot }) => pivot > 0.5).map(({ start, end }) => text.slice(start, end));
    expect(found).toEqual(expect.arrayContaining(pivots.split(" ")));
    const plain = words.filter(({ start, end }) => /^(?:the|a|an|was|is|been|it)$/iu.test(text.slice(start, end)));
    expect(plain.length).toBeGreaterThan(0);
    for (const { pivot } of plain) expect(pivot).toBeLessThan(0.2);
  });

  it("finds the second document of a question by the name that the first one gives", async () => {
    const documents = [
      "Harrow is a town of nine thousand on the lower Teign. Two films, the comedy Open Gate and the drama Iron Harvest, were shot in and around Harrow in 1986. The old mill burned down a year later.",
      "Paul Sorrel is a director who grew up near Harrow. He is best known for his documentaries about rivers, shot over nine years. He has taught film directing since 1986.",
      "The Harrow Film Society was founded in 1986 by a director of the town's library. It shows a film every second Friday in the town hall.",
      "Iron Harvest tells of three brothers and a machine that nobody wants. The script went through five hands before Ada Lind took it on as her first feature. It lost money.",
      "A director of photography decides how light falls in a film. On small sets the same person often directs and shoots.",
    ];
    const query = "Who directed the drama that was shot in Harrow in 1986?";
    const { text, documents: kept } = await sieve.compress({ query, documents, maxTokens: 60 });
    expect(text).toContain("Ada Lind");
    expect(text).toContain("Iron Harvest");
    const relevance = new Map(kept.map(({ index, relevance }) => [index, relevance]));
    // By its words alone it is the least relevant of them.
    const alone = await sieve.compress({ query, documents, threshold: 0 });
    const least = Math.min(...alone.documents.map((document) => document.relevance));
    expect(alone.documents[3]?.relevance).toBeLessThan(2 * least);
    expect(relevance.get(3)).toBeGreaterThan(10 * least);
  });

  it("keeps what must survive of the clauses that it keeps, in every domain and at every rate", async () => {
    let checked = 0;
    for (const { id, text, mustKeep } of PROTECT_CASES) {
      for (const rate of [0.2, 0.5]) {
        const { documents } = await sieve.compress({ documents: [text], rate, explain: true, kind: "prose" });
        const words = documents[0]?.words ?? [];
        for (const clause of clauseWords(text)) {
          const sentence = clause.flatMap((word) => words[word] ?? []);
          if (!sentence.some(({ kept }) => kept)) continue;
          for (const [start, end] of mustKeep.flatMap((phrase) => occurrences(text, phrase))) {
            const inside = sentence.filter((word) => word.start >= start && word.end <= end);
            const lost = inside.filter(({ kept }) => !kept).map((word) => text.slice(word.start, word.end));
            expect(lost, `${id} at ${rate}: ${text.slice(start, end)}`).toEqual([]);
            checked += inside.length;
          }
        }
      }
    }
    expect(checked).toBeGreaterThan(500);
  });

  it("gives a text the same scores in any company, to 1e-4", async () => {
    const texts = [...PASSAGES.slice(0, 12).map(({ text }) => text), ...HARD_TEXTS.values()];
    const scoresOf = async (documents: string[]) => {
      const { documents: kept } = await sieve.compress({ documents, threshold: 0, explain: true, dedupe: false });
      return new Map(
        kept.map(({ index, words = [] }) => [documents[index] as string, words.map(({ keep, core }) => [keep, core])]),
      );
    };
    const together = await scoresOf(texts);
    let largest = 0;
    for (const text of texts) {
      const own = await createSieve({ cache: false, threads: 2 });
      const { documents } = await own.compress({ documents: [text], rate: 1, explain: true });
      await own.dispose();
      for (const [word, { keep, core }] of (documents[0]?.words ?? []).entries()) {
        const [sharedKeep = Number.NaN, sharedCore = Number.NaN] = together.get(text)?.[word] ?? [];
        largest = Math.max(largest, Math.abs(keep - sharedKeep), Math.abs(core - sharedCore));
      }
    }
    expect(largest).toBeLessThanOrEqual(1e-4);
  });

  it("finds the sentence that answers, among many that do not", async () => {
    const answer = "The spare key to the pump house hangs behind the blue door of the workshop.";
    const documents = [
      ...PASSAGES.slice(0, 20).map(({ text }) => text),
      answer,
      ...PASSAGES.slice(20, 40).map(({ text }) => text),
    ];
    const { documents: kept } = await sieve.compress({
      documents,
      maxTokens: 100,
      query: "Where is the spare key to the pump house?",
    });
    const found = kept.find(({ index }) => index === 20);
    expect(found?.text).toContain("behind the blue door");
    expect(found?.relevance).toBeGreaterThan(0.5);
  });

  it("leaves the event loop its turns while many callers compress (the longest stall is printed)", async () => {
    const watch = watchEventLoop();
    await Promise.all(
      PASSAGES.slice(0, 64).map(({ text }, caller) =>
        sieve.compress({ documents: [text], maxTokens: 30 + caller, query: `What does ${caller} mean?` }),
      ),
    );
    console.info(`64 callers: longest stall of the event loop ${watch.stop().toFixed(0)} ms with the bundled model`);
  });
});
