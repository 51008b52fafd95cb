// RAG over a folder with LlamaIndex.TS: one model retrieves and compresses, the prompt stays under a ceiling.

import { readFile } from "node:fs/promises";
import { SieveLlamaEmbedding, SieveNodePostprocessor } from "contextsieve/llamaindex";
import { Document, MetadataMode, SentenceSplitter, Settings, VectorStoreIndex } from "llamaindex";

Settings.embedModel = new SieveLlamaEmbedding();
Settings.nodeParser = new SentenceSplitter({ chunkSize: 256, chunkOverlap: 32 });

const files = ["handbook.md", "incident-log.txt", "meeting.txt", "api-docs.md"];
const documents = await Promise.all(
  files.map(async (file) => {
    const text = await readFile(new URL(`data/${file}`, import.meta.url), "utf8");
    return new Document({ id_: file, text, metadata: { file } });
  }),
);
const index = await VectorStoreIndex.fromDocuments(documents);

const query = "Why did the first rollback not help?";
const retrieved = await index.asRetriever({ similarityTopK: 8 }).retrieve({ query });
// In a query engine: index.asQueryEngine({ similarityTopK: 8, nodePostprocessors: [postprocessor] })
const postprocessor = new SieveNodePostprocessor({ maxTokens: 300 });
const nodes = await postprocessor.postprocessNodes(retrieved, query);

console.log(`${retrieved.length} nodes retrieved, ${nodes.length} kept, at most 300 tokens with their metadata:\n`);
console.log(nodes.map(({ node }) => node.getContent(MetadataMode.LLM)).join("\n\n"));
