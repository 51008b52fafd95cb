import {
  ContextChatEngine,
  Document,
  extractText,
  getResponseSynthesizer,
  MetadataMode,
  SentenceSplitter,
  Settings,
  type TextNode,
  VectorStoreIndex,
} from "llamaindex";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSieve, type Sieve } from "../../src/core/index.js";
import { SieveLlamaEmbedding, SieveNodePostprocessor } from "../../src/llamaindex/index.js";
import { modelOptions, QUESTION, readExample, tokensOf } from "./material.js";
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
      const rendered = nodes.map(({ node }) => node.getContent(MetadataMode.LLM)).join("\n\n");
      expect(tokensOf(rendered)).toBeLessThanOrEqual(MAX_TOKENS);
      expect(tokensOf(rendered)).toBeGreaterThan(0.8 * MAX_TOKENS);
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

test("A chat engine keeps the ceiling on its context, turn after turn.", async () => {
  const model = new ScriptedModel(["EUR 420", "Twice a year."]);
  const engine = new ContextChatEngine({
    retriever: index.asRetriever({ similarityTopK: 8 }),
    chatModel: model,
    nodePostprocessors: [new SieveNodePostprocessor({ sieve, maxTokens: MAX_TOKENS, template: (_, text) => text })],
  });
  for (const message of [QUESTION, "And how often is the drill?"]) {
    const response = await engine.chat({ message });
    const texts = (response.sourceNodes ?? []).map(({ node }) => (node as TextNode).text);
    expect(texts.length).toBeGreaterThan(0);
    expect(tokensOf(texts.join("\n\n"))).toBeLessThanOrEqual(MAX_TOKENS);
    const prompt = model.prompts.at(-1) as string;
    for (const text of texts) expect(prompt).toContain(text.trim());
  }
});
