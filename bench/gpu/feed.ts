// How fast one process prepares texts for an encoder and takes its answers apart: what a device can be fed at the most.
// `npx tsx bench/gpu/feed.ts`. The encoder is one that answers at once, with zeros. Writes bench/results/feed.json and feed.md.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createSieve, type EncoderBackend } from "../../src/core/index.js";
import { bundledModel } from "../../src/core/model/load/find-model.js";
import { loadFolder } from "../../src/core/model/load/load-folder.js";
import { createPieceTokenizer } from "../../src/core/model/piece-tokenizer.js";
import { segmentText } from "../../src/core/text/segment.js";
import { makeDocuments } from "../latency/corpus.js";
import { median } from "../latency/statistics.js";
import { machineFacts, machineLine, ROOT } from "../machine.js";

const DOCUMENTS = 300;
const TOKENS = 1000;
const ROUNDS = 5;
/** As a GPU would take them. */
const BATCH = { maxBatchRows: 64, maxBatchTokens: 16_384, concurrency: 4 };

const model = await loadFolder(await bundledModel(), undefined, false);
const { manifest } = model;
const labels = manifest.outputs.labels.length;
const dimension = manifest.outputs.dimension ?? 0;
let pieces = 0;
const backend: EncoderBackend = {
  capabilities: BATCH,
  run: async ({ rows, length, lengths, spans }) => {
    for (const own of lengths) pieces += own;
    return {
      logits: new Float32Array(rows * length * labels),
      labels,
      sums: new Float32Array(((spans?.length ?? 0) / 3) * dimension),
      dimension,
    };
  },
  dispose: async () => undefined,
};

const rates = { whole: [] as number[], segment: [] as number[], tokenize: [] as number[] };
for (let round = 0; round < ROUNDS; round += 1) {
  const texts = makeDocuments(DOCUMENTS, TOKENS, round + 1);
  const sieve = await createSieve({ backend: () => backend, cache: false });
  pieces = 0;
  const whole = await secondsOf(() => sieve.encode(texts));
  rates.whole.push(pieces / whole);
  await sieve.dispose();
  const segmented: Awaited<ReturnType<typeof segmentText>>[] = [];
  const segment = await secondsOf(async () => {
    for (const text of texts) segmented.push(await segmentText(text, undefined, "same"));
  });
  rates.segment.push(pieces / segment);
  const tokenizer = createPieceTokenizer(model);
  const tokenize = await secondsOf(async () => {
    for (const [index, { words }] of segmented.entries()) tokenizer.pieces(texts[index] as string, words);
  });
  rates.tokenize.push(pieces / tokenize);
}

const result = Object.fromEntries(Object.entries(rates).map(([step, own]) => [step, Math.round(median(own))]));
const facts = machineFacts();
writeFileSync(
  join(ROOT, "bench/results/feed.json"),
  `${JSON.stringify({ machine: facts, documents: DOCUMENTS, tokens: TOKENS, rounds: ROUNDS, tokensPerSecond: result }, undefined, 2)}\n`,
);
writeFileSync(join(ROOT, "bench/results/feed.md"), page());

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function page(): string {
  const row = (name: string, step: string) => `| ${name} | ${Math.round((result[step] as number) / 1000)} k |`;
  return `# What one process can feed

<!-- Written by \`npx tsx bench/gpu/feed.ts\`. -->

${machineLine(facts)}

Pieces a second that one main thread prepares for an encoder which answers at once: ${DOCUMENTS} new texts of ${TOKENS}
tokens, the median of ${ROUNDS} rounds.

| step | pieces a second |
|---|---:|
${row("all of it: cut, tokenize, window, take the answers apart, analyse", "whole")}
${row("cutting words and sentences alone", "segment")}
${row("tokenizing alone", "tokenize")}
`;
}
