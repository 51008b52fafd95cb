import { ContextualCompressionRetriever } from "@langchain/classic/retrievers/contextual_compression";
import { DocumentCompressorPipeline } from "@langchain/classic/retrievers/document_compressors";
import { MultiQueryRetriever } from "@langchain/classic/retrievers/multi_query";
import { ParentDocumentRetriever } from "@langchain/classic/retrievers/parent_document";
import { InMemoryStore } from "@langchain/classic/storage/in_memory";
import { MemoryVectorStore } from "@langchain/classic/vectorstores/memory";
import { Document } from "@langchain/core/documents";
import { AIMessage } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
// Sets up the storage that hands a run's config down to what is called inside it.
import "@langchain/langgraph";
import { RecursiveCharacterTextSplitter } from "@langchain/textsplitters";
import { beforeAll, describe, expect, it } from "vitest";
import { countTokens, createSieve, InvalidOptionError, type Sieve } from "../../src/core/index.js";
import {
  type SieveCompressorOptions,
  SieveDocumentCompressor,
  type SievedMetadata,
  SieveEmbeddings,
} from "../../src/langchain/index.js";
import { ScriptedChatModel } from "./scripted-model.js";
import { harbourDocuments, isSubsequence, QUESTION } from "./texts.js";
import { TraceCollector } from "./trace.js";

describe("SieveDocumentCompressor", { timeout: 120_000 }, () => {
  let sieve: Sieve;
  beforeAll(async () => {
    sieve = await createSieve();
  }, 120_000);

  const joinedTokens = (documents: readonly Document[]) =>
    countTokens(documents.map(({ pageContent }) => pageContent).join("\n\n"));

  it("keeps order, ids and metadata, and says in metadata what was cut", async () => {
    const documents = harbourDocuments();
    const compressed = await new SieveDocumentCompressor({ sieve, maxTokens: 45 }).compressDocuments(
      documents,
      QUESTION,
    );
    expect(await joinedTokens(compressed)).toBeLessThanOrEqual(45);
    expect(compressed[0]?.id).toBe("cranes");
    const order = compressed.map(({ id }) => documents.findIndex((document) => document.id === id));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    for (const document of compressed) {
      const source = documents.find(({ id }) => id === document.id) as Document;
      const { contextsieve, ...metadata } = document.metadata as { contextsieve: SievedMetadata };
      expect(document).toBeInstanceOf(Document);
      expect(metadata).toEqual(source.metadata);
      expect(contextsieve.originalTokens).toBe(await countTokens(source.pageContent));
      expect(contextsieve.tokens).toBe(await countTokens(document.pageContent));
      expect(contextsieve.relevance).toBeGreaterThan(0);
      const slices = contextsieve.spans.map(([start, end]) => source.pageContent.slice(start, end));
      for (const slice of slices) expect(document.pageContent).toContain(slice);
      expect(isSubsequence(document.pageContent, source.pageContent)).toBe(true);
    }
    expect(compressed[0]?.pageContent).toMatch(/not.*14 m\/s/);
  });

  it("never touches the input documents, frozen ones and those without metadata or id", async () => {
    const documents = harbourDocuments().map((document) => Object.freeze(document));
    for (const { metadata } of documents) Object.freeze(metadata);
    const bare = Object.freeze({ pageContent: "Crane 2 is closed today.", metadata: {} });
    const before = structuredClone([...documents, bare]);
    const compressed = await new SieveDocumentCompressor({ sieve, rate: 0.5 }).compressDocuments(
      [...documents, bare],
      QUESTION,
    );
    expect(structuredClone([...documents, bare])).toEqual(before);
    expect(compressed.every((document) => !(documents as unknown[]).includes(document))).toBe(true);
  });

  it("keeps ids as a store gives them, also numbers and null", async () => {
    const ids = [5, null, "c"];
    const documents = ids.map((id, index) => ({ pageContent: `Crane ${index} lifts 20 tonnes.`, metadata: {}, id }));
    const compressor = new SieveDocumentCompressor({ sieve, maxTokens: 100 });
    const compressed = await compressor.compressDocuments(documents as never, QUESTION);
    expect(compressed.map(({ id }) => id)).toEqual(ids);
  });

  it("gives nothing for nothing, and takes a blank question as none", async () => {
    const compressor = new SieveDocumentCompressor({ sieve, maxTokens: 30 });
    expect(await compressor.compressDocuments([], QUESTION)).toEqual([]);
    const compressed = await compressor.compressDocuments(harbourDocuments(), " ");
    expect(compressed.map(({ metadata }) => metadata.contextsieve.relevance)).toContain(1);
    expect(await joinedTokens(compressed)).toBeLessThanOrEqual(30);
  });

  it("works in a ContextualCompressionRetriever over a MemoryVectorStore with the sieve's own embeddings", async () => {
    const store = await MemoryVectorStore.fromDocuments(harbourDocuments(), new SieveEmbeddings({ sieve }));
    const retriever = new ContextualCompressionRetriever({
      baseCompressor: new SieveDocumentCompressor({ sieve, maxTokens: 40 }),
      baseRetriever: store.asRetriever(3),
    });
    const tracer = new TraceCollector();
    const documents = await retriever.invoke(QUESTION, { callbacks: [tracer] });
    expect(documents[0]?.metadata.source).toBe("cranes.md");
    expect(documents[0]?.pageContent).toContain("14 m/s");
    expect(await joinedTokens(documents)).toBeLessThanOrEqual(40);
    expect(tracer.paths()).toContain("ContextualCompressionRetriever > SieveDocumentCompressor");
    const run = tracer.runs.find(({ name }) => name === "SieveDocumentCompressor");
    expect(run?.error).toBeUndefined();
    expect(run?.inputs).toMatchObject({ query: QUESTION });
  });

  it("works in a DocumentCompressorPipeline behind a text splitter", async () => {
    const pipeline = new DocumentCompressorPipeline({
      transformers: [
        new RecursiveCharacterTextSplitter({ chunkSize: 90, chunkOverlap: 20 }),
        new SieveDocumentCompressor({ sieve, maxTokens: 40 }),
      ],
    });
    const documents = await pipeline.compressDocuments(harbourDocuments(), QUESTION);
    expect(documents.length).toBeGreaterThan(0);
    expect(documents.every(({ metadata }) => metadata.loc !== undefined)).toBe(true);
    expect(await joinedTokens(documents as Document[])).toBeLessThanOrEqual(40);
  });

  it("works in a ParentDocumentRetriever, which passes no callbacks", async () => {
    const vectorstore = new MemoryVectorStore(new SieveEmbeddings({ sieve }));
    const seen: Document[] = [];
    const retriever = new ParentDocumentRetriever({
      vectorstore,
      byteStore: new InMemoryStore<Uint8Array>(),
      childSplitter: new RecursiveCharacterTextSplitter({ chunkSize: 80, chunkOverlap: 0 }) as never,
      documentCompressor: new SieveDocumentCompressor({ sieve, maxTokens: 30, minRelevance: "auto" }),
      documentCompressorFilteringFn: (documents) => {
        seen.push(...(documents as Document[]));
        return documents;
      },
    });
    await retriever.addDocuments(harbourDocuments());
    const documents = await retriever.invoke(QUESTION);
    expect(await joinedTokens(seen)).toBeLessThanOrEqual(30);
    expect(seen.every(({ metadata }) => metadata.contextsieve && metadata.doc_id)).toBe(true);
    expect(documents[0]?.pageContent).toBe(harbourDocuments()[0]?.pageContent);
  });

  it("works in a MultiQueryRetriever, and its trace nests there", async () => {
    const store = await MemoryVectorStore.fromDocuments(harbourDocuments(), new SieveEmbeddings({ sieve }));
    const queries = new AIMessage("<questions>\nWind limit of crane 2?\nCrane rules?\nStorm?\n</questions>");
    const retriever = MultiQueryRetriever.fromLLM({
      llm: new ScriptedChatModel([queries]),
      retriever: store.asRetriever(2),
      documentCompressor: new SieveDocumentCompressor({ sieve, maxTokens: 40 }),
    });
    const tracer = new TraceCollector();
    const documents = await retriever.invoke(QUESTION, { callbacks: [tracer] });
    expect(documents.map(({ pageContent }) => pageContent).join()).toContain("14 m/s");
    expect(tracer.paths()).toContain("MultiQueryRetriever > SieveDocumentCompressor");
  });

  it("takes callbacks and signal from the chain around it where none are passed", async () => {
    const compressor = new SieveDocumentCompressor({ sieve, maxTokens: 30 });
    const chain = RunnableLambda.from((query: string) => compressor.compressDocuments(harbourDocuments(), query));
    const tracer = new TraceCollector();
    await chain.invoke(QUESTION, { callbacks: [tracer], runName: "outer" });
    expect(tracer.paths()).toContain("outer > SieveDocumentCompressor");
  });

  it("stops with the signal's reason", async () => {
    const compressor = new SieveDocumentCompressor({ sieve, maxTokens: 30 });
    const controller = new AbortController();
    const promise = compressor.compressDocuments(harbourDocuments(), QUESTION, undefined, {
      signal: controller.signal,
    });
    controller.abort(new Error("the user left"));
    await expect(promise).rejects.toThrowError("the user left");
  });

  it("hands title and a reranker's score to the core, where templates and `scoreWeight` find them", async () => {
    const [cranes, pilots, canteen] = harbourDocuments() as [Document, Document, Document];
    cranes.metadata = { title: "Cranes", relevanceScore: 0.9 };
    pilots.metadata = { title: 7, score: 0.4 };
    canteen.metadata = { relevanceScore: "high" };
    const seen = new Map<string, unknown>();
    const template: SieveCompressorOptions["template"] = (document, text) => {
      seen.set(document.id as string, [document.title, document.score]);
      return `# ${document.title}\n${text}`;
    };
    const compressor = new SieveDocumentCompressor({ sieve, maxTokens: 60, template });
    const documents = await compressor.compressDocuments([cranes, pilots, canteen], QUESTION);
    expect(Object.fromEntries(seen)).toEqual({
      cranes: ["Cranes", 0.9],
      pilots: [undefined, 0.4],
      canteen: [undefined, undefined],
    });
    expect(documents.some(({ pageContent }) => pageContent.includes("#"))).toBe(false);
  });

  it("says which option is wrong when it is made", () => {
    expect(() => new SieveDocumentCompressor({ sieve } as never)).toThrowError(
      "Expected exactly one of `maxTokens`, `rate` and `threshold`, got none.",
    );
    expect(() => new SieveDocumentCompressor({ model: "", maxTokens: 3 })).toThrowError(InvalidOptionError);
  });
});
