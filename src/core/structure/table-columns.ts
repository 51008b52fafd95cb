import type { Sliced } from "../runtime/event-loop.js";
import type { Span } from "../types.js";
import { createPace, isBlank } from "./lines.js";
import type { Line } from "./outline.js";
import type { TableShape } from "./table-shapes.js";
import { FEWEST_APART, WIDE_GAP, wideCells } from "./wide-cells.js";

/** A column's name and where it stands in its line. */
interface Column extends Span {
  name: string;
}

/** Rows by which columns are told. */
const SAMPLE = 30;
/** Share of the columns of a row, and of the rows, that must stand in line with the names. */
const IN_LINE = 0.7;
/** Share of the rows that must have a cell for each name for cells to be told by wide gaps. */
const WIDE_GAPS = 0.6;
/** Names in capitals, with one space between them, that may be columns. */
const FEWEST_CAPITALS = 3;
const CAPITALS = /^[\p{N}%#_()/.:-]*\p{Lu}[\p{Lu}\p{N}%#_()/.:-]*$/u;
/** Code units of a name at most. */
const LONGEST_NAME = 32;
const WORDS = /\S+/gu;
const WIDE_APART = /\S+(?: \S+)*/gu;

/** Columns that are lined up below their names, with spaces or tabs: `kubectl get`, `docker ps`, `ps`, `df`, `ss`. */
export function* findColumns(lines: readonly Line[], from: number): Sliced<TableShape | undefined> {
  const header = lines[from] as Line;
  const columns = columnsOf(header.text);
  if (columns.length < 2) return undefined;
  const sample: Line[] = [];
  let inLine = 0;
  for (let line = lines[from + 1]; line !== undefined && !isBlank(line); line = lines[from + 1 + sample.length]) {
    sample.push(line);
    if (isInLine(line.text, header.text, columns)) inLine += 1;
    else if (sample.length === 1) return undefined;
    if (sample.length === SAMPLE) break;
  }
  if (sample.length === 0 || inLine < sample.length * IN_LINE) return undefined;
  let to = from + 1 + sample.length;
  const isDue = createPace();
  for (; to < lines.length && !isBlank(lines[to]); to += 1) if (isDue((lines[to] as Line).end)) yield;
  const even = sample.filter(({ text }) => wideCells(text).length === columns.length).length;
  const isWide = even >= sample.length * WIDE_GAPS;
  const words = header.text.trim().split(/\s+/u);
  const rows = Array.from({ length: to - from - 1 }, (_, row) => ({ from: from + 1 + row, to: from + 2 + row }));
  const names = isWide ? columns.map(({ name }) => name) : words;
  const cellsOf = isWide ? wideCells : (text: string) => firstWords(text, words.length);
  return { head: { from, to: from + 1 }, names, rows, cellsOf, closing: -1, remark: -1, to };
}

function columnsOf(header: string): Column[] {
  const pattern = header
    .trim()
    .split(/\s+/u)
    .every((word) => CAPITALS.test(word))
    ? WORDS
    : WIDE_APART;
  const columns = columnsBy(pattern, header);
  // A name in front of a colon is that of a value, not of a column.
  const isNames = columns.every(
    ({ name }) => name.length <= LONGEST_NAME && /\p{L}/u.test(name) && !name.endsWith(":"),
  );
  const fewest = pattern === WORDS && !WIDE_GAP.test(header.trim()) ? FEWEST_CAPITALS : 2;
  return isNames && columns.length >= fewest ? columns : [];
}

/** Whether the cells of a line begin or end where the names of the columns do, or are as many, wide apart. */
function isInLine(text: string, header: string, columns: readonly Column[]): boolean {
  const cells = wideCells(header).length;
  if ((header.includes("\t") || cells >= FEWEST_APART) && wideCells(text).length === cells) return true;
  if (header.includes("\t")) return false;
  // Names that are one space apart, as in `Used Available Use%`, may be columns of their own.
  return shareInLine(text, columns) >= IN_LINE || shareInLine(text, columnsBy(WORDS, header)) >= IN_LINE;
}

function shareInLine(text: string, columns: readonly Column[]): number {
  // A short line has no cells in the last columns.
  const reached = columns.slice(1).filter(({ start }) => start < text.length);
  const inLine = reached.filter(({ start, end }) => {
    const begins = isGap(text[start - 1]) && !isGap(text[start]);
    return begins || (!isGap(text[end - 1]) && isGap(text[end]));
  });
  return reached.length < Math.min(2, columns.length - 1) ? 0 : inLine.length / reached.length;
}

function columnsBy(pattern: RegExp, header: string): Column[] {
  return [...header.matchAll(pattern)].map(({ index, 0: name }) => ({ name, start: index, end: index + name.length }));
}

function isGap(unit: string | undefined): boolean {
  return unit === undefined || unit === " ";
}

/** A line's words, the last of `count` with all that follows it. */
function firstWords(text: string, count: number): string[] {
  const words = text.trim().split(/\s+/u);
  return [...words.slice(0, count - 1), words.slice(count - 1).join(" ")];
}
