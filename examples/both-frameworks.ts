// LangChain.js and LlamaIndex.TS in one process: one model, one cache; what one has read, the other knows.

import { readFile } from "node:fs/promises";
import { Document } from "@langchain/core/documents";
import { TextNode } from "@llamaindex/core/schema";
import { createSieve } from "contextsieve";
import { SieveDocumentCompressor } from "contextsieve/langchain";
import { SieveNodePostprocessor } from "contextsieve/llamaindex";

const sieve = await createSieve();
const text = await readFile(new URL("data/incident-log.txt", import.meta.url), "utf8");
const query = "How many parcels missed their collection?";

let started = performance.now();
const compressor = new SieveDocumentCompressor({ sieve, maxTokens: 80 });
const [document] = await compressor.compressDocuments([new Document({ pageContent: text })], query);
console.log(`LangChain (${(performance.now() - started).toFixed(0)} ms):\n${document?.pageContent}\n`);

started = performance.now();
const postprocessor = new SieveNodePostprocessor({ sieve, maxTokens: 80 });
const [scored] = await postprocessor.postprocessNodes([{ node: new TextNode({ text }) }], query);
console.log(`LlamaIndex (${(performance.now() - started).toFixed(0)} ms):\n${scored?.node.text}`);
