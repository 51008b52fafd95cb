import { Document, MetadataMode, SimilarityType, similarity, TextNode } from "llamaindex";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSieve, memoryCache, type Sieve } from "../../src/core/index.js";
import { SieveLlamaEmbedding, SieveNodePostprocessor } from "../../src/llamaindex/index.js";
import { handbookNodes, modelOptions, QUESTION } from "./material.js";

let sieve: Sieve;
let embedding: SieveLlamaEmbedding;
beforeAll(async () => {
  sieve = await createSieve({ ...modelOptions, cache: memoryCache() });
  embedding = new SieveLlamaEmbedding({ sieve });
});
afterAll(() => sieve.dispose());

describe("Vectors", () => {
  test("are the sieve's own, of unit length.", async () => {
    const [own] = await sieve.embedDocuments([QUESTION]);
    const vector = await embedding.getTextEmbedding(QUESTION);
    expect(vector).toEqual(Array.from(own as Float32Array));
    expect(vector).toHaveLength(sieve.info.dimension);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    const asked = await embedding.getQueryEmbedding({ type: "text", text: QUESTION });
    expect(asked).toEqual(Array.from(await sieve.embedQuery(QUESTION)));
  });

  test("of a part that is no text are null.", async () => {
    expect(await embedding.getQueryEmbedding({ type: "image_url" })).toBeNull();
  });

  test("come in the order of the texts, with progress told.", async () => {
    const batched = new SieveLlamaEmbedding({ sieve });
    batched.embedBatchSize = 2;
    const texts = ["heron", "harbor", "gull", "heron", "quay"];
    const progress: [number, number][] = [];
    const vectors = await batched.getTextEmbeddingsBatch(texts, {
      progressCallback: (current, total) => progress.push([current, total]),
    });
    expect(vectors).toHaveLength(5);
    expect(vectors[3]).toEqual(vectors[0]);
    expect(vectors[1]).not.toEqual(vectors[0]);
    expect(vectors[2]).toEqual(await batched.getTextEmbedding("gull"));
    expect(await batched.getTextEmbeddings(texts)).toEqual(vectors);
    expect(progress).toEqual([
      [2, 5],
      [4, 5],
      [5, 5],
    ]);
  });

  test("compare as LlamaIndex compares them.", () => {
    const [first, second] = [
      [1, 2, -3],
      [0.5, 1, 4],
    ] as [number[], number[]];
    for (const mode of Object.values(SimilarityType)) {
      expect(embedding.similarity(first, second, mode)).toBeCloseTo(similarity(first, second, mode), 12);
    }
    expect(embedding.similarity(first, second)).toBeCloseTo(similarity(first, second), 12);
  });

  test("read long texts to their end.", async () => {
    const long = `${"The gulls sleep. ".repeat(400)}The rota changes on Monday.`;
    expect(embedding.truncateMaxTokens([long])).toEqual([long]);
    const cut = `${"The gulls sleep. ".repeat(400)}Nobody knows.`;
    expect(await embedding.getTextEmbedding(long)).not.toEqual(await embedding.getTextEmbedding(cut));
  });
});

describe("Called as a transform", () => {
  test("it writes the vectors into the nodes, of text and metadata as LlamaIndex renders them.", async () => {
    const nodes = [
      new TextNode({ text: "The pool is full.", metadata: { file: "log.txt" } }),
      new Document({ text: "The pool is full." }),
    ];
    expect(await embedding(nodes)).toBe(nodes);
    const texts = nodes.map((node) => node.getContent(MetadataMode.EMBED));
    expect(texts[0]).toBe("file: log.txt\n\nThe pool is full.");
    const vectors = await sieve.embedDocuments(texts);
    expect(nodes.map(({ embedding: vector }) => vector)).toEqual(vectors.map((vector) => Array.from(vector)));
  });

  test("what it embedded without metadata is not encoded again at query time.", async () => {
    const own = await createSieve({ ...modelOptions, cache: memoryCache() });
    const nodes = handbookNodes();
    for (const { node } of nodes) node.excludedEmbedMetadataKeys = ["file", "part"];
    (nodes[0]?.node as TextNode).text += "\n\n"; // what a splitter may leave does not make another text of it
    await new SieveLlamaEmbedding({ sieve: own })(nodes.map(({ node }) => node));
    const timings: number[] = [];
    const watched: Sieve = {
      ...own,
      async compress(options) {
        const result = await own.compress(options);
        timings.push(result.timings.cacheMisses);
        return result;
      },
    };
    await new SieveNodePostprocessor({ sieve: watched, maxTokens: 100 }).postprocessNodes(nodes, QUESTION);
    expect(timings).toEqual([0]);
    await own.dispose();
  });

  test("its id is stable, and holds the options.", async () => {
    expect(new SieveLlamaEmbedding().id).toBe(new SieveLlamaEmbedding({ device: "cpu" }).id);
    const ids = [{}, { dtype: "fp32" }, { model: "/elsewhere" }, { cache: false as const }, { sieve }].map(
      (options) => new SieveLlamaEmbedding(options).id,
    );
    expect(new Set(ids).size).toBe(5);
  });
});

test("Embeddings of equal options share one sieve, opened on first use.", async () => {
  const [first, second] = [new SieveLlamaEmbedding(modelOptions), new SieveLlamaEmbedding(modelOptions)];
  const vectors = await Promise.all([first.getTextEmbedding("heron"), second.getTextEmbedding("heron")]);
  expect(vectors[1]).toEqual(vectors[0]);
  expect(vectors[0]).toEqual(await embedding.getTextEmbedding("heron"));
});

test("A model without sentence vectors is refused, by name.", async () => {
  const flat: Sieve = { ...sieve, info: { ...sieve.info, model: "keeper", dimension: 0 } };
  const refused = new SieveLlamaEmbedding({ sieve: flat });
  await expect(refused.getTextEmbedding("heron")).rejects.toThrow("Expected `model`");
  await expect(refused.getQueryEmbedding({ type: "text", text: "heron" })).rejects.toThrow("`keeper`");
});
