import { RetrieverQueryEngine } from "llamaindex-core-oldest/query-engine";
import { getResponseSynthesizer } from "llamaindex-core-oldest/response-synthesizers";
import { BaseRetriever } from "llamaindex-core-oldest/retriever";
import { IndexNode, MetadataMode, type NodeWithScore, TextNode } from "llamaindex-core-oldest/schema";
import { FunctionTool } from "llamaindex-core-oldest/tools";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSieve, type Sieve } from "../../src/core/index.js";
import { SieveLlamaEmbedding, SieveNodePostprocessor, SieveTransform, sieveTool } from "../../src/llamaindex/index.js";
import { handbookNodes, modelOptions, QUESTION, readExample, tokensOf } from "./material.js";
import { ScriptedModel } from "./scripted-model.js";

// @llamaindex/core 0.5.0, the lower end of the peer range; the other tests run on the newest.

let sieve: Sieve;
beforeAll(async () => {
  sieve = await createSieve(modelOptions);
});
afterAll(() => sieve.dispose());

/** The handbook, in nodes of the oldest version. */
function nodes(): NodeWithScore[] {
  return handbookNodes().map(({ node, score = 0 }) => ({
    node: new TextNode({ id_: node.id_, text: node.getContent(MetadataMode.NONE), metadata: { file: "handbook.md" } }),
    score,
  }));
}

class FixedRetriever extends BaseRetriever {
  // biome-ignore lint/complexity/noUselessConstructor: the base's is protected.
  constructor() {
    super();
  }

  async _retrieve(): Promise<NodeWithScore[]> {
    return nodes();
  }
}

test("A query engine of the oldest version keeps the ceiling on what the model reads.", async () => {
  const model = new ScriptedModel(["EUR 420"]);
  const synthesizer = getResponseSynthesizer("compact", { llm: model as never });
  const postprocessor = new SieveNodePostprocessor({ sieve, maxTokens: 200 });
  const engine = new RetrieverQueryEngine(new FixedRetriever(), synthesizer, [postprocessor]);
  const { sourceNodes = [] } = await engine.query({ query: QUESTION });
  const rendered = sourceNodes.map(({ node }) => node.getContent(MetadataMode.LLM)).join("\n\n");
  expect(tokensOf(rendered)).toBeLessThanOrEqual(200);
  expect(model.prompts[0]).toContain(rendered);
  expect(rendered).toContain("EUR 420");
});

test("Its nodes come back as new nodes of their class, with a hash of their own.", async () => {
  const text = nodes()
    .map(({ node }) => node.getContent(MetadataMode.NONE))
    .join("\n\n");
  const node = new IndexNode({
    text,
    indexId: "i",
    embedding: [1],
    metadata: { run: () => 1 },
    excludedLlmMetadataKeys: ["run"],
  });
  node.startCharIdx = 0;
  const kept = await new SieveNodePostprocessor({ sieve, maxTokens: 80 }).postprocessNodes([{ node }], QUESTION);
  const [cut] = kept.map((scored) => scored.node);
  expect(cut).toBeInstanceOf(IndexNode);
  expect(cut).not.toBe(node);
  expect(cut).toMatchObject({ id_: node.id_, indexId: "i", startCharIdx: 0, embedding: undefined });
  expect(cut?.metadata.run).toBe(node.metadata.run);
  expect(cut?.hash).not.toBe(node.hash);
});

test("Its indexes can call the embedding and the transform, its agents the tool.", async () => {
  const given = nodes().map(({ node }) => node);
  expect(await new SieveTransform({ sieve })(given)).toBe(given);
  await new SieveLlamaEmbedding({ sieve })(given);
  for (const node of given) expect(node.getEmbedding()).toHaveLength(sieve.info.dimension);
  const inner = FunctionTool.from(({ file }: { file: string }) => readExample(file), {
    name: "read_file",
    description: "Reads a file.",
    parameters: { type: "object", properties: { file: { type: "string" } }, required: ["file"] },
  });
  const output = await sieveTool(inner, { sieve, maxTokens: 100, query: QUESTION }).call({ file: "handbook.md" });
  expect(tokensOf(output as string)).toBeLessThanOrEqual(100);
});
