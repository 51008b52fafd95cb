/**
 * How fast texts of 1, 2, 4 and 8 MB are read by their structure alone: no model, no words. Writes
 * bench/results/structure-speed.json and .md beside each other.
 *
 *     npx tsx bench/structure-speed.ts [--out FILE] [--rounds N]
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { readOutline } from "../src/core/structure/read.js";
import { machineFacts, machineLine, ROOT } from "./machine.js";

const MEGABYTE = 1_000_000;
const SIZES = [1, 2, 4, 8];
const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(ROOT, "bench/results/structure-speed.json") },
    rounds: { type: "string", default: "5" },
  },
});

const PORTS = ["Lund", "Visby", "Ystad", "Tarn"];
const MAKERS: Readonly<Record<string, (units: number) => string>> = {
  JSON: (units) => {
    const records = repeat(units, (id) =>
      JSON.stringify(
        { id, name: `boat ${id}`, port: { name: PORTS[id % 4], pier: id % 9 }, note: "left at the gate" },
        null,
        2,
      ),
    );
    return `[\n${records.join(",\n")}\n]`;
  },
  log: (units) =>
    repeat(units, (id) => {
      const time = `2026-03-01T${two(Math.floor(id / 3600) % 24)}:${two(Math.floor(id / 60) % 60)}:${two(id % 60)}Z`;
      return id % 97 === 0
        ? `${time} ERROR [billing] invoice ${id} was not sent: mailbox is full`
        : `${time} INFO [gate] request ${id} from ${PORTS[id % 4]} answered in ${10 + (id % 90)} ms`;
    }).join("\n"),
  HTML: (units) => {
    const parts = repeat(units, (id) =>
      id % 5 === 0
        ? `<h2>Pier ${id}</h2><table><tr><th>Boat</th><th>Fee</th></tr><tr><td>boat ${id}</td><td>${id % 90}</td></tr></table>`
        : `<p class="note">The boat <b>${PORTS[id % 4]} ${id}</b> came at noon and left <a href="/log/${id}">before</a> the storm.</p>`,
    );
    return `<!doctype html><html><body><main><h1>Harbour</h1>\n${parts.join("\n")}\n</main></body></html>`;
  },
};

interface Row {
  kind: string;
  readAs: string;
  megabytes: number;
  /** Milliseconds of the processor, those of collecting garbage included; median of the rounds. */
  ms: number;
  megabytesPerSecond: number;
  /** Time against that of the first size, by their lengths: 1 is linear. */
  growth: number;
}

const rows: Row[] = [];
for (const [kind, make] of Object.entries(MAKERS)) {
  const texts = SIZES.map((size) => make(size * MEGABYTE));
  const times = texts.map((): number[] => []);
  const kinds = texts.map(() => "");
  // Sizes take turns, so that a busy moment is no size's own; the first round warms up.
  for (let round = 0; round <= Number(values.rounds); round += 1) {
    for (const [place, text] of texts.entries()) {
      const started = process.cpuUsage();
      const outline = await readOutline(text);
      const { user, system } = process.cpuUsage(started);
      if (round > 0) times[place]?.push((user + system) / 1000);
      kinds[place] = outline.kind;
    }
  }
  const medians = times.map((list) => [...list].sort((a, b) => a - b)[list.length >> 1] as number);
  for (const [place, text] of texts.entries()) {
    const [ms, first] = [medians[place] as number, medians[0] as number];
    const growth = ms / first / (text.length / (texts[0] as string).length);
    rows.push({
      ...{ kind, readAs: kinds[place] as string, megabytes: text.length / MEGABYTE, ms },
      ...{ megabytesPerSecond: (text.length / MEGABYTE / ms) * 1000, growth },
    });
  }
}
const machine = machineFacts();
const table = [
  "| text | MB | ms | MB/s | time by length, against 1 MB |",
  "|---|---:|---:|---:|---:|",
  ...rows.map(
    ({ kind, megabytes, ms, megabytesPerSecond, growth }) =>
      `| ${kind} | ${megabytes.toFixed(1)} | ${ms.toFixed(0)} | ${megabytesPerSecond.toFixed(1)} | ${growth.toFixed(2)} |`,
  ),
].join("\n");
console.log(table);
await mkdir(dirname(values.out), { recursive: true });
await writeFile(values.out, `${JSON.stringify({ machine, rounds: Number(values.rounds), rows }, null, 1)}\n`);
await writeFile(
  values.out.replace(/(\.json)?$/u, ".md"),
  `# Speed of the structure alone\n\nWritten by \`npx tsx bench/structure-speed.ts\`: a text's kind is told and its grains are read; no model. Milliseconds of the processor, which other work on\nthe machine does not change much; median of ${values.rounds} rounds.\n${machineLine(machine)}.\n\n${table}\n`,
);

function repeat(units: number, make: (index: number) => string): string[] {
  const parts: string[] = [];
  for (let length = 0; length < units; length += (parts.at(-1) as string).length + 1) parts.push(make(parts.length));
  return parts;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
