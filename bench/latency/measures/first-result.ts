import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type Measure, numberOf } from "../case.js";
import { makeDocuments } from "../corpus.js";
import { median } from "../statistics.js";

const PROBE = join(dirname(fileURLToPath(import.meta.url)), "../first-result-probe.js");

/** Milliseconds from the start of a process to its first compressed document, step by step. */
export const measure: Measure = async ({ settings, model, dtype, dist }) => {
  const documents = makeDocuments(numberOf(settings, "documents"), numberOf(settings, "tokensPerDocument"), 3);
  const request = JSON.stringify({
    library: pathToFileURL(join(dist, "index.js")).href,
    sieve: { model, ...(dtype ? { dtype } : {}) },
    compress: { documents, query: "What was decided?", rate: 0.3 },
  });
  const rounds: Record<string, number[]> = {};
  for (let round = 0; round < numberOf(settings, "rounds"); round += 1) {
    const started = performance.timeOrigin + performance.now();
    const { stdout } = await promisify(execFile)(process.execPath, [PROBE, request]);
    const marks = JSON.parse(stdout) as Record<string, number>;
    let last = started;
    for (const [name, at] of Object.entries(marks)) {
      rounds[name] = [...(rounds[name] ?? []), at - last];
      last = at;
    }
    rounds.all = [...(rounds.all ?? []), last - started];
  }
  const { all = [], ...steps } = rounds;
  return {
    figures: [
      { name: "process start to first result", value: median(all), unit: "ms", rounds: all },
      ...Object.entries(steps).map(([name, values]) => ({
        name: `of that, ${name}`,
        value: median(values),
        unit: "ms",
      })),
    ],
  };
};
