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
export const ROWS_PER_SLICE = 128;
/** Worth of a row, and how much more it is worth by its place, by states that are rare, by telling of a failure. */
const PLAIN_ROW = 0.3;
const BY_SPREAD = 0.2;
const BY_ODDNESS = 0.25;
const BY_SEVERITY = 0.25;

/** Adds the rows of a table: evenly spread ones and those that stand out are worth more. */
export function* addRows(builder: OutlineBuilder, text: string, rows: readonly Row[], place: RowPlace): Sliced<void> {
  const columns = countColumns();
  for (const [index, { cells }] of rows.entries()) {
    for (let column = 0; column < cells.length; column += 1) columns.note(column, (cells[column] as string).trim());
    if (index % ROWS_PER_SLICE === ROWS_PER_SLICE - 1) yield;
  }
  const names = place.names.map(plainWords);
  for (const [index, { start, end, cells }] of rows.entries()) {
    let oddness = 0;
    for (let column = 0; column < cells.length; column += 1) {
      oddness = Math.max(oddness, columns.oddness(column, (cells[column] as string).trim()));
    }
    const prior =
      PLAIN_ROW +
      BY_SPREAD * spread(index, rows.length) +
      BY_ODDNESS * oddness +
      BY_SEVERITY * severityOf(text.slice(start, end));
    const context = contextOf(place.about, names, cells);
    builder.add({ start, end, kind: "table", head: place.head, context, prior: clamp(prior) });
    if (index % ROWS_PER_SLICE === ROWS_PER_SLICE - 1) yield;
  }
}

const BREAKS = /\s{2,}|[\t\n\r]/gu;

/** Each cell behind the name of its column: `name Ann Moss, team Cellar`. */
function contextOf(about: string | undefined, names: readonly string[], cells: readonly string[]): string {
  const parts = about ? [about] : [];
  let length = about?.length ?? 0;
  for (let column = 0; column < names.length && length < LONGEST_CONTEXT; column += 1) {
    const name = names[column] as string;
    const cell = cells[column]?.trim() ?? "";
    if (cell === "" || name === "") continue;
    length += name.length + cell.length + 3;
    parts.push(`${name} ${cell.replace(BREAKS, " ")}`);
  }
  return parts.join(", ");
}
