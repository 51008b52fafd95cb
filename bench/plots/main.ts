/**
 * Draws the committed results: quality over the share kept, and quality over milliseconds, one line a system. A few
 * systems that stand for the rest, which the tables have.
 *
 *     npx tsx bench/plots/main.ts [--results bench/results/quality.json] [--out bench/results]
 */
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../machine.js";
import type { QualityResult } from "../quality/result.js";
import { type ChartPoint, drawChart } from "./chart.js";

const { values } = parseArgs({
  options: {
    results: { type: "string", default: join(ROOT, "bench/results/quality.json") },
    out: { type: "string", default: join(ROOT, "bench/results") },
  },
});
const result = JSON.parse(readFileSync(values.results, "utf8")) as QualityResult;
await mkdir(values.out, { recursive: true });

/** This package, the method it began with, what LangChain.js offers, shared words, and plain cutting off. */
const DRAWN = new Set([
  "contextsieve",
  "contextsieve-known",
  "python-llmlingua2",
  "langchain-embeddings-filter",
  "bm25-sentences",
  "truncation",
]);
const titles = new Map(result.systems.filter(({ name }) => DRAWN.has(name)).map(({ name, title }) => [name, title]));
const titleOf = (system: string) => titles.get(system) ?? system;

/** Sets with enough questions to draw. */
const panels = result.sets.filter(({ ids }) => ids.length >= 100).map(({ name }) => name);
const overShare = result.points
  .filter(({ set, system }) => panels.includes(set) && titles.has(system))
  .map(
    ({ system, set, share, keptShare, survival }): ChartPoint => ({
      system,
      title: titleOf(system),
      x: keptShare,
      y: survival.mean,
      panel: set,
      order: share,
    }),
  );
await draw("quality-over-share", overShare, {
  title: "Answers that survive, by the share of tokens kept",
  x: { title: "share of o200k tokens kept", format: "%", isLog: false },
  y: { title: "questions whose answer survives" },
  panels,
  systems: [...titles.keys()],
});

const timedSet = result.timedSet;
const overTime = result.times.flatMap(({ system, share, ms }): ChartPoint[] => {
  if (!titles.has(system)) return [];
  const answersOf = result.systems.find(({ name }) => name === system)?.answersOf ?? system;
  const point = result.points.find(
    (candidate) => candidate.system === answersOf && candidate.set === timedSet && candidate.share === share,
  );
  if (!point) return [];
  return [{ system, title: titleOf(system), x: ms, y: point.survival.mean, panel: timedSet, order: share }];
});
await draw("quality-over-time", overTime, {
  title: `Answers that survive on ${timedSet}, by the time of a request (5, 10, 20, 30, 50% kept)`,
  x: { title: "milliseconds of a request, median (log)", format: ",~g", isLog: true },
  y: { title: "questions whose answer survives" },
  panels: [timedSet],
  systems: [...titles.keys()],
});

async function draw(name: string, points: ChartPoint[], axes: Parameters<typeof drawChart>[1]): Promise<void> {
  if (points.length === 0) {
    process.stderr.write(`${name}: nothing to draw.\n`);
    return;
  }
  await writeFile(join(values.out, `${name}.svg`), `${await drawChart(points, axes)}\n`);
  process.stderr.write(`${join(values.out, `${name}.svg`)}\n`);
}
