// Draws docs/structure.svg: a JSON tool result cut word by word, and as this package cuts it, for one question.
// `--check` writes nothing and fails if the picture is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { countTokens, createSieve } from "../src/core/index.js";

const FILE = "docs/structure.svg";
const QUESTION = "What is the status of order 4109?";
const SHARE = 0.2;
const LINES = 22;
const COLUMNS = 46;
const LINE_HEIGHT = 15;
const PANEL = 380;
const GAP = 20;
const TOP = 62;

const PEOPLE = ["Ann Moss", "Bo Lind", "Cy Varga", "Dee Okoro", "Eli Stone"];
const RESULT = {
  shop: "Harbour Stores",
  orders: Array.from({ length: 18 }, (_, index) => ({
    id: 4100 + index,
    customer: { name: PEOPLE[index % PEOPLE.length], town: ["Tarn", "Loxley", "Verdal"][index % 3] },
    goods: ["copper wire", "signal lamp", "tide gauge", "oil filter"][index % 4],
    status: index === 9 ? "on hold" : index % 4 === 0 ? "packed" : "shipped",
  })),
};

interface Panel {
  title: string;
  note: string;
  text: string;
}

const source = JSON.stringify(RESULT, null, 2);
const total = await countTokens(source);
const maxTokens = Math.floor(total * SHARE);
const sieve = await createSieve();
const words = await sieve.compress({ documents: [{ text: source, kind: "prose" }], query: QUESTION, maxTokens });
const cut = await sieve.compress({ documents: [source], query: QUESTION, maxTokens });
await sieve.dispose();
const kept = (JSON.parse(cut.text) as { orders: unknown[] }).orders.length;
const panels: Panel[] = [
  { title: "A tool's result", note: `${total} tokens`, text: source },
  {
    title: "Cut word by word",
    note: `${words.tokens} tokens, ${parses(words.text) ? "parses" : "no JSON"}`,
    text: words.text,
  },
  {
    title: "Cut by its structure",
    note: `${cut.tokens} tokens, JSON, ${kept} of 18 orders whole or in part`,
    text: cut.text,
  },
];
const svg = draw(panels);
if (!process.argv.includes("--check")) writeFileSync(FILE, svg);
else if (readFileSync(FILE, "utf8") !== svg) {
  console.error(`${FILE} is out of date: run npx tsx scripts/draw-structure.ts`);
  process.exitCode = 1;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function draw(parts: readonly Panel[]): string {
  const height = TOP + LINES * LINE_HEIGHT + 20;
  const width = parts.length * PANEL + (parts.length + 1) * GAP;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(`${QUESTION} A JSON tool result, cut word by word and by its structure`)}">
<style>
text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #1f2328; white-space: pre }
.title { font: 600 15px system-ui, sans-serif }
.note { font: 13px system-ui, sans-serif; fill: #59636e }
.panel { fill: #f6f8fa; stroke: #d1d9e0 }
.asked { fill: #9a4b00; font-weight: 700 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .note { fill: #9198a1 } .panel { fill: #151b23; stroke: #3d444d } .asked { fill: #ffb757 }
}
</style>
${parts.map((panel, place) => drawPanel(panel, GAP + place * (PANEL + GAP), height)).join("\n")}
</svg>
`;
}

function drawPanel({ title, note, text }: Panel, x: number, height: number): string {
  const lines = text.split("\n");
  const asked = lines.findIndex((line) => line.includes("4109"));
  // The lines around what is asked for, where there are more than fit.
  const first = Math.max(0, Math.min(asked - Math.floor(LINES / 2), lines.length - LINES));
  const shown = lines
    .slice(first, first + LINES)
    .map((line) => (line.length > COLUMNS ? `${line.slice(0, COLUMNS - 1)}…` : line));
  return [
    `<text class="title" x="${x}" y="22">${escapeText(title)}</text>`,
    `<text class="note" x="${x}" y="42">${escapeText(note)}</text>`,
    `<rect class="panel" x="${x}" y="${TOP - 8}" width="${PANEL}" height="${height - TOP - 2}" rx="6"/>`,
    ...shown.map((line, at) => {
      const isAsked = /4109|on hold/u.test(line) ? ' class="asked"' : "";
      return `<text${isAsked} x="${x + 12}" y="${TOP + 10 + at * LINE_HEIGHT}">${escapeText(line)}</text>`;
    }),
  ].join("\n");
}

function escapeText(text: string): string {
  return text.replace(/&/gu, "&amp;").replace(/</gu, "&lt;").replace(/>/gu, "&gt;").replace(/"/gu, "&quot;");
}
