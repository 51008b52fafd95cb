// Writes the README's measured part from bench/results: figures are never typed by hand.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type LatencyResult, round, showFigure } from "../bench/latency/report.js";
import type { MachineFacts } from "../bench/machine.js";
import { percent, percent1 } from "../bench/quality/report.js";
import { type QualityResult, survivalAt } from "../bench/quality/result.js";

const SETS = ["nq", "squad2", "ten-domains.dev", "hotpotqa.dev", "jaquad"];
const SHARES = [0.1, 0.2];
const TIMED_SHARE = 0.2;
const PLOTS = [
  ["quality-over-share", "answers that survive, by the share of tokens kept"],
  ["quality-over-time", "answers that survive, by the milliseconds of a request"],
] as const;
/** The latency figures that the README shows: case, figure, and what it is called there. */
const SPEED: readonly [latencyCase: string, figure: string, label: string][] = [
  ["warm-question", "p50", "a question over 20 known documents of 500 tokens, to 2,000 tokens, p50"],
  ["warm-question", "p99", "the same, p99"],
  ["first-result", "process start to first result", "from the start of a process to the first result"],
  ["cold-throughput", "contextsieve, text to scores", "documents never seen"],
  ["cold-throughput", "ratio", "the same, as a share of what the bare onnxruntime session reads"],
  ["cold-throughput", "contextsieve, `sessions: 2`", "documents never seen, with `sessions: 2`"],
  ["cold-throughput", "ratio of that", "the same, as a share of what the bare onnxruntime session reads"],
  ["event-loop-stall", "cold, worst round", "longest stall of the event loop, 64 callers, new documents"],
  ["event-loop-stall", "warm, worst round", "longest stall of the event loop, 64 callers, known documents"],
  ["growth-documents", "10,000 documents: a question, warm (p50)", "a question over 10,000 known documents, p50"],
  [
    "growth-length",
    "256,000 tokens: a question, warm (p50)",
    "a question over one known document of 256,000 tokens, p50",
  ],
  ["memory", "after 10,000 documents", "resident memory after 10,000 documents"],
  [
    "peers",
    "contextsieve against llmlingua 0.2.2 (Python)",
    "new documents, against llmlingua 0.2.2 on the same weights",
  ],
  ["peers", "contextsieve, `sessions: 2` against llmlingua 0.2.2 (Python)", "the same with `sessions: 2`"],
  [
    "peers",
    "contextsieve against @atjsh/llmlingua-2, fp32",
    "new documents, against @atjsh/llmlingua-2 on the same weights",
  ],
  ["peers", "contextsieve, `sessions: 2` against @atjsh/llmlingua-2, fp32", "the same with `sessions: 2`"],
];

const read = <T>(path: string) => JSON.parse(readFileSync(path, "utf8")) as T;

function qualityPart(result: QualityResult): string {
  const { machine, systems, sets, points, times, losses, timedSet } = result;
  const shown = SETS.filter((name) => sets.some((set) => set.name === name));
  const rows = systems.flatMap(({ name, title, kind, answersOf }) => {
    const own = points.filter(({ system }) => system === (answersOf ?? name));
    if (own.length === 0) return [];
    const cells = shown.map((set) => {
      const curve = own.filter((point) => point.set === set);
      return curve.length === 0 ? "" : SHARES.map((share) => survivalAt(curve, share).toFixed(2)).join(" / ");
    });
    const ms = times.find(({ system, share }) => system === name && share === TIMED_SHARE)?.ms;
    // Peers do not say which slices they kept, and too few of their outputs can be aligned with the source.
    const counts =
      kind === "peer" ? [] : Object.values(losses.find(({ system }) => system === (answersOf ?? name))?.counts ?? {});
    const found = counts.reduce((sum, count) => sum + count.found, 0);
    const lost = counts.reduce((sum, count) => sum + count.lost, 0);
    return [
      `| ${title} | ${cells.join(" | ")} | ${ms === undefined ? "" : round(ms)} | ${found === 0 ? "" : percent1(lost / found)} |`,
    ];
  });
  const asked = shown.map((name) => `${name} ${sets.find((set) => set.name === name)?.ids.length}`).join(", ");
  return [
    ...PLOTS.map(([file, alt]) => `![${alt}](bench/results/${file}.svg)\n`),
    "Share of questions whose answer string is still in what is kept, at 10% / 20% of the candidates' o200k tokens;",
    `milliseconds of a request at ${percent(TIMED_SHARE)} on ${timedSet}, documents never seen; negations, numbers and identifiers lost`,
    `inside sentences that are kept, at ${percent(losses[0]?.share ?? 0)} (the peers do not say which slices they kept). Questions:`,
    `${asked}, fewer for slow systems. No model was`,
    "trained on their documents; hotpotqa.dev tuned the step from one document to the next. Peers run on the same weights.",
    "Intervals, more shares, domains and budget errors: [bench/results/quality.md](bench/results/quality.md).",
    "",
    `| | ${shown.join(" | ")} | ms | lost |`,
    `|---|${shown.map(() => "---:").join("|")}|---:|---:|`,
    ...rows,
    "",
    `${where(machine)} (\`npm run bench\`).`,
  ].join("\n");
}

function latencyPart({ machine, cases }: LatencyResult): string {
  const rows = SPEED.flatMap(([name, figure, label]) => {
    const found = cases
      .find((result) => result.case.name === name)
      ?.figures.find((candidate) => candidate.name === figure);
    return found ? [`| ${label} | ${showFigure(found)} |`] : [];
  });
  return [
    "Speed, all cases in [bench/results/latency.md](bench/results/latency.md):",
    "",
    "| | |",
    "|---|---:|",
    ...rows,
    "",
    `${where(machine)} (\`npm run bench\`).`,
  ].join("\n");
}

function where({ cpu, cores, node, date, commit }: MachineFacts): string {
  return `${cpu}, ${cores} cores, Node ${node}, ${date.slice(0, 10)}, commit ${commit}`;
}

const parts: string[] = [];
if (existsSync("bench/results/quality.json")) parts.push(qualityPart(read("bench/results/quality.json")));
if (existsSync("bench/results/latency.json")) parts.push(latencyPart(read("bench/results/latency.json")));
const readme = readFileSync("README.md", "utf8");
const filled = readme.replace(
  /<!-- measured -->.*<!-- \/measured -->/su,
  () => `<!-- measured -->\n${parts.join("\n\n")}\n<!-- /measured -->`,
);
writeFileSync("README.md", filled);
