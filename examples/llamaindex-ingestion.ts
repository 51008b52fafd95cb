// Index once, ask many times: the pipeline encodes each node, so that questions cost milliseconds.

import { readFile } from "node:fs/promises";
import { createSieve } from "contextsieve";
import { SieveNodePostprocessor, SieveTransform } from "contextsieve/llamaindex";
import { Document, IngestionPipeline, MetadataMode, SentenceSplitter } from "llamaindex";

const sieve = await createSieve();
const text = await readFile(new URL("data/handbook.md", import.meta.url), "utf8");
const pipeline = new IngestionPipeline({
  transformations: [new SentenceSplitter({ chunkSize: 256 }), new SieveTransform({ sieve })],
});

const cold = performance.now();
const nodes = await pipeline.run({ documents: [new Document({ text })] });
console.log(`index: ${nodes.length} nodes encoded in ${(performance.now() - cold).toFixed(0)} ms`);

const postprocessor = new SieveNodePostprocessor({ sieve, maxTokens: 60 });
for (const question of ["How much is a week as primary on call paid?", "How long are database backups kept?"]) {
  const warm = performance.now();
  const kept = await postprocessor.postprocessNodes(
    nodes.map((node) => ({ node })),
    question,
  );
  console.log(`\n${question} (${(performance.now() - warm).toFixed(0)} ms)`);
  for (const { node } of kept) console.log(`- ${node.getContent(MetadataMode.LLM)}`);
}
