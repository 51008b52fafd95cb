import type { Document, DocumentInterface } from "@langchain/core/documents";
import { Embeddings, type EmbeddingsInterface } from "@langchain/core/embeddings";
import type { BaseMessage } from "@langchain/core/messages";
import { BaseDocumentCompressor } from "@langchain/core/retrievers/document_compressors";
import { Runnable, type RunnableConfig } from "@langchain/core/runnables";
import { type AgentMiddleware, createAgent } from "langchain";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { ScoreCache, Sieve } from "../../src/core/index.js";
import {
  SieveDocumentCompressor,
  SieveEmbeddings,
  type SieveMiddleware,
  SieveRunnable,
  type SieveStore,
  sieveMessages,
  sieveMiddleware,
} from "../../src/langchain/index.js";
import { ScriptedChatModel } from "./scripted-model.js";

describe("the LangChain classes", () => {
  it("are what LangChain's own checks take them for", () => {
    const compressor = new SieveDocumentCompressor({ maxTokens: 10 });
    expect(BaseDocumentCompressor.isBaseDocumentCompressor(compressor)).toBe(true);
    expect(compressor).toBeInstanceOf(BaseDocumentCompressor);
    expect(new SieveEmbeddings()).toBeInstanceOf(Embeddings);
    expect(Runnable.isRunnable(new SieveRunnable({ rate: 0.5 }))).toBe(true);
    expect(Runnable.isRunnable(sieveMessages({ maxTokens: 10 }))).toBe(true);
  });

  it("are assignable to LangChain's types", () => {
    expectTypeOf<SieveDocumentCompressor>().toExtend<BaseDocumentCompressor>();
    expectTypeOf<SieveEmbeddings>().toExtend<EmbeddingsInterface>();
    expectTypeOf<SieveStore>().toExtend<ScoreCache>();
    expectTypeOf<SieveRunnable>().toExtend<Runnable<{ documents: DocumentInterface[] }, Document[], RunnableConfig>>();
    expectTypeOf<SieveRunnable<"text">>().toExtend<Runnable<{ documents: DocumentInterface[] }, string>>();
    expectTypeOf(sieveMessages([], { maxTokens: 10 })).toEqualTypeOf<Promise<BaseMessage[]>>();
    expectTypeOf<SieveMiddleware>().toExtend<AgentMiddleware>();
  });

  it("infer what comes out of a runnable", () => {
    expectTypeOf(new SieveRunnable({ maxTokens: 10 }).invoke({ documents: [] })).toEqualTypeOf<Promise<Document[]>>();
    const text = new SieveRunnable({ maxTokens: 10, output: "text" });
    expectTypeOf(text.invoke({ documents: [] })).toEqualTypeOf<Promise<string>>();
  });

  it("go into an agent with the agent's own types left whole", () => {
    const agent = createAgent({
      model: new ScriptedChatModel([]),
      tools: [],
      middleware: [sieveMiddleware({ toolResults: { maxTokens: 90 }, history: { maxTokens: 90 }, readOriginal: true })],
    });
    type State = Awaited<ReturnType<typeof agent.invoke>>;
    expectTypeOf<State["messages"]>().toExtend<BaseMessage[]>();
  });

  it("refuse what cannot be", () => {
    // @ts-expect-error: documents come with the call.
    const documents = () => new SieveDocumentCompressor({ maxTokens: 10, documents: [] });
    // @ts-expect-error: a ready sieve has its model already.
    const both = () => new SieveDocumentCompressor({ maxTokens: 10, sieve: {} as Sieve, model: "folder" });
    // @ts-expect-error: the ceiling of a history is not optional.
    const endless = () => sieveMessages([], {});
    expect([documents, both, endless]).toHaveLength(3);
  });
});
