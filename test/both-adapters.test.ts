import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Document } from "@langchain/core/documents";
import { TextNode } from "llamaindex";
import { expect, test } from "vitest";
import { createSieve, memoryCache, type Sieve } from "../src/core/index.js";
import { SieveDocumentCompressor, SieveEmbeddings } from "../src/langchain/index.js";
import { SieveLlamaEmbedding, SieveNodePostprocessor, SieveTransform } from "../src/llamaindex/index.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const QUESTION = "How much is a week as primary on call paid?";

/** Paragraphs of a file that other tests do not read, so that the process's cache does not know them. */
function paragraphs(): string[] {
  const text = readFileSync(new URL("../examples/data/api-docs.md", import.meta.url), "utf8");
  return text.split("\n\n").filter((paragraph) => paragraph.length > 40);
}

/** A sieve that tells of each call how many documents took an encoder pass. */
async function watchedSieve(): Promise<{ sieve: Sieve; misses: number[] }> {
  const real = await createSieve({ cache: memoryCache() });
  const misses: number[] = [];
  const sieve: Sieve = {
    ...real,
    async compress(options) {
      const result = await real.compress(options);
      misses.push(result.timings.cacheMisses);
      return result;
    },
  };
  return { sieve, misses };
}

test("A document encoded through LangChain is a cache hit through LlamaIndex.", async () => {
  const { sieve, misses } = await watchedSieve();
  const texts = paragraphs();
  await new SieveEmbeddings({ sieve }).embedDocuments(texts);
  const nodes = texts.map((text) => ({ node: new TextNode({ text }) }));
  await new SieveNodePostprocessor({ sieve, maxTokens: 200 }).postprocessNodes(nodes, QUESTION);
  expect(misses).toEqual([0]);
});

test("And the other way round.", async () => {
  const { sieve, misses } = await watchedSieve();
  const texts = paragraphs();
  await new SieveTransform({ sieve })(texts.map((text) => new TextNode({ text })));
  const documents = texts.map((pageContent) => new Document({ pageContent }));
  await new SieveDocumentCompressor({ sieve, maxTokens: 200 }).compressDocuments(documents, QUESTION);
  expect(misses).toEqual([0]);
});

test("Both keep the same text of the same documents, and embed alike.", async () => {
  const sieve = await createSieve();
  const texts = paragraphs();
  const nodes = await new SieveNodePostprocessor({
    sieve,
    maxTokens: 200,
    template: (_, text) => text,
  }).postprocessNodes(
    texts.map((text) => ({ node: new TextNode({ text }) })),
    QUESTION,
  );
  const documents = await new SieveDocumentCompressor({ sieve, maxTokens: 200 }).compressDocuments(
    texts.map((pageContent) => new Document({ pageContent })),
    QUESTION,
  );
  expect(nodes.map(({ node }) => (node as TextNode).text)).toEqual(documents.map(({ pageContent }) => pageContent));
  expect(nodes.map(({ node }) => node.metadata.contextsieve)).toEqual(
    documents.map(({ metadata }) => metadata.contextsieve),
  );
  const [text] = texts as [string];
  expect(await new SieveEmbeddings({ sieve }).embedDocuments([text])).toEqual([
    await new SieveLlamaEmbedding({ sieve }).getTextEmbedding(text),
  ]);
  await sieve.dispose();
});

test("Adapters made from options start one worker and load the model once, used one after another or at once.", async () => {
  // A process of its own, where nothing is open yet. Both adapters are used before the count is taken.
  const script = `(async () => {
    const { readFileSync, promises: fs } = require("node:fs");
    const { syncBuiltinESMExports } = require("node:module");
    const threads = require("node:worker_threads");
    const counts = { workers: 0, reads: 0 };
    const RealWorker = threads.Worker;
    threads.Worker = class extends RealWorker {
      constructor(...parameters) { super(...parameters); counts.workers += 1; }
    };
    const realRead = fs.readFile;
    fs.readFile = (file, ...rest) => {
      if (String(file).endsWith("tokenizer.json")) counts.reads += 1;
      return realRead(file, ...rest);
    };
    syncBuiltinESMExports();
    const { SieveDocumentCompressor, SieveEmbeddings } = await import("./src/langchain/index.ts");
    const { SieveNodePostprocessor, SieveLlamaEmbedding } = await import("./src/llamaindex/index.ts");
    const { createSieve } = await import("./src/index.ts");
    const { Document } = await import("@langchain/core/documents");
    const { TextNode } = await import("@llamaindex/core/schema");
    const text = readFileSync("examples/data/meeting.txt", "utf8");
    const question = "Who was in the room?";
    const postprocessor = new SieveNodePostprocessor({ maxTokens: 50 });
    const compressor = new SieveDocumentCompressor({ maxTokens: 50 });
    await Promise.all([
      postprocessor.postprocessNodes([{ node: new TextNode({ text }) }], question),
      compressor.compressDocuments([new Document({ pageContent: text })], question),
    ]);
    await new SieveEmbeddings().embedQuery(question);
    await new SieveLlamaEmbedding().getTextEmbedding(question);
    const sieve = await createSieve();
    const { timings } = await sieve.compress({ documents: [text], maxTokens: 50 });
    console.log(JSON.stringify({ ...counts, cacheMisses: timings.cacheMisses }));
  })()`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", "--eval", script], { cwd: root });
  const { workers, reads, cacheMisses } = JSON.parse(stdout.trim().split("\n").at(-1) as string);
  expect({ workers, reads, cacheMisses }).toEqual({ workers: 1, reads: 1, cacheMisses: 0 });
});
