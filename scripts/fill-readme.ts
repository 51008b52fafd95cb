// Writes the README's measured part from bench/results: figures are never typed by hand.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

interface Machine {
  cpu: string;
  cores: number;
  node: string;
  date: string;
  commit: string;
}
interface Quality {
  machine: Machine;
  systems: { name: string; title: string }[];
  sets: { name: string; ids: string[] }[];
  points: { system: string; set: string; share: number; survival: { mean: number } }[];
}
interface Latency {
  machine: Machine;
  cases: { case: { name: string; title: string }; figures: { name: string; value: number; unit: string }[] }[];
}

const SHARES = [0.1, 0.2];
const read = <T>(path: string) => JSON.parse(readFileSync(path, "utf8")) as T;

function qualityTable({ machine, systems, sets, points }: Quality): string {
  const heads = sets.flatMap(({ name }) => SHARES.map((share) => `${name} ${100 * share}%`));
  const rows = systems.map(({ name, title }) => {
    const cells = sets.flatMap((set) =>
      SHARES.map((share) => points.find((point) => point.system === name && point.set === set.name && point.share === share)),
    );
    return `| ${title} | ${cells.map((cell) => (cell ? cell.survival.mean.toFixed(2) : "")).join(" | ")} |`;
  });
  const counts = sets.map(({ name, ids }) => `${name} ${ids.length}`).join(", ");
  return [
    "Share of questions whose answer string is still in the result, at 10% and 20% of the candidates' tokens (about 20",
    `documents a question; questions: ${counts}; documents not trained on). Intervals, more shares and losses:`,
    "[bench/results/quality.md](bench/results/quality.md).",
    "",
    `| | ${heads.join(" | ")} |`,
    `|---|${heads.map(() => "---:").join("|")}|`,
    ...rows,
    "",
    `${where(machine)} (\`npx tsx bench/quality/main.ts --part answers --limit 50\`, these systems only).`,
  ].join("\n");
}

function latencyTable({ machine, cases }: Latency): string {
  const rows = cases.flatMap(({ case: { title }, figures }) =>
    figures.slice(0, 4).map(({ name, value, unit }, index) => `| ${index === 0 ? title : ""} | ${name} | ${round(value)} ${unit} |`),
  );
  return [
    "Speed, all cases in [bench/results/latency.md](bench/results/latency.md):",
    "",
    "| case | figure | |",
    "|---|---|---:|",
    ...rows,
    "",
    `${where(machine)} (\`npx tsx bench/latency/main.ts\`).`,
  ].join("\n");
}

function where({ cpu, cores, node, date, commit }: Machine): string {
  return `${cpu}, ${cores} cores, Node ${node}, ${date.slice(0, 10)}, commit ${commit}`;
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

const parts: string[] = [];
if (existsSync("bench/results/quality.json")) parts.push(qualityTable(read<Quality>("bench/results/quality.json")));
if (existsSync("bench/results/latency.json")) parts.push(latencyTable(read<Latency>("bench/results/latency.json")));
const readme = readFileSync("README.md", "utf8");
const filled = readme.replace(/<!-- measured -->.*<!-- \/measured -->/su, `<!-- measured -->\n${parts.join("\n\n")}\n<!-- /measured -->`);
writeFileSync("README.md", filled);
