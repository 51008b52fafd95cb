/**
 * Measures the built package: speed cold and warm, event-loop stalls, memory, growth. Writes a .json and a .md
 * file beside each other.
 *
 *     npx tsx bench/latency/main.ts [--quick] [--out bench/results/latency.json] [--case NAME]... [--model DIR]
 *                                   [--dtype NAME] [--dist DIR] [--no-build]
 */
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundledModel } from "../../src/core/model/load/find-model.js";
import { loadModel } from "../../src/core/model/load/manifest.js";
import { machineFacts, ROOT } from "../machine.js";
import { readCases } from "./case.js";
import { type LatencyResult, latencyReport } from "./report.js";
import { type CaseResult, runCase } from "./run-case.js";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    out: { type: "string", default: join(ROOT, "bench/results/latency.json") },
    case: { type: "string", multiple: true, default: [] },
    model: { type: "string", default: await bundledModel() },
    dtype: { type: "string" },
    dist: { type: "string", default: join(ROOT, "dist") },
    "no-build": { type: "boolean", default: false },
  },
});

if (!values["no-build"]) build(resolve(values.dist));
const input = { model: resolve(values.model), dtype: values.dtype, dist: resolve(values.dist) };
const model = await loadModel(input.model, input.dtype);
const chosen = readCases().filter(({ name }) => values.case.length === 0 || values.case.includes(name));
if (chosen.length === 0)
  throw new Error(`Expected \`--case\` to name a file in bench/latency/cases, got ${values.case}.`);

const machine = machineFacts();
const cases: CaseResult[] = [];
for (const latencyCase of chosen) {
  process.stderr.write(`${latencyCase.name} ...\n`);
  cases.push(await runCase(latencyCase, input, values.quick));
}
const result: LatencyResult = {
  machine,
  model: { name: model.manifest.name, version: model.manifest.version, dtype: model.dtype },
  quick: values.quick,
  cases,
};
const report = latencyReport(result);
process.stdout.write(report);
await mkdir(dirname(values.out), { recursive: true });
await writeFile(values.out, `${JSON.stringify(result, null, 1)}\n`);
await writeFile(values.out.replace(/(\.json)?$/, ".md"), report);

function build(outDir: string): void {
  const isDefault = outDir === join(ROOT, "dist");
  const [command, parameters] = isDefault
    ? ["npm", ["run", "--silent", "build"]]
    : ["npx", ["tsc", "-p", "tsconfig.build.json", "--outDir", outDir]];
  execFileSync(command as string, parameters as string[], { cwd: ROOT, stdio: "inherit" });
}
