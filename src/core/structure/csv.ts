import type { Sliced } from "../runtime/event-loop.js";
import { UNITS_PER_SLICE } from "./lines.js";
import { buildOutline, type Outline, type ParseHint } from "./outline.js";
import { addRows, type Row } from "./rows.js";

/** What may stand between two cells, the likeliest first. */
const DELIMITERS = [",", "\t", ";", "|"] as const;
type Delimiter = (typeof DELIMITERS)[number];

/** Records from whose widths the delimiter is told. */
const SAMPLE = 60;
/** Share of the records that must be as wide as the first. */
const EVEN = 0.8;
/** Code units of a column's name at most, on average; longer ones are sentences. */
const LONGEST_NAME = 48;
const VALUE = /^[-+]?[\d.,]*\d(?:%|[eE][-+]?\d+)?$|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ][\d:.Z+-]+)?$/u;
/** A first line that names the delimiter, and remarks in front of the table. */
const PREAMBLE = /(?:sep=.|#[^\n\r]*)\r?\n/y;

/** Reads rows of cells with commas, tabs, semicolons or bars between them; quoted cells may hold line breaks. */
export function* parse(text: string, hint: ParseHint = {}): Sliced<Outline | undefined> {
  const tableStart = startOf(text);
  const delimiter = hint.language === "tsv" ? "\t" : delimiterOf(text, tableStart);
  if (delimiter === undefined) return undefined;
  const records: Row[] = [];
  let sliceEnd = UNITS_PER_SLICE;
  for (const record of readRecords(text, tableStart, delimiter)) {
    records.push(record);
    if (record.end < sliceEnd) continue;
    sliceEnd = record.end + UNITS_PER_SLICE;
    yield;
  }
  const [first, ...others] = records;
  if (first === undefined || others.length === 0 || !isEven(records)) return undefined;
  const builder = buildOutline("csv", "rows");
  const remarks = text.slice(0, tableStart).trimEnd();
  if (remarks !== "") builder.add({ start: 0, end: remarks.length });
  if (namesColumns(first)) {
    const head = builder.add({ start: first.start, end: first.end, kind: "table", role: "shell" });
    yield* addRows(builder, text, others, { names: first.cells, head });
  } else yield* addRows(builder, text, records, { names: [], head: -1 });
  return builder.done();
}

function startOf(text: string): number {
  PREAMBLE.lastIndex = text.startsWith("\uFEFF") ? 1 : 0;
  let start = PREAMBLE.lastIndex;
  while (PREAMBLE.test(text)) start = PREAMBLE.lastIndex;
  return start;
}

/** The delimiter by which the first records are equally wide. */
function delimiterOf(text: string, start: number): Delimiter | undefined {
  let best: Delimiter | undefined;
  let widest = 1;
  for (const delimiter of DELIMITERS) {
    const sample: Row[] = [];
    for (const record of readRecords(text, start, delimiter)) {
      sample.push(record);
      if (sample.length === SAMPLE) break;
    }
    const width = sample[0]?.cells.length ?? 0;
    if (width <= widest || !isEven(sample) || !isTable(sample, delimiter)) continue;
    best = delimiter;
    widest = width;
  }
  return best;
}

function isEven(records: readonly Row[]): boolean {
  const width = records[0]?.cells.length ?? 0;
  return records.filter(({ cells }) => cells.length === width).length >= records.length * EVEN;
}

/** Whether records are no prose with as many commas in each line, and no drawn table. */
function isTable(sample: readonly Row[], delimiter: Delimiter): boolean {
  const [first] = sample;
  if (first === undefined || sample.length < 2) return false;
  const width = first.cells.length;
  if (first.cells.join("").length > LONGEST_NAME * width) return false;
  if (delimiter === "\t") return true;
  const cells = sample.flatMap((record) => record.cells.slice(1));
  const spaced = cells.filter((cell) => cell.startsWith(" ")).length;
  if (delimiter === "|") return spaced === 0;
  return width === 2 ? spaced === 0 && !first.cells.includes("") : spaced < cells.length * EVEN || isSpaced(first);
}

/** Whether a space follows each delimiter of a record. */
function isSpaced({ cells }: Row): boolean {
  return cells.slice(1).every((cell) => cell.startsWith(" "));
}

/** Whether a first record holds names, not values of which half are numbers or dates. */
function namesColumns({ cells }: Row): boolean {
  return cells.filter((cell) => VALUE.test(cell.trim())).length * 2 < cells.length;
}

const LINE_END = /\r\n|[\n\r]|$/g;

/** The records of a text, blank lines left out. */
function* readRecords(text: string, from: number, delimiter: Delimiter): Generator<Row> {
  for (let start = from; start < text.length; ) {
    LINE_END.lastIndex = start;
    const lineEnd = LINE_END.exec(text)?.index ?? text.length;
    const line = text.slice(start, lineEnd);
    let end = lineEnd;
    if (!line.includes('"')) {
      if (line.trim() !== "") yield { start, end, cells: line.split(delimiter) };
    } else {
      const record = readQuoted(text, start, delimiter);
      end = record.end;
      yield record;
    }
    start = end + (text[end] === "\r" && text[end + 1] === "\n" ? 2 : 1);
  }
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A record with quotes: a quoted cell may hold delimiters, line breaks and doubled quotes. */
function readQuoted(text: string, start: number, delimiter: Delimiter): Row {
  const cells: string[] = [];
  const close = delimiter.charCodeAt(0);
  for (let at = start; ; ) {
    const quoteEnd = text[at] === '"' ? quotedEnd(text, at) : -1;
    let end = Math.max(at, quoteEnd);
    for (let code = text.charCodeAt(end); end < text.length; code = text.charCodeAt(++end)) {
      if (code === close || code === LINE_FEED || code === CARRIAGE_RETURN) break;
    }
    const cell = text.slice(at, end);
    cells.push(quoteEnd < 0 ? cell : cell.slice(1, quoteEnd - at - 1).replaceAll('""', '"'));
    if (text[end] !== delimiter) return { start, end, cells };
    at = end + 1;
  }
}

/** Where a quoted cell ends, its closing quote included; -1 where it does not. */
function quotedEnd(text: string, start: number): number {
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return -1;
    if (text[quote + 1] !== '"') return quote + 1;
    from = quote + 2;
  }
}
