import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PIVOT_THRESHOLD } from "../../src/core/document/protection.js";
import { createSieve, folderCache, type ScoreCache, type Sieve } from "../../src/core/index.js";
import { countTokens, SEPARATOR } from "./baselines.js";
import { DATA_FOLDER, loadQuestions, type QuestionCase } from "./data.js";
import { survives } from "./metrics.js";

const SHARES = [0.33, 0.5];
/** A score of which nothing is a pivot, in a text that a model with pivots has read. */
const FAINT = 1e-6;

/** A way to tell which words may not be left out: the pivots as the library gets them, by those of the model. */
interface Variant {
  name: string;
  pivotOf(score: number): number;
}

const THRESHOLDS = [0.2, 0.3, 0.5, 0.7];
const VARIANTS: readonly Variant[] = [
  // As a model without pivots: all lists.
  { name: "all lists, no head", pivotOf: () => 0 },
  { name: "short list, no head", pivotOf: () => FAINT },
  ...THRESHOLDS.map((threshold) => ({
    name: `short list, head from ${threshold} on`,
    pivotOf: (score: number) => Math.max(FAINT, Math.min(1, (score * PIVOT_THRESHOLD) / threshold)),
  })),
];

/** A recorded flip: the output is false where it holds all of one and none of the other. */
interface FlipCheck {
  input: string | { text: string }[];
  query: string | null;
  rate: number;
  flip_if_all: string[];
  unless_any: string[];
}

interface VariantResult {
  name: string;
  /** Share of the questions of `ten-domains.dev` whose answer survives without the question, by share of the tokens. */
  survival: Record<string, number>;
  /** Outputs of `flips.dev` that say what their source does not, and those that are empty. */
  flips: number;
  empty: number;
  /** Share of the words that are protected or pivots: what a sentence that is kept whole must keep. */
  staying: number;
}

/**
 * What the model's pivots cost in answers and save in flips, beside lists of words alone:
 * `npx tsx bench/quality/pivots.ts [--limit 240] [--cache DIR]` prints a table and writes bench/results/pivot-cost.json.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { limit: { type: "string", default: "240" }, cache: { type: "string", default: "build/quality-cache" } },
  });
  const { cases } = loadQuestions("ten-domains.dev", Number(values.limit));
  const checks = readFileSync(join(DATA_FOLDER, "meaning/flips.dev.jsonl"), "utf8")
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as FlipCheck]));
  const scores = folderCache(values.cache);
  const variants: VariantResult[] = [];
  for (const variant of VARIANTS) {
    const sieve = await createSieve({ cache: retold(scores, variant) });
    const { flips, empty } = await countFlips(sieve, checks);
    const survival = await measureSurvival(sieve, cases);
    variants.push({ name: variant.name, survival, flips, empty, staying: await shareOfStaying(sieve, cases, variant) });
    await sieve.dispose();
  }
  const result = {
    command: "npx tsx bench/quality/pivots.ts",
    questions: cases.length,
    checks: checks.length,
    variants,
  };
  writeFileSync("bench/results/pivot-cost.json", `${JSON.stringify(result, null, 1)}\n`);
  console.log(tableOf(variants));
}

/** A cache that tells the pivots of a variant. What is not in it yet is stored as the model says it, and told so too. */
function retold(scores: ScoreCache, { pivotOf }: Variant): ScoreCache {
  return {
    async get(key) {
      const entry = await scores.get(key);
      return entry && { ...entry, pivot: entry.pivot.map(pivotOf) };
    },
    async set(key, entry) {
      await scores.set(key, entry);
      entry.pivot.set(entry.pivot.map(pivotOf));
    },
  };
}

async function countFlips(sieve: Sieve, checks: readonly FlipCheck[]): Promise<{ flips: number; empty: number }> {
  let flips = 0;
  let empty = 0;
  for (const { input, query, rate, flip_if_all, unless_any } of checks) {
    const documents = typeof input === "string" ? [input] : input;
    const { text } = await sieve.compress({ documents, rate, ...(query ? { query } : {}) });
    if (text === "") empty += 1;
    if (flip_if_all.every((part) => text.includes(part)) && !unless_any.some((part) => text.includes(part))) flips += 1;
  }
  return { flips, empty };
}

async function measureSurvival(sieve: Sieve, cases: readonly QuestionCase[]): Promise<Record<string, number>> {
  const survival: Record<string, number> = {};
  for (const share of SHARES) {
    let survived = 0;
    for (const { documents, answers } of cases) {
      const maxTokens = Math.floor(share * countTokens(documents.join(SEPARATOR)));
      const { text } = await sieve.compress({ documents, maxTokens });
      if (survives(text, answers)) survived += 1;
    }
    survival[share] = Number((survived / cases.length).toFixed(3));
  }
  return survival;
}

/** Questions whose documents' words are counted. */
const COUNTED_CASES = 20;

async function shareOfStaying(sieve: Sieve, cases: readonly QuestionCase[], variant: Variant): Promise<number> {
  let words = 0;
  let staying = 0;
  for (const { documents } of cases.slice(0, COUNTED_CASES)) {
    const result = await sieve.compress({ documents, rate: 1, explain: true });
    for (const word of result.documents.flatMap((document) => document.words ?? [])) {
      words += 1;
      if (word.protected || (variant.pivotOf(FAINT) > 0 && word.pivot >= PIVOT_THRESHOLD)) staying += 1;
    }
  }
  return Number((staying / words).toFixed(3));
}

function tableOf(variants: readonly VariantResult[]): string {
  const head = ["", "words that stay", ...SHARES.map((share) => `answers at ${share}`), "flips", "empty"];
  const rows = variants.map(({ name, staying, survival, flips, empty }) => [
    name,
    staying.toFixed(3),
    ...SHARES.map((share) => (survival[share] as number).toFixed(3)),
    flips,
    empty,
  ]);
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

await main();
