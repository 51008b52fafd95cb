import { isBlank } from "./lines.js";
import type { Line } from "./outline.js";

/** A run of lines by their indexes; half-open. */
export interface LineRange {
  from: number;
  to: number;
}

/** Lines that make a table. All indexes are those of lines; ends are exclusive. */
export interface TableShape {
  /** The lines that every row needs: rules, names of columns. Empty where there are none. */
  head: LineRange;
  names: readonly string[];
  /** The lines of each row. */
  rows: readonly LineRange[];
  /** What stands in each column of a line. */
  cellsOf(text: string): string[];
  /** The rule that ends the table; -1 without one. */
  closing: number;
  /** A remark on the whole, before or behind it: `total 48`, `(26 rows)`; -1 without one. */
  remark: number;
  to: number;
}

/** Looks for a table that begins with a line. Reads on only in the table. */
export type FindTable = (lines: readonly Line[], from: number) => TableShape | undefined;

const RULE = /^\s*[|+:\-=─━═╌┄┈┌┬┐├┼┤└┴┘╭╮╰╯╔╦╗╠╬╣╚╩╝┏┳┓┡╇┩┗┻┛┢┪╞╪╡╟╫╢╤╧\s]+$/u;
const STROKE = /[-=─━═╌┄┈]{2,}|:?-+:?\s*\|/u;
const CORNER = /^\s*[+┌╭╔┏]/u;
const BAR = /[|│┃║]/u;
const BAR_FIRST = /^\s*[|│┃║]/u;
const BAR_LAST = /[|│┃║]\s*$/u;
const ROW_COUNT = /^\s*(?:\(\d+ rows?\)|\d+ rows? in set.*|\d+ rows?\b.{0,40})$/iu;

/** Whether a line is a rule: strokes, corners and crossings only. */
export function isRule(line: Line | undefined): boolean {
  return line !== undefined && RULE.test(line.text) && STROKE.test(line.text);
}

function isBarred(line: Line | undefined): boolean {
  return line !== undefined && BAR_FIRST.test(line.text);
}

function cellsBetweenBars(text: string): string[] {
  const cells = text.split(BAR).map((cell) => cell.trim());
  if (cells[0] === "") cells.shift();
  if (cells.at(-1) === "") cells.pop();
  return cells;
}

/** Lines of a row at most, on average, where there is a rule below each row. */
const LONGEST_GRID_ROW = 4;

/** A table in a frame, as of mysql: a rule above, names, a rule, rows, a rule below; maybe a rule below each row. */
export const findFramed: FindTable = (lines, from) => {
  if (!isRule(lines[from]) || !CORNER.test((lines[from] as Line).text) || !isBarred(lines[from + 1])) return undefined;
  const rules = [from];
  let to = from + 1;
  for (; to < lines.length; to += 1) {
    if (isRule(lines[to])) rules.push(to);
    // A cell may hold line breaks: its row ends with a bar further down.
    else if (!isBarred(lines[to]) && (isRule(lines[to - 1]) || BAR_LAST.test((lines[to - 1] as Line).text))) break;
  }
  const closing = rules.length > 1 && rules.at(-1) === to - 1 ? to - 1 : -1;
  const rowsEnd = closing < 0 ? to : closing;
  const hasNames = rules.length > (closing < 0 ? 1 : 2);
  const headEnd = (hasNames ? (rules[1] as number) : from) + 1;
  const between = rules.filter((rule) => rule >= headEnd && rule < rowsEnd).length;
  const isGrid = between > 1 && rowsEnd - headEnd <= between * (LONGEST_GRID_ROW + 1);
  const rows: LineRange[] = [];
  for (let row = headEnd; row < rowsEnd; ) {
    let next = row + 1;
    while (next < rowsEnd && !isRule(lines[next]) && (isGrid || !isBarred(lines[next]))) next += 1;
    // A rule within the table belongs to the row above.
    while (next < rowsEnd && isRule(lines[next])) next += 1;
    rows.push({ from: row, to: next });
    row = next;
  }
  const names = hasNames ? cellsBetweenBars((lines[from + 1] as Line).text) : [];
  const remark = ROW_COUNT.test(lines[to]?.text ?? "") ? to : -1;
  return {
    head: { from, to: headEnd },
    names,
    rows,
    cellsOf: cellsBetweenBars,
    closing,
    remark,
    to: remark < 0 ? to : to + 1,
  };
};

/** A table whose names have a rule below, as of psql, pip or Markdown; in reStructuredText also one above and at the end. */
export const findRuled: FindTable = (lines, from) => {
  const namesAt = isRule(lines[from]) ? from + 1 : from;
  const rule = lines[namesAt + 1];
  const names = lines[namesAt];
  if (names === undefined || rule === undefined) return undefined;
  if (isBlank(names) || isRule(names) || !isRule(rule)) return undefined;
  const isBarredTable = BAR.test(names.text) || (/\+/u.test(rule.text) && !CORNER.test(rule.text));
  const groups = [...rule.text.matchAll(/[^\s|+]+/gu)].map(({ index }) => index);
  let to = namesAt + 2;
  while (to < lines.length && !isBlank(lines[to]) && !isRule(lines[to]) && !ROW_COUNT.test((lines[to] as Line).text))
    to += 1;
  const closing = isRule(lines[to]) ? to : -1;
  const behind = closing < 0 ? to : to + 1;
  const remark = ROW_COUNT.test(lines[behind]?.text ?? "") ? behind : -1;
  // One name over one rule is a heading, unless the rows are counted.
  if (!isBarredTable && groups.length < 2 && remark < 0) return undefined;
  const cellsOf = isBarredTable ? cellsBetweenBars : (text: string) => cellsAt(text, groups);
  const rows: LineRange[] = [];
  for (let row = namesAt + 2; row < to; ) {
    let next = row + 1;
    // psql marks a cell that goes on in the next line with a plus.
    while (next < to && /\+\s*(?:\||$)/u.test((lines[next - 1] as Line).text)) next += 1;
    rows.push({ from: row, to: next });
    row = next;
  }
  const end = remark < 0 ? behind : remark + 1;
  return { head: { from, to: namesAt + 2 }, names: cellsOf(names.text), rows, cellsOf, closing, remark, to: end };
};

function cellsAt(text: string, starts: readonly number[]): string[] {
  return starts.map((start, column) => text.slice(column === 0 ? 0 : start, starts[column + 1]).trim());
}

const LONG_LISTING =
  /^\s*(?:\d+\s+)?(?<permissions>[-dlbcpsD][-rwxsStT]{9}[.+@]?)\s+(?<links>\d+)\s+(?<owner>\S+)\s+(?<group>\S+)\s+(?<bytes>\d+,\s*\d+|[\d.,]+[KMGT]?)\s+(?<changed>\S{3,10}\s+\d{1,2}\s+[\d:]{4,5}|\d{4}-\d\d-\d\d\s+[\d:.]+(?:\s+[-+]\d{4})?|\d{1,2}\s+\S{3,10}\s+[\d:]{4,5})\s(?<name>.*)$/u;
const LISTING_TOTAL = /^total [\d.,]+[KMGT]?$/u;
const LISTING_NAMES = ["permissions", "links", "owner", "group", "bytes", "changed", "name"];

/** What `ls -l` prints. */
export const findLongListing: FindTable = (lines, from) => {
  const hasTotal = LISTING_TOTAL.test(lines[from]?.text ?? "");
  const rows: LineRange[] = [];
  let to = hasTotal ? from + 1 : from;
  for (; LONG_LISTING.test(lines[to]?.text ?? ""); to += 1) rows.push({ from: to, to: to + 1 });
  if (rows.length === 0) return undefined;
  const head = { from, to: from };
  return { head, names: LISTING_NAMES, rows, cellsOf: listingCells, closing: -1, remark: hasTotal ? from : -1, to };
};

function listingCells(text: string): string[] {
  const { groups } = LONG_LISTING.exec(text) ?? {};
  return LISTING_NAMES.map((name) => groups?.[name] ?? "");
}
