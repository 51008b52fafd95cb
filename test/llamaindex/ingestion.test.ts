import { Document, IngestionPipeline, SentenceSplitter, type TransformComponent } from "llamaindex";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSieve, memoryCache, type Sieve } from "../../src/core/index.js";
import { SieveLlamaEmbedding, SieveNodePostprocessor, SieveTransform } from "../../src/llamaindex/index.js";
import { modelOptions, QUESTION, readExample } from "./material.js";

let real: Sieve;
let encoded: number;
/** The real sieve, with its encodings counted. */
let sieve: Sieve;
beforeAll(async () => {
  real = await createSieve({ ...modelOptions, cache: memoryCache() });
  encoded = 0;
  sieve = {
    ...real,
    encode(documents, options) {
      encoded += documents.length;
      return real.encode(documents, options);
    },
  };
});
afterAll(() => real.dispose());

function handbook(): Document {
  return new Document({ id_: "handbook", text: readExample("handbook.md"), metadata: { file: "handbook.md" } });
}

function pipelineOf(...transformations: TransformComponent[]): IngestionPipeline {
  return new IngestionPipeline({
    transformations: [new SentenceSplitter({ chunkSize: 256, chunkOverlap: 16 }), ...transformations],
  });
}

test("A pipeline with the transform warms the first question, and hands the nodes on as they were.", async () => {
  const plain = await pipelineOf().run({ documents: [handbook()] });
  const nodes = await pipelineOf(new SieveTransform({ sieve })).run({ documents: [handbook()] });
  expect(nodes.map((node) => [node.hash, node.metadata])).toEqual(plain.map((node) => [node.hash, node.metadata]));
  expect(encoded).toBe(nodes.length);

  const misses: number[] = [];
  const watched: Sieve = {
    ...real,
    async compress(options) {
      const result = await real.compress(options);
      misses.push(result.timings.cacheMisses);
      return result;
    },
  };
  const scored = nodes.map((node) => ({ node }));
  const kept = await new SieveNodePostprocessor({ sieve: watched, maxTokens: 200 }).postprocessNodes(scored, QUESTION);
  expect(kept.length).toBeGreaterThan(0);
  expect(misses).toEqual([0]);
});

test("The pipeline's cache runs a transform of equal options once, and one of other options again.", async () => {
  encoded = 0;
  const first = pipelineOf(new SieveTransform({ sieve }));
  const once = await first.run({ documents: [handbook()] });
  expect(encoded).toBe(once.length);
  await first.run({ documents: [handbook()] });
  expect(encoded).toBe(once.length);

  const second = pipelineOf(new SieveTransform({ sieve }));
  Object.assign(second, { cache: Reflect.get(first, "cache") });
  const cached = await second.run({ documents: [handbook()] });
  expect(encoded).toBe(once.length);
  expect(cached).toHaveLength(once.length);

  const other: Sieve = { ...sieve, info: { ...sieve.info, fingerprint: "another model" } };
  const third = pipelineOf(new SieveTransform({ sieve: other }));
  Object.assign(third, { cache: Reflect.get(first, "cache") });
  await third.run({ documents: [handbook()] });
  expect(encoded).toBe(2 * once.length);
});

test("The id is equal in every process for equal options, and differs for others.", () => {
  expect(new SieveTransform().id).toMatch(/^contextsieve-transform-[0-9a-f]{16}$/);
  expect(new SieveTransform({}).id).toBe(new SieveTransform({ device: "cpu", threads: 2 }).id);
  expect(new SieveTransform({ sieve }).id).toBe(new SieveTransform({ sieve: { ...real } }).id);
  expect(new SieveTransform({ dtype: "int8" }).id).not.toBe(new SieveTransform({ dtype: "fp32" }).id);
  expect(new SieveTransform().id).not.toBe(new SieveLlamaEmbedding().id);
});

test("Blank nodes and no nodes at all go through.", async () => {
  const transform = new SieveTransform({ sieve });
  const blank = [new Document({ text: " \n" })];
  expect(await transform(blank)).toBe(blank);
  expect(await transform([])).toEqual([]);
});

test("An embedding in the pipeline leaves its vectors in the nodes.", async () => {
  const nodes = await pipelineOf(new SieveLlamaEmbedding({ sieve })).run({ documents: [handbook()] });
  for (const node of nodes) expect(node.embedding).toHaveLength(real.info.dimension);
});
