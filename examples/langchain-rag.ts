// RAG over a folder with LangChain: one encoder finds the passages and sieves them into 160 tokens.
import { readdir, readFile } from "node:fs/promises";
import { ContextualCompressionRetriever } from "@langchain/classic/retrievers/contextual_compression";
import { MemoryVectorStore } from "@langchain/classic/vectorstores/memory";
import { Document } from "@langchain/core/documents";
import { RecursiveCharacterTextSplitter } from "@langchain/textsplitters";
import { SieveDocumentCompressor, SieveEmbeddings } from "contextsieve/langchain";

const folder = new URL("data/", import.meta.url);
const files = (await readdir(folder)).filter((file) => !file.endsWith(".json"));
const read = async (source: string) =>
  new Document({ pageContent: await readFile(new URL(source, folder), "utf8"), metadata: { source } });

const splitter = new RecursiveCharacterTextSplitter({ chunkSize: 1200, chunkOverlap: 100 });
const chunks = await splitter.splitDocuments(await Promise.all(files.map(read)));
const store = await MemoryVectorStore.fromDocuments(chunks, new SieveEmbeddings());
const retriever = new ContextualCompressionRetriever({
  baseRetriever: store.asRetriever(8),
  baseCompressor: new SieveDocumentCompressor({ maxTokens: 160 }),
});

for (const question of ["Why did the first rollback not help?", "How old may a webhook signature be?"]) {
  console.log(`\n# ${question}`);
  for (const { metadata, pageContent } of await retriever.invoke(question)) {
    const { tokens, originalTokens } = metadata.contextsieve;
    console.log(`\n[${metadata.source}: ${tokens} of ${originalTokens} tokens] ${pageContent}`);
  }
}
