import type { VectorStoreQuery, VectorStoreQueryResult } from "@llamaindex/core/vector-store";
import {
  type BaseNode,
  ContextChatEngine,
  Document,
  extractText,
  getResponseSynthesizer,
  MetadataMode,
  type NodeWithScore,
  SentenceSplitter,
  Settings,
  SimpleVectorStore,
  VectorStoreIndex,
  vectorBlock,
} from "llamaindex";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSieve, type Sieve } from "../../src/core/index.js";
import { SieveLlamaEmbedding, SieveNodePostprocessor } from "../../src/llamaindex/index.js";
import { modelOptions, QUESTION, readExample, rendered, tokensOf } from "./material.js";
import { contextOf, ScriptedModel } from "./scripted-model.js";

const MAX_TOKENS = 300;

let sieve: Sieve;
let index: VectorStoreIndex;
beforeAll(async () => {
  sieve = await createSieve(modelOptions);
  Settings.embedModel = new SieveLlamaEmbedding({ sieve });
  Settings.nodeParser = new SentenceSplitter({ chunkSize: 256, chunkOverlap: 16 });
  index = await VectorStoreIndex.fromDocuments(
    ["handbook.md", "incident-log.txt", "meeting.txt"].map(
      (file) => new Document({ id_: file, text: readExample(file), metadata: { file } }),
    ),
  );
});
afterAll(() => sieve.dispose());

describe("An index with the sieve's embedding", () => {
  test("retrieves what the question needs, ranked.", async () => {
    const nodes = await index.asRetriever({ similarityTopK: 5 }).retrieve({ query: QUESTION });
    expect(nodes).toHaveLength(5);
    const scores = nodes.map(({ score }) => score as number);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(nodes.map(({ node }) => node.getContent(MetadataMode.NONE)).join()).toContain("EUR 420");
  });

  test("hands out the same node each time, which is as it was after a query.", async () => {
    const retriever = index.asRetriever({ similarityTopK: 5 });
    const before = await retriever.retrieve({ query: QUESTION });
    const texts = JSON.stringify(before);
    const model = new ScriptedModel();
    const engine = index.asQueryEngine({
      retriever,
      responseSynthesizer: getResponseSynthesizer("compact", { llm: model }),
      nodePostprocessors: [new SieveNodePostprocessor({ sieve, maxTokens: 100 })],
    });
    await engine.query({ query: QUESTION });
    const after = await retriever.retrieve({ query: QUESTION });
    expect(after[0]?.node).toBe(before[0]?.node);
    expect(JSON.stringify(after)).toBe(texts);
  });
});

describe("A query engine", () => {
  for (const mode of ["compact", "refine", "tree_summarize"] as const) {
    test(`keeps the ceiling on what the model reads, in mode ${mode}.`, async () => {
      const model = new ScriptedModel(["EUR 420"]);
      const engine = index.asQueryEngine({
        similarityTopK: 8,
        responseSynthesizer: getResponseSynthesizer(mode, { llm: model }),
        nodePostprocessors: [new SieveNodePostprocessor({ sieve, maxTokens: MAX_TOKENS })],
      });
      const response = await engine.query({ query: QUESTION });
      const nodes = response.sourceNodes ?? [];
      expect(tokensOf(rendered(nodes))).toBeLessThanOrEqual(MAX_TOKENS);
      expect(tokensOf(rendered(nodes))).toBeGreaterThan(0.8 * MAX_TOKENS);
      expect(model.prompts.join("\n")).toContain("EUR 420");
      expect(model.prompts.join("\n")).not.toContain("contextsieve");
      expect(model.prompts.join("\n")).toContain("file: handbook.md");
      for (const { node } of nodes) expect(node.metadata.contextsieve.tokens).toBeGreaterThan(0);
      if (mode === "refine") expect(model.asked).toHaveLength(nodes.length);
      else expect(model.asked).toHaveLength(1);
      if (mode === "compact") expect(tokensOf(contextOf(model.prompts[0] as string))).toBeLessThanOrEqual(MAX_TOKENS);
    });
  }

  test("streams, and takes a question in parts.", async () => {
    const model = new ScriptedModel(["EUR 420"]);
    const engine = index.asQueryEngine({
      similarityTopK: 8,
      responseSynthesizer: getResponseSynthesizer("compact", { llm: model }),
      nodePostprocessors: [new SieveNodePostprocessor({ sieve, maxTokens: MAX_TOKENS })],
    });
    let answer = "";
    const query = { query: [{ type: "text" as const, text: QUESTION }] };
    for await (const chunk of await engine.query({ query, stream: true })) answer += chunk.delta;
    expect(answer).toBe("EUR 420");
    expect(tokensOf(contextOf(model.prompts[0] as string))).toBeLessThanOrEqual(MAX_TOKENS);
  });

  test("that is left nothing says so, as LlamaIndex does.", async () => {
    const model = new ScriptedModel();
    const engine = index.asQueryEngine({
      responseSynthesizer: getResponseSynthesizer("compact", { llm: model }),
      nodePostprocessors: [new SieveNodePostprocessor({ sieve, maxTokens: 1 })],
    });
    const response = await engine.query({ query: QUESTION });
    expect(extractText(response.message.content)).toBe("Empty Response");
    expect(model.asked).toHaveLength(0);
  });
});

test("A chat engine keeps the ceiling on its context, turn after turn, its question in parts or not.", async () => {
  const model = new ScriptedModel(["EUR 420", "Twice a year."]);
  const engine = new ContextChatEngine({
    retriever: index.asRetriever({ similarityTopK: 8 }),
    chatModel: model,
    nodePostprocessors: [new SieveNodePostprocessor({ sieve, maxTokens: MAX_TOKENS })],
  });
  for (const message of [QUESTION, [{ type: "text" as const, text: "And how often is the drill?" }]]) {
    const { sourceNodes = [] } = await engine.chat({ message });
    const context = rendered(sourceNodes);
    expect(tokensOf(context)).toBeLessThanOrEqual(MAX_TOKENS);
    expect(tokensOf(context)).toBeGreaterThan(0.8 * MAX_TOKENS);
    expect(model.prompts.at(-1)).toContain(context);
  }
});

/** LlamaIndex's in-memory store, made fit for memory blocks: it gives texts back, and holds one session only. */
class TextVectorStore extends SimpleVectorStore {
  override storesText = true;
  readonly #nodes = new Map<string, BaseNode>();

  override async add(nodes: BaseNode[]): Promise<string[]> {
    for (const node of nodes) this.#nodes.set(node.id_, node);
    return super.add(nodes);
  }

  override async query(query: VectorStoreQuery): Promise<VectorStoreQueryResult> {
    const { filters: _, ...everything } = query;
    const result = await super.query(everything);
    return { ...result, nodes: result.ids.map((id) => this.#nodes.get(id) as BaseNode) };
  }
}

test("A vector memory block takes the postprocessor; it leaves the metadata out, as the template says.", async () => {
  const vectorStore = new TextVectorStore({ embeddingModel: Settings.embedModel });
  const template = (_: object, text: string) => text;
  const given: NodeWithScore[][] = [];
  const sieving = new SieveNodePostprocessor({ sieve, maxTokens: 120, template });
  const block = vectorBlock({
    vectorStore,
    priority: 1,
    queryOptions: { similarityTopK: 4 },
    nodePostprocessors: [
      {
        async postprocessNodes(nodes, query) {
          given.push(await sieving.postprocessNodes(nodes, query));
          return given.at(-1) as NodeWithScore[];
        },
      },
    ],
  });
  const lines = readExample("meeting.txt").split("\n").filter(Boolean);
  for (let start = 0; start < lines.length; start += 8) {
    await block.put(
      lines.slice(start, start + 8).map((content, at) => ({ id: `${start + at}`, role: "user", content })),
    );
  }
  const [memory] = await block.get([{ id: "question", role: "user", content: "Who owns the sum check?" }]);
  const texts = (given[0] ?? []).map(({ node }) => node.getContent(MetadataMode.NONE)).join("\n\n");
  expect(given).toHaveLength(1);
  expect(tokensOf(texts)).toBeLessThanOrEqual(120);
  expect(tokensOf(texts)).toBeGreaterThan(60);
  expect(extractText(memory?.content ?? "")).toContain(texts);
});
