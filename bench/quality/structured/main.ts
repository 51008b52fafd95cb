/**
 * Validity and attributable answers of texts that are no prose, beside truncation, BM25 over lines and over blocks. With
 * --quick the committed set alone; ends with status 1 where an output is not valid or over its ceiling.
 *
 *     npx tsx bench/quality/structured/main.ts [--quick] [--own] [--kind K] [--out FILE] [--model DIR]
 *
 * Writes a .json and a .md file beside each other where --out is given.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { createSieve } from "../../../src/core/index.js";
import { machineFacts, machineLine } from "../../machine.js";
import { hasData } from "../data.js";
import { measureStructured, printStructured, sharedStructuredSet } from "./measure-structured.js";
import { ownStructuredSet } from "./own-set.js";
import { failuresOf, summarize } from "./summary.js";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    own: { type: "boolean", default: false },
    kind: { type: "string" },
    out: { type: "string" },
    model: { type: "string" },
  },
});
const isOwn = values.own || values.quick || !hasData();
const cases = (isOwn ? ownStructuredSet() : sharedStructuredSet()).filter(
  ({ kind }) => values.kind === undefined || kind === values.kind,
);
const sieve = await createSieve(values.model === undefined ? {} : { model: values.model });
const measure = await measureStructured(sieve, cases);
await sieve.dispose();
const table = printStructured(measure);
console.log(table);
if (values.out !== undefined) {
  const machine = machineFacts();
  await mkdir(dirname(values.out), { recursive: true });
  const set = isOwn ? "committed" : "shared";
  await writeFile(values.out, `${JSON.stringify({ machine, set, ...summarize(measure) }, null, 1)}\n`);
  await writeFile(
    values.out.replace(/(\.json)?$/u, ".md"),
    `# Texts that are no prose\n\nWritten by \`npx tsx bench/quality/structured/main.ts\` over the ${set} texts.\n${machineLine(machine)}.\n\n\`\`\`text\n${table}\n\`\`\`\n`,
  );
}
const failures = failuresOf(measure);
for (const failure of failures) process.stderr.write(`${failure}\n`);
if (values.quick && failures.length > 0) process.exitCode = 1;
