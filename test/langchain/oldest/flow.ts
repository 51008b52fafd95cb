// Runs the adapters in a process whose @langchain/core is the oldest of the peer range, and prints what came out.
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { BaseRetriever } from "@langchain/core/retrievers";
import { BaseDocumentCompressor } from "@langchain/core/retrievers/document_compressors";
import { RunnableLambda, RunnableSequence } from "@langchain/core/runnables";
import { InMemoryStore } from "@langchain/core/stores";
import { createSieve } from "../../../src/core/index.js";
import {
  SieveDocumentCompressor,
  SieveEmbeddings,
  SieveRunnable,
  SieveStore,
  sieveMessages,
  sieveMiddleware,
} from "../../../src/langchain/index.js";
import { harbourDocuments, QUESTION } from "../texts.js";
import { TraceCollector } from "../trace.js";

/** A retriever that compresses as LangChain's own do: with a child of its run. */
class Retriever extends BaseRetriever {
  lc_namespace = ["test"];
  constructor(readonly compressor: BaseDocumentCompressor) {
    super();
  }
  override async _getRelevantDocuments(query: string, ...[runManager]: never[]) {
    const manager = runManager as unknown as { getChild(): [] } | undefined;
    return (await this.compressor.compressDocuments(harbourDocuments(), query, manager?.getChild())) as never;
  }
}

const cache = new SieveStore(new InMemoryStore<Uint8Array>());
const sieve = await createSieve({ cache });
const vectors = await new SieveEmbeddings({ sieve }).embedDocuments(harbourDocuments().map((each) => each.pageContent));
const compressor = new SieveDocumentCompressor({ sieve, maxTokens: 40 });
const tracer = new TraceCollector();
const documents = await new Retriever(compressor).invoke(QUESTION, { callbacks: [tracer] });
const chain = RunnableSequence.from([
  RunnableLambda.from((query: string) => ({ query, documents: harbourDocuments() })),
  new SieveRunnable({ sieve, maxTokens: 40, output: "text" }),
]);
const text = await chain.invoke(QUESTION, { callbacks: [tracer] });
const talk = [
  new HumanMessage(harbourDocuments()[2]?.pageContent as string),
  new AIMessage("Noted."),
  new HumanMessage(QUESTION),
];
const kept = await sieveMessages({ sieve, maxTokens: 50, keepLast: 1 }).invoke(talk);
const long = harbourDocuments()
  .map(({ pageContent }) => pageContent)
  .join("\n\n");
const result = await sieveMiddleware({ sieve, toolResults: { maxTokens: 40 }, readOriginal: true }).wrapToolCall?.(
  { state: { messages: [new HumanMessage(QUESTION)] }, runtime: { configurable: { thread_id: "t" } } },
  () => new ToolMessage({ tool_call_id: "c", name: "read", content: long }),
);

console.log(
  JSON.stringify({
    core: import.meta.resolve("@langchain/core/documents"),
    isCompressor: compressor instanceof BaseDocumentCompressor,
    vectors: vectors.map((vector) => vector.length),
    first: documents[0],
    text,
    paths: tracer.paths(),
    kept: kept.map((message) => message.text),
    tool: result?.text,
  }),
);
await sieve.dispose();
