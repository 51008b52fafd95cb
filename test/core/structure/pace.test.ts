import { describe, expect, it } from "vitest";
import { parse as parseCsv } from "../../../src/core/structure/csv.js";
import { parse as parseDiff } from "../../../src/core/structure/diff.js";
import { parse as parseGrep } from "../../../src/core/structure/grep.js";
import { parse as parseJson } from "../../../src/core/structure/json.js";
import { parse as parseListing } from "../../../src/core/structure/listing.js";
import { parse as parseLog } from "../../../src/core/structure/log.js";
import type { Parse } from "../../../src/core/structure/outline.js";
import { parse as parseTable } from "../../../src/core/structure/table.js";
import { parse as parseTrace } from "../../../src/core/structure/trace.js";

// Others get a turn while a long text is read: see `inTurns`.

const UNITS = 1_000_000;
const UNITS_PER_PAUSE = 32_768;

const lines = (line: (index: number) => string) => {
  const count = Math.ceil(UNITS / line(1000).length);
  return Array.from({ length: count }, (_, index) => line(index)).join("");
};
const record = (index: number) =>
  `{"id":${index},"name":"pump ${index}","state":"runs","notes":["${"word ".repeat(40)}"]}`;
const frame = (index: number) => `\tat com.example.Shed.lend(Shed.java:${index})\n`;

const TEXTS: readonly [kind: string, parse: Parse, text: string][] = [
  ["json", parseJson, `[${lines((index) => `${record(index)},\n`)}0]`],
  ["lines of json", parseJson, lines((index) => `${record(index)}\n`)],
  ["csv", parseCsv, `id,name,note\n${lines((index) => `${index},pump ${index},"a, b"\n`)}`],
  ["table", parseTable, ` id | name\n----+-----\n${lines((index) => ` ${index} | pump\n`)}`],
  ["columns", parseTable, `NAME      STATUS\n${lines((index) => `${String(index).padEnd(9)} Running\n`)}`],
  ["log", parseLog, lines((index) => `10:00:01 INFO mail ${index} sent\n`)],
  ["trace", parseTrace, `java.lang.IllegalStateException: no\n${lines(frame)}`],
  ["grep", parseGrep, lines((index) => `src/a.ts:${index}:  call();\n`)],
  ["listing", parseListing, lines((index) => `src/part${index}/index.ts\n`)],
  ["diff", parseDiff, lines((index) => `--- a${index}\n+++ b${index}\n@@ -1 +1 @@\n-a\n+b\n`)],
  ["one hunk", parseDiff, `--- a\n+++ b\n@@ -1 +1 @@\n${lines((index) => `+line ${index}\n`)}`],
];

describe("a parser", () => {
  it.each(TEXTS)("pauses often enough in a long text: %s", (_, parse, text) => {
    const parts = parse(text);
    let pauses = 0;
    let step = parts.next();
    for (; !step.done; step = parts.next()) pauses += 1;
    expect(step.value).toBeDefined();
    expect(pauses).toBeGreaterThanOrEqual(Math.floor(text.length / UNITS_PER_PAUSE));
  });
});
