/**
 * The whole bench: quality, latency, plots. Prints the tables and writes bench/results; with --quick it measures small
 * sets within three minutes, writes to build/bench only, and ends with status 1 where a quality figure fell against the
 * committed results by more than its interval, or a text that is no prose is not valid. Times never fail it.
 *
 *     npm run bench -- [--quick] [--model DIR] [--llm URL --llm-model NAME]
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./machine.js";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    model: { type: "string" },
    llm: { type: "string" },
    "llm-model": { type: "string" },
  },
});
const quick = values.quick ? ["--quick"] : [];
const model = values.model === undefined ? [] : ["--model", values.model];
const llm = (["llm", "llm-model"] as const).flatMap((name) => {
  const value = values[name];
  return value === undefined ? [] : [`--${name}`, value];
});

run("bench/latency/main.ts", [
  ...quick,
  ...model,
  "--out",
  join(ROOT, values.quick ? "build/bench/latency.quick.json" : "bench/results/latency.json"),
]);
run("bench/quality/main.ts", [...quick, ...model, ...llm]);
run("bench/quality/structured/main.ts", [
  ...quick,
  ...model,
  "--out",
  join(ROOT, values.quick ? "build/bench/structured.quick.json" : "bench/results/structured.json"),
]);
if (!values.quick) run("bench/plots/main.ts", []);

/** Runs a part in a process of its own; the first one that fails ends the bench with its status. */
function run(script: string, parameters: readonly string[]): void {
  process.stderr.write(`\n${script} ${parameters.join(" ")}\n`);
  const { status } = spawnSync(process.execPath, ["--import", "tsx", join(ROOT, script), ...parameters], {
    cwd: ROOT,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}
