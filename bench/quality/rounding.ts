// What packing cached scores changes: the same questions with scores as the model gave them and as caches keep them.
// `npx tsx bench/quality/rounding.ts`: 50 questions of each of four sets; writes bench/results/rounding.json and .md.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { roundScores } from "../../src/core/cache/packed.js";
import { compress } from "../../src/core/compress.js";
import { analyzeDocument } from "../../src/core/document/analyze.js";
import { assignReaders } from "../../src/core/document/assign-readers.js";
import { encodeByReaders, unreadText } from "../../src/core/document/encode-by-readers.js";
import type { DocumentReader, ReaderInput } from "../../src/core/document/reader.js";
import type { AnalyzedDocument } from "../../src/core/document/types.js";
import type { CompressResult } from "../../src/core/index.js";
import { leaseEncoder } from "../../src/core/model/encoder-pool.js";
import { bundledModel } from "../../src/core/model/load/find-model.js";
import { checkRequest } from "../../src/core/options/compress-options.js";
import { runSliced } from "../../src/core/runtime/event-loop.js";
import { segmentText } from "../../src/core/text/segment.js";
import { ROOT } from "../machine.js";
import { countTokens, SEPARATOR } from "./baselines.js";
import { loadQuestions, type SetName } from "./data.js";
import { survives } from "./metrics.js";

/** What the same questions give with exact scores and with rounded ones. */
interface Agreement {
  set: string;
  /** Share of the tokens that is kept. */
  share: number;
  questions: number;
  /** Questions whose compressed text is the same to the letter. */
  sameText: number;
  /** Questions whose answer is still there: with exact scores, with rounded ones, and those that changed either way. */
  survivedExact: number;
  survivedRounded: number;
  survivalChanged: number;
  words: number;
  /** Words whose P(keep) is on another side of 0.5. */
  flips: number;
  /** Words that are kept with one and not with the other. */
  fatesChanged: number;
}

const { values } = parseArgs({
  options: {
    sets: { type: "string", default: "nq,squad2,ten-domains.dev,hotpotqa.dev" },
    limit: { type: "string", default: "50" },
    shares: { type: "string", default: "0.1,0.2" },
    out: { type: "string", default: join(ROOT, "bench/results") },
  },
});

const { encoder, release } = await leaseEncoder({ folder: await bundledModel(), device: "cpu" });
const pair = { first: encoder };
/** Each text as the model scores it, and as a cache gives its scores back. */
const known = new Map<string, Promise<{ exact: AnalyzedDocument; rounded: AnalyzedDocument }>>();

async function readBoth({ text, hint, form }: ReaderInput) {
  const segments = await segmentText(text, hint, form);
  const readers = await assignReaders({ text, ...segments }, pair);
  const isRead = readers.encoders.size > 0;
  const scores = isRead
    ? await encodeByReaders({ text, ...segments }, readers, new AbortController().signal)
    : unreadText(segments, encoder.dimension);
  const analyze = (own: typeof scores) => runSliced(analyzeDocument({ text, ...segments, ...own }, readers.readBy));
  const exact = await analyze(scores);
  // An analysis holds vectors in steps: steps of one that are no whole numbers are the vectors themselves.
  const vectors = { steps: scores.vectors as unknown as Int8Array, exponents: new Int8Array(exact.sentences.length) };
  return { exact: { ...exact, vectors }, rounded: await analyze(roundScores(scores)) };
}

function readerOf(kind: "exact" | "rounded"): Pick<DocumentReader, "read"> {
  return {
    async read(inputs) {
      const documents = inputs.map(async (input) => {
        const both = known.get(input.text) ?? readBoth(input);
        known.set(input.text, both);
        return (await both)[kind];
      });
      return { documents: await Promise.all(documents), cacheHits: 0, cacheMisses: inputs.length };
    },
  };
}

const readers = [readerOf("exact"), readerOf("rounded")];
const agreements: Agreement[] = [];
for (const set of values.sets.split(",") as SetName[]) {
  known.clear();
  const { cases } = loadQuestions(set, Number(values.limit));
  for (const share of values.shares.split(",").map(Number)) {
    const agreement: Agreement = {
      ...{ set, share, questions: cases.length, sameText: 0 },
      ...{ survivedExact: 0, survivedRounded: 0, survivalChanged: 0, words: 0, flips: 0, fatesChanged: 0 },
    };
    for (const { documents, question: query, answers } of cases) {
      const maxTokens = Math.floor(share * countTokens(documents.join(SEPARATOR)));
      const request = checkRequest({ documents, query, maxTokens, explain: true });
      const [exact, rounded] = (await Promise.all(readers.map((reader) => compress(request, pair, reader)))) as [
        CompressResult,
        CompressResult,
      ];
      const [before, after] = [survives(exact.text, answers), survives(rounded.text, answers)];
      if (exact.text === rounded.text) agreement.sameText += 1;
      if (before) agreement.survivedExact += 1;
      if (after) agreement.survivedRounded += 1;
      if (before !== after) agreement.survivalChanged += 1;
      compareWords(agreement, exact, rounded);
    }
    console.log(JSON.stringify(agreement));
    agreements.push(agreement);
  }
}
await release();
mkdirSync(values.out, { recursive: true });
writeFileSync(join(values.out, "rounding.json"), `${JSON.stringify(agreements, null, 1)}\n`);
writeFileSync(join(values.out, "rounding.md"), reportOf(agreements));

function compareWords(agreement: Agreement, exact: CompressResult, rounded: CompressResult): void {
  for (const { index, words = [] } of exact.documents) {
    const beside = rounded.documents.find((document) => document.index === index)?.words;
    if (!beside) {
      agreement.fatesChanged += words.filter(({ kept }) => kept).length;
      continue;
    }
    for (const [place, word] of words.entries()) {
      const other = beside[place] as typeof word;
      agreement.words += 1;
      if (word.keep >= 0.5 !== other.keep >= 0.5) agreement.flips += 1;
      if (word.kept !== other.kept) agreement.fatesChanged += 1;
    }
  }
}

function reportOf(rows: readonly Agreement[]): string {
  const lines = [
    "# Scores in 8 bits",
    "",
    "Written by `npx tsx bench/quality/rounding.ts`. The same questions with scores as the model gave them and in 8 bits, as",
    "caches keep them and as every call uses them.",
    "",
    "| set | share | questions | same text | answers: exact / 8 bits / changed | words on another side of 0.5 | words kept by one only |",
    "|---|---:|---:|---:|---:|---:|---:|",
  ];
  for (const row of rows) {
    const survived = `${row.survivedExact} / ${row.survivedRounded} / ${row.survivalChanged}`;
    const words = `${row.flips} of ${row.words}`;
    lines.push(
      `| ${row.set} | ${row.share} | ${row.questions} | ${row.sameText} | ${survived} | ${words} | ${row.fatesChanged} |`,
    );
  }
  return `${lines.join("\n")}\n`;
}
