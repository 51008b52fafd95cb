import { parseArgs } from "node:util";
import { createSieve, folderCache, type Sieve } from "../../src/core/index.js";
import {
  bm25Documents,
  bm25Sentences,
  countTokens,
  fillSentences,
  pieces,
  randomScores,
  SEPARATOR,
  truncate,
} from "./baselines.js";
import { hasData, loadQuestions, type QuestionCase, SET_NAMES, type SetName } from "./data.js";
import { countMustKeep, type MustKeep, survives, wordRecall } from "./metrics.js";
import { measureStructured, printStructured, sharedStructuredSet } from "./structured/measure-structured.js";

/** Shares of the candidates' o200k tokens. */
const SHARES = [0.05, 0.1, 0.2, 0.3, 0.5];

type Scores = Map<string, Map<number, number[]>>;

/** The set of texts that are no prose: it has figures of its own. */
const STRUCTURED = "structured";

/**
 * `npm run check:quality`: answer survival at fixed shares of the tokens, ours with and without the
 * question, beside truncation, BM25 over documents and sentences, and whole sentences by this model's and
 * another model's cosine; and what kept sentences lost of negations, numbers and identifiers. A proxy: the
 * answer string is still contiguous in what is kept; no language model is asked.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sets: {
        type: "string",
        default: `nq,squad2,ten-domains.dev,hotpotqa.dev,hotpotqa2.dev,musique2.dev,2wiki.dev,${STRUCTURED}`,
      },
      limit: { type: "string", default: "400" },
      shares: { type: "string", default: SHARES.join(",") },
      model: { type: "string" },
      base: { type: "string" },
      cache: { type: "string", default: "build/quality-cache" },
      lean: { type: "boolean", default: false },
    },
  });
  if (!hasData()) {
    console.log("check:quality needs the shared data (set CONTEXTSIEVE_DATA); skipped.");
    return;
  }
  const cache = folderCache(values.cache);
  const sieve = await createSieve({ cache, ...(values.model === undefined ? {} : { model: values.model }) });
  const base = values.base === undefined ? undefined : await createSieve({ cache, model: values.base });
  const shares = values.shares.split(",").map(Number);
  console.log(
    `model ${sieve.info.model} ${sieve.info.version} (${sieve.info.dtype}); share of questions whose answer survives`,
  );
  for (const name of values.sets.split(",")) {
    if (name === STRUCTURED) {
      const cases = sharedStructuredSet().slice(0, Number(values.limit));
      console.log(`\n${STRUCTURED}\n${printStructured(await measureStructured(sieve, cases))}`);
      continue;
    }
    if (!SET_NAMES.includes(name as SetName))
      throw new Error(`Expected --sets among ${SET_NAMES.join(", ")}, ${STRUCTURED}, got ${name}.`);
    await checkSet(sieve, base, name as SetName, Number(values.limit), shares, values.lean);
  }
  await Promise.all([sieve.dispose(), base?.dispose()]);
}

async function checkSet(
  sieve: Sieve,
  base: Sieve | undefined,
  name: SetName,
  limit: number,
  shares: readonly number[],
  lean: boolean,
): Promise<void> {
  const { cases } = loadQuestions(name, limit);
  const scores: Scores = new Map();
  const losses: Record<MustKeep, { found: number; lost: number }> = {
    negations: { found: 0, lost: 0 },
    numbers: { found: 0, lost: 0 },
    identifiers: { found: 0, lost: 0 },
  };
  const fills: number[] = [];
  for (const [index, current] of cases.entries()) {
    const total = countTokens(current.documents.join(SEPARATOR));
    for (const share of shares) {
      const ceiling = Math.max(1, Math.floor(share * total));
      const add = (system: string, value: number) => {
        const row = scores.get(system) ?? new Map<number, number[]>();
        scores.set(system, row);
        row.set(share, [...(row.get(share) ?? []), value]);
      };
      for (const query of [current.question, undefined]) {
        const result = await sieve.compress({
          documents: current.documents,
          maxTokens: ceiling,
          ...(query === undefined ? {} : { query }),
        });
        add(query === undefined ? "ours, no question" : "ours", judge(current, result.text, spansOf(result, current)));
        fills.push(result.tokens / ceiling);
        for (const document of result.documents) {
          const counts = countMustKeep(current.documents[document.index] as string, document.spans);
          for (const kind of Object.keys(losses) as MustKeep[]) {
            losses[kind].found += counts[kind].found;
            losses[kind].lost += counts[kind].lost;
          }
        }
      }
      if (lean || current.answers.length === 0 || name === "qmsum-train") continue;
      const candidates = pieces(current.documents);
      const judgeText = (text: string) => judge(current, text);
      add("truncation", judgeText(truncate(current.documents, ceiling)));
      add("BM25 documents", judgeText(bm25Documents(current.question, current.documents, ceiling)));
      add("BM25 sentences", judgeText(fillSentences(candidates, bm25Sentences(current.question, candidates), ceiling)));
      add("random sentences", judgeText(fillSentences(candidates, randomScores(candidates.length, index), ceiling)));
      add("own sentences by cosine", judgeText(fillSentences(candidates, await cosines(sieve, current), ceiling)));
      add("own sentences by keep mass", judgeText(fillSentences(candidates, await masses(sieve, current), ceiling)));
      if (base)
        add("base sentences by cosine", judgeText(fillSentences(candidates, await cosines(base, current), ceiling)));
    }
  }
  print(name, cases.length, scores, shares, losses, fills);
}

function judge(
  current: QuestionCase,
  text: string,
  spans: readonly (readonly (readonly [number, number])[])[] = [],
): number {
  if (spans.length > 0 && current.answers.every((answer) => answer.length > 120))
    return wordRecall(current.documents, spans, current.gold);
  return survives(text, current.answers) ? 1 : 0;
}

function spansOf(result: Awaited<ReturnType<Sieve["compress"]>>, current: QuestionCase) {
  const byIndex = new Map(result.documents.map(({ index, spans }) => [index, spans]));
  return current.documents.map((_, index) => byIndex.get(index) ?? []);
}

/** Relevance of each sentence, in the order of `pieces`: read off the words of an uncut result. */
async function cosines(sieve: Sieve, { documents, question }: QuestionCase): Promise<number[]> {
  return sentenceMeans(sieve, documents, question, ({ relevance }) => relevance);
}

async function masses(sieve: Sieve, { documents }: QuestionCase): Promise<number[]> {
  return sentenceMeans(sieve, documents, undefined, ({ keep, core }) => (keep + core) / 2);
}

async function sentenceMeans(
  sieve: Sieve,
  documents: readonly string[],
  query: string | undefined,
  read: (word: { keep: number; core: number; relevance: number }) => number,
): Promise<number[]> {
  const result = await sieve.compress({ documents, rate: 1, explain: true, ...(query === undefined ? {} : { query }) });
  const { splitWords } = await import("../../src/core/text/words.js");
  const { splitSentences } = await import("../../src/core/text/sentences.js");
  return documents.flatMap((text, index) =>
    splitSentences(text, splitWords(text)).map(({ firstWord, endWord }) => {
      const words = result.documents[index]?.words?.slice(firstWord, endWord) ?? [];
      return words.reduce((sum, word) => sum + read(word), 0) / Math.max(1, words.length);
    }),
  );
}

function print(
  name: string,
  count: number,
  scores: Scores,
  shares: readonly number[],
  losses: Record<MustKeep, { found: number; lost: number }>,
  fills: readonly number[],
): void {
  console.log(
    `\n${name} (${count} questions)`.padEnd(34) + shares.map((share) => `${100 * share}%`.padStart(8)).join(""),
  );
  for (const [system, row] of scores) {
    const cells = shares.map((share) => {
      const values = row.get(share) ?? [];
      return (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3).padStart(8);
    });
    console.log(system.padEnd(33) + cells.join(""));
  }
  const parts = Object.entries(losses).map(([kind, { found, lost }]) => `${kind} ${lost} of ${found}`);
  const fill = fills.reduce((sum, value) => sum + value, 0) / fills.length;
  console.log(
    `lost in kept sentences: ${parts.join(", ")}; ceiling used ${(100 * fill).toFixed(1)}%, most ${(100 * Math.max(...fills)).toFixed(1)}%`,
  );
}

await main();
