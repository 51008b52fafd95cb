import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createSieve, folderCache } from "../../src/core/index.js";
import { machineFacts, machineLine } from "../machine.js";
import { countTokens, SEPARATOR } from "./baselines.js";
import { hasData, loadQuestions, type SetName } from "./data.js";
import { gradeAnswer } from "./llm-grader.js";
import { normaliseAnswer, survives } from "./metrics.js";

/** One question, and which method each sheet shows. */
interface KeyRow {
  question: string;
  answers: string[];
  sheets: Record<Sheet, Method>;
  /** Whether the answer's string still stands in what each method kept. */
  stands: Record<Method, boolean>;
}

type Sheet = "a" | "b";
type Method = "llmlingua2-rules" | "contextsieve";

const SHEETS: readonly Sheet[] = ["a", "b"];
const METHODS: readonly Method[] = ["contextsieve", "llmlingua2-rules"];
/** So much of an answer in common (word F1), or all of it, is right. */
const RIGHT_F1 = 0.5;

/**
 * What a reader makes of texts that were cut without a question, by this package's method and by LLMLingua-2's rules on
 * the same weights.
 *
 * `npx tsx bench/quality/reading.ts write` writes two sheets of questions, each with the text that is kept; the methods take
 * turns, so that no reader sees a question twice. Readers, people or language models, that see nothing else write
 * `a.tsv` and `b.tsv` beside the sheets, a line a question: number, tab, answer. `... grade` writes the result file.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      folder: { type: "string", default: "build/reading" },
      set: { type: "string", default: "ten-domains.dev" },
      limit: { type: "string", default: "80" },
      share: { type: "string", default: "0.33" },
      cache: { type: "string", default: "build/quality-cache" },
      reader: { type: "string", default: "" },
      out: { type: "string", default: "bench/results/reading.json" },
    },
  });
  if (positionals[0] === "grade") {
    grade(values);
    return;
  }
  if (positionals[0] !== "write") throw new Error("Expected `write` or `grade`.");
  if (!hasData()) throw new Error("Expected the shared data (set CONTEXTSIEVE_DATA).");
  await write(values);
}

interface Options {
  folder: string;
  set: string;
  limit: string;
  share: string;
  cache: string;
  reader: string;
  out: string;
}

async function write({ folder, set, limit, share, cache }: Options): Promise<void> {
  const open = (method: "contextsieve" | "llmlingua2") => createSieve({ cache: folderCache(cache), method });
  const sieves = {
    contextsieve: await open("contextsieve"),
    "llmlingua2-rules": await open("llmlingua2"),
  };
  const rows: KeyRow[] = [];
  const sheets: Record<Sheet, string[]> = { a: [], b: [] };
  for (const [index, { question, answers, documents }] of loadQuestions(
    set as SetName,
    Number(limit),
  ).cases.entries()) {
    const maxTokens = Math.floor(Number(share) * countTokens(documents.join(SEPARATOR)));
    const kept = {} as Record<Method, string>;
    for (const method of METHODS) kept[method] = (await sieves[method].compress({ documents, maxTokens })).text;
    const isEven = index % 2 === 0;
    const shown: Record<Sheet, Method> = {
      a: isEven ? "contextsieve" : "llmlingua2-rules",
      b: isEven ? "llmlingua2-rules" : "contextsieve",
    };
    for (const sheet of SHEETS) sheets[sheet].push(`##### ${index}: ${question}\n\n${kept[shown[sheet]]}\n`);
    rows.push({
      question,
      answers: [...answers],
      sheets: shown,
      stands: {
        contextsieve: survives(kept.contextsieve, answers),
        "llmlingua2-rules": survives(kept["llmlingua2-rules"], answers),
      },
    });
  }
  for (const method of METHODS) await sieves[method].dispose();
  mkdirSync(folder, { recursive: true });
  for (const sheet of SHEETS) writeFileSync(join(folder, `${sheet}.txt`), sheets[sheet].join("\n"));
  writeFileSync(join(folder, "key.json"), JSON.stringify({ set, share: Number(share), rows }));
  console.log(`${rows.length} questions in ${join(folder, "{a,b}.txt")}`);
}

function grade({ folder, reader, out }: Options): void {
  const { set, share, rows } = JSON.parse(readFileSync(join(folder, "key.json"), "utf8")) as {
    set: string;
    share: number;
    rows: KeyRow[];
  };
  const given = { a: readSheet(join(folder, "a.tsv")), b: readSheet(join(folder, "b.tsv")) };
  const right = { contextsieve: 0, "llmlingua2-rules": 0 };
  const stands = { contextsieve: 0, "llmlingua2-rules": 0 };
  for (const [index, { question, answers, sheets, stands: own }] of rows.entries()) {
    for (const sheet of SHEETS) {
      const answer = given[sheet].get(index);
      if (answer === undefined)
        throw new Error(`Expected an answer to question ${index} (${question}) on sheet ${sheet}.`);
      if (isRight(answer, answers)) right[sheets[sheet]] += 1;
    }
    for (const method of METHODS) if (own[method]) stands[method] += 1;
  }
  const result = { set, share, questions: rows.length, reader, right, stands, machine: machineLine(machineFacts()) };
  writeFileSync(out, `${JSON.stringify(result, undefined, 1)}\n`);
  console.log(JSON.stringify({ right, stands }));
}

function readSheet(path: string): Map<number, string> {
  const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
  return new Map(lines.map((line) => [Number(line.slice(0, line.indexOf("\t"))), line.slice(line.indexOf("\t") + 1)]));
}

/** Whether an answer holds one of the right ones, or has most of its words in common with it. */
function isRight(given: string, answers: readonly string[]): boolean {
  if (normaliseAnswer(given) === "unknown") return false;
  return survives(given, answers) || gradeAnswer(given, answers).f1 >= RIGHT_F1;
}

await main();
