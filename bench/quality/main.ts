/**
 * Measures what survives: this package's variants beside every peer that runs here. Writes a .json and a .md file
 * beside each other. With --quick, small sets and no slow peer; ends with status 1 where an own figure fell against
 * the committed results by more than its interval.
 *
 *     npx tsx bench/quality/main.ts [--quick] [--out FILE] [--committed FILE] [--system NAME]... [--set NAME]...
 *                                   [--limit N] [--part answers|times]... [--merge] [--model DIR] [--llm URL --llm-model NAME [--llm-share S] [--llm-questions N]]
 *
 * Times need a quiet machine, answers do not: --part takes one of them, --merge puts it into the results that are
 * there. The key of the language model is taken from LLM_API_KEY.
 */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { BUNDLED_MODEL } from "../../src/core/model/load/find-model.js";
import { ROOT } from "../machine.js";
import { hasData } from "./data.js";
import { measureQuality } from "./measure-quality.js";
import { mergeResults } from "./merge.js";
import plan from "./plan.json" with { type: "json" };
import { findRegressions, KNOWN_FALLS } from "./regression.js";
import { qualityReport } from "./report.js";
import type { QualityResult } from "./result.js";
import { readSystems, type SystemConfig } from "./system.js";

const COMMITTED = join(ROOT, "bench/results/quality.json");

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    out: { type: "string" },
    committed: { type: "string", default: COMMITTED },
    system: { type: "string", multiple: true, default: [] },
    set: { type: "string", multiple: true, default: [] },
    part: { type: "string", multiple: true, default: ["answers", "times"] },
    merge: { type: "boolean", default: false },
    limit: { type: "string", default: "1000000" },
    model: { type: "string", default: BUNDLED_MODEL },
    llm: { type: "string" },
    "llm-model": { type: "string", default: "" },
    "llm-share": { type: "string", default: "0.2" },
    "llm-questions": { type: "string", default: "50" },
  },
});
if (!hasData()) process.stderr.write("The shared question sets are not here (CONTEXTSIEVE_DATA): examples only.\n");

const isQuick = values.quick;
const { full, quick, ...common } = plan;
const size = isQuick ? quick : full;
const sets = Object.entries(size.sets)
  .filter(([name]) => values.set.length === 0 || values.set.includes(name))
  .map(([name, limit]) => [name, Math.min(limit, Number(values.limit))] as const);
const apiKey = process.env.LLM_API_KEY;
const out = values.out ?? (isQuick ? join(ROOT, "build/bench/quality.quick.json") : COMMITTED);
const everySystem = readSystems();
const isChosen = ({ name, slow }: SystemConfig) =>
  values.system.length === 0 ? !(isQuick && slow) : values.system.includes(name);
const measured = await measureQuality({
  plan: {
    ...common,
    ...size,
    sets: Object.fromEntries(sets),
    timedCases: values.part.includes("times") ? Math.min(size.timedCases, Number(values.limit)) : 0,
    labelPassages: Math.min(size.labelPassages, Number(values.limit)),
  },
  systems: everySystem.filter(isChosen),
  isAnswered: values.part.includes("answers"),
  model: resolve(values.model),
  isQuick,
  llm:
    values.llm === undefined
      ? undefined
      : {
          endpoint: { url: values.llm, model: values["llm-model"], ...(apiKey ? { apiKey } : {}) },
          share: Number(values["llm-share"]),
          questions: Number(values["llm-questions"]),
        },
  log: (line) => process.stderr.write(`${line}\n`),
});

const result =
  values.merge && existsSync(out) ? { ...mergeResults(read(out), measured), systems: everySystem } : measured;
const report = qualityReport(result);
process.stdout.write(report);
await mkdir(dirname(out), { recursive: true });
await writeFile(out, `${JSON.stringify(result, null, 1)}\n`);
await writeFile(out.replace(/(\.json)?$/, ".md"), report);
if (isQuick && existsSync(values.committed)) judge(read(values.committed));

function read(file: string): QualityResult {
  return JSON.parse(readFileSync(file, "utf8")) as QualityResult;
}

function judge(committed: QualityResult): void {
  const regressions = findRegressions(committed, result);
  for (const { system, set, share, questions, change } of regressions) {
    process.stderr.write(
      `Regression: ${system} on ${set} at ${100 * share}%: ${change.mean.toFixed(3)} (${change.low.toFixed(3)} to ${change.high.toFixed(3)}) over ${questions} questions.\n`,
    );
  }
  const isKnown = ({ system, set }: { system: string; set: string }) => KNOWN_FALLS.includes(`${system} on ${set}`);
  if (!regressions.every(isKnown)) process.exitCode = 1;
  if (regressions.length === 0)
    process.stderr.write(`No figure fell against the committed results of ${committed.machine.date}.\n`);
}
