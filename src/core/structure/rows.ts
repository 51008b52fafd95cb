import type { Sliced } from "../runtime/event-loop.js";
import type { Span } from "../types.js";
import { LONGEST_CONTEXT, type OutlineBuilder, plainWords } from "./outline.js";
import { clamp, countColumns, severityOf, spread } from "./priors.js";

/** A row of a table. */
export interface Row extends Span {
  /** What stands in each column, without quotes. */
  cells: readonly string[];
}

/** What the rows of a table have in common. */
export interface RowPlace {
  /** Names of the columns, in order; none where they are not known. */
  names: readonly string[];
  /** Grain that each row needs, or -1. */
  head: number;
  /** Whose table it is, in plain words. @default "" */
  about?: string;
}

/** Rows that are looked at in one go. */
const ROWS_PER_SLICE = 256;
/** Worth of a row, and how much more it is worth by its place, by states that are rare, by telling of a failure. */
const PLAIN_ROW = 0.3;
const BY_SPREAD = 0.2;
const BY_ODDNESS = 0.25;
const BY_SEVERITY = 0.25;

/** Adds the rows of a table: evenly spread ones and those that stand out are worth more. */
export function* addRows(builder: OutlineBuilder, text: string, rows: readonly Row[], place: RowPlace): Sliced<void> {
  const columns = countColumns();
  for (const [index, { cells }] of rows.entries()) {
    for (const [column, cell] of cells.entries()) columns.note(column, cell.trim());
    if (index % ROWS_PER_SLICE === ROWS_PER_SLICE - 1) yield;
  }
  const names = place.names.map(plainWords);
  for (const [index, { start, end, cells }] of rows.entries()) {
    const oddness = cells.reduce((most, cell, column) => Math.max(most, columns.oddness(column, cell.trim())), 0);
    const prior =
      PLAIN_ROW +
      BY_SPREAD * spread(index, rows.length) +
      BY_ODDNESS * oddness +
      BY_SEVERITY * severityOf(text.slice(start, end));
    const context = contextOf(place.about ?? "", names, cells);
    builder.add({ start, end, kind: "table", head: place.head, context, prior: clamp(prior) });
    if (index % ROWS_PER_SLICE === ROWS_PER_SLICE - 1) yield;
  }
}

/** Each cell behind the name of its column: `name Ann Moss, team Cellar`. */
function contextOf(about: string, names: readonly string[], cells: readonly string[]): string {
  let context = about;
  for (const [column, name] of names.entries()) {
    const cell = cells[column]?.replace(/\s+/gu, " ").trim();
    if (cell === undefined || cell === "" || name === "") continue;
    if (context !== "") context += ", ";
    context += `${name} ${cell}`;
    if (context.length >= LONGEST_CONTEXT) break;
  }
  return context;
}
