import type { Segment } from "./html-segment.js";
import type { Hidden } from "./outline.js";

/** Markup of a cell of a row that is printed with its tags, in code units. */
const LONGEST_CELL_MARKUP = 40;
/** What no reader sees: a row that holds it is printed without its tags. */
const UNSEEN = /<(?:!|script|style|template|svg|object|canvas|iframe)/iu;

/** The tags of an open row of a table. */
export interface RowTags {
  /** Where the row's first tag begins, -1 where it has none of its own. */
  start: number;
  /** Where the last tag of it ends that closes a cell or the row. */
  end: number;
  /** Cells that were opened, and those that were closed. */
  cells: number;
  closed: number;
}

/**
 * A row of a table as one run. Its tags tell its cells apart: they are shown where they are short and each cell is closed, else
 * its texts stand in a line.
 */
export function wholeRow(
  source: string,
  { start, end, cells, closed }: RowTags,
  row: readonly Segment[],
  covered: number,
): Segment {
  const [first, last] = [row[0] as Segment, row.at(-1) as Segment];
  const hidden: Hidden[] = [];
  let at = first.start;
  for (const part of row) {
    if (part.start > at) hidden.push({ start: at, end: part.start, as: " " });
    for (const markup of part.hidden) if (markup.start < part.end) hidden.push(markup);
    at = part.end;
  }
  const bare: Segment = { start: first.start, end: last.end, hidden };
  if (start < covered || start > first.start || end < last.end || closed < cells) return bare;
  let markup = first.start - start + end - last.end;
  for (const part of hidden) markup += part.end - part.start;
  if (markup > cells * LONGEST_CELL_MARKUP || UNSEEN.test(source.slice(start, end))) return bare;
  const shown: Hidden[] = [];
  if (first.start > start) shown.push({ start, end: first.start, as: "", isShown: true });
  for (const part of hidden) shown.push({ start: part.start, end: part.end, as: part.as, isShown: true });
  if (end > last.end) shown.push({ start: last.end, end, as: "", isShown: true });
  return { start, end, hidden: shown };
}
