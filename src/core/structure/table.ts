import type { Sliced } from "../runtime/event-loop.js";
import { isBlank, readTerminalLines } from "./lines.js";
import { buildOutline, type Grain, type Line, type Outline, type OutlineBuilder } from "./outline.js";
import { severityOf } from "./priors.js";
import { addRows, ROWS_PER_SLICE, type Row } from "./rows.js";
import { findColumns } from "./table-columns.js";
import { addExpandedRecords } from "./table-records.js";
import {
  type FindTable,
  findFramed,
  findLongListing,
  findRuled,
  isRule,
  type LineRange,
  type TableShape,
} from "./table-shapes.js";

/** How tables are found, the surest first. */
const SHAPES: readonly FindTable[] = [findFramed, findRuled, findLongListing, findColumns];
/** Share of the lines that must stand in tables. */
const IN_TABLES = 0.6;
/** Lines that are looked at in one go outside of tables. */
const LINES_PER_SLICE = 256;
/** Worth of a line between tables, and of the count of rows. */
const OUTSIDE = 0.4;
const REMARK = 0.25;
const BY_SEVERITY = 0.5;

/** Reads drawn tables, one or several: with rules, in frames, with columns lined up; records of a field a line; `ls -l`. */
export function* parse(text: string): Sliced<Outline | undefined> {
  const { lines, hidden } = yield* readTerminalLines(text);
  const builder = buildOutline("table", "rows");
  for (const markup of hidden) builder.hide(markup);
  let inside = 0;
  let outside = 0;
  let caption = "";
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] as Line;
    if (isBlank(line)) {
      at += 1;
      continue;
    }
    const recordsEnd = addExpandedRecords(builder, lines, at);
    const shape = recordsEnd > at ? undefined : findTable(lines, at);
    const to = shape?.to ?? recordsEnd;
    if (shape !== undefined) yield* addTable(builder, text, lines, shape, caption);
    if (to > at) {
      inside += to - at;
      at = to;
      continue;
    }
    builder.add({ start: line.start, end: line.end, prior: OUTSIDE + BY_SEVERITY * severityOf(line.text) });
    caption = line.text.trim();
    outside += 1;
    at += 1;
    if (outside % LINES_PER_SLICE === 0) yield;
  }
  return inside > 0 && inside >= (inside + outside) * IN_TABLES ? builder.done() : undefined;
}

function findTable(lines: readonly Line[], from: number): TableShape | undefined {
  for (const find of SHAPES) {
    const shape = find(lines, from);
    if (shape !== undefined && shape.rows.length > 0) return shape;
  }
  return undefined;
}

function* addTable(
  builder: OutlineBuilder,
  text: string,
  lines: readonly Line[],
  { head, names, rows, cellsOf, closing, remark }: TableShape,
  about: string,
): Sliced<void> {
  const add = (from: number, to: number, grain: Partial<Grain>) =>
    builder.add({ start: (lines[from] as Line).start, end: (lines[to] as Line).end, kind: "table", ...grain });
  const isBefore = remark >= 0 && remark < head.from + (head.to > head.from ? 0 : 1);
  if (isBefore) add(remark, remark, { prior: REMARK });
  const top = head.to > head.from ? add(head.from, head.to - 1, { role: "shell" }) : -1;
  const read = yield* readRows(lines, rows, cellsOf);
  yield* addRows(builder, text, read, { names, head: top, about });
  if (closing >= 0) add(closing, closing, { role: "shell", closes: top });
  if (remark >= 0 && !isBefore) add(remark, remark, { head: top, prior: REMARK });
}

/** Reads the cells of rows; those of a row over several lines are put together, rules aside. */
function* readRows(lines: readonly Line[], ranges: readonly LineRange[], cellsOf: TableShape["cellsOf"]): Sliced<Row[]> {
  const rows: Row[] = [];
  for (const { from, to } of ranges) {
    const [first = [], ...others] = lines
      .slice(from, to)
      .filter((line) => !isRule(line))
      .map((line) => cellsOf(line.text));
    const cells = first.map((cell, column) => [cell, ...others.map((other) => other[column] ?? "")].join(" "));
    rows.push({ start: (lines[from] as Line).start, end: (lines[to - 1] as Line).end, cells });
    if (rows.length % ROWS_PER_SLICE === 0) yield;
  }
  return rows;
}
