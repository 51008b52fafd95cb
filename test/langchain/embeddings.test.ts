import { MemoryVectorStore } from "@langchain/classic/vectorstores/memory";
import { beforeAll, describe, expect, it } from "vitest";
import { createSieve, InvalidOptionError, memoryCache, type Sieve } from "../../src/core/index.js";
import { SieveEmbeddings, SieveRunnable } from "../../src/langchain/index.js";
import { harbourDocuments, QUESTION } from "./texts.js";

describe("SieveEmbeddings", { timeout: 120_000 }, () => {
  let sieve: Sieve;
  beforeAll(async () => {
    sieve = await createSieve({ cache: memoryCache() });
  }, 120_000);

  it("gives unit vectors as plain arrays, those of the sieve itself", async () => {
    const embeddings = new SieveEmbeddings({ sieve });
    const texts = harbourDocuments().map(({ pageContent }) => pageContent);
    const vectors = await embeddings.embedDocuments(texts);
    expect(vectors).toEqual((await sieve.embedDocuments(texts)).map((vector) => Array.from(vector)));
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(await embeddings.embedQuery(QUESTION)).toHaveLength(sieve.info.dimension);
    expect(await embeddings.embedDocuments([])).toEqual([]);
  });

  it("finds what a question is about in a MemoryVectorStore", async () => {
    const store = await MemoryVectorStore.fromDocuments(harbourDocuments(), new SieveEmbeddings({ sieve }));
    const [first] = await store.similaritySearch("When must a ship take a pilot?", 1);
    expect(first?.metadata.source).toBe("pilots.md");
  });

  it("scores what it embeds: at query time nothing is encoded again", async () => {
    const own = await createSieve({ cache: memoryCache() });
    const documents = harbourDocuments();
    await MemoryVectorStore.fromDocuments(documents, new SieveEmbeddings({ sieve: own }));
    const texts = documents.map(({ pageContent }) => pageContent);
    expect(await own.encode(texts)).toEqual({ cacheHits: 3, cacheMisses: 0 });
    const compressed = await new SieveRunnable({ sieve: own, maxTokens: 40 }).invoke({ documents, query: QUESTION });
    expect(compressed.length).toBeGreaterThan(0);
    await own.dispose();
  });

  it("shares one sieve with every adapter of the same options, made when first needed", async () => {
    const text = `A text that nobody encoded before: ${Math.random()}.`;
    await new SieveEmbeddings().embedDocuments([text]);
    const { cacheHits } = await (await createSieve()).encode([text]);
    expect(cacheHits).toBe(1);
  });

  it("says that a model without sentence vectors embeds nothing", async () => {
    const flat: Sieve = { ...sieve, info: { ...sieve.info, model: "flat", dimension: 0 } };
    const embeddings = new SieveEmbeddings({ sieve: flat });
    await expect(embeddings.embedQuery(QUESTION)).rejects.toThrowError(InvalidOptionError);
    await expect(embeddings.embedDocuments(["a"])).rejects.toThrowError(
      "Expected `model` to be one with sentence vectors, got `flat`.",
    );
  });
});
