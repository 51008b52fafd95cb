import type { Sliced } from "../runtime/event-loop.js";
import type { Line } from "./outline.js";

/** Lines at a page's top and bottom that may be running heads and feet. */
const EDGE_LINES = 3;
/** Share of the pages that a running line stands on at least: left and right pages may differ. */
const LEAST_SHARE = 0.4;
const PAGE_NUMBER =
  /^[-–—|\s]*(?:page|seite|p\.)?\s*(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|\/|von)\s*\d{1,4})?[-–—|\s]*$/iu;
/** A running line is at most this long, in code units. */
const LONGEST_LINE = 200;

/** One page, without the form feeds around it. */
export interface Page {
  lines: readonly Line[];
  /** Code units of the longest line. */
  width: number;
}

/** Lines that stand at the edges of many pages, by their words with all figures alike. */
export function* repeatedLines(pages: readonly Page[]): Sliced<Set<string>> {
  const counts = new Map<string, number>();
  for (const page of pages) {
    const own = new Set<string>();
    for (const edge of [1, -1] as const) {
      for (const index of linesAtEdge(page, edge)) own.add(keyOf(page.lines[index] as Line));
    }
    for (const key of own) counts.set(key, (counts.get(key) ?? 0) + 1);
    yield;
  }
  const least = Math.max(2, pages.length * LEAST_SHARE);
  return new Set([...counts].filter(([key, count]) => key !== "" && count >= least).map(([key]) => key));
}

/** The running lines of a page: what each says by its index, "" for page numbers. */
export function furnitureOf(page: Page, repeated: ReadonlySet<string>): Map<number, string> {
  const furniture = new Map<number, string>();
  for (const edge of [1, -1] as const) {
    for (const index of linesAtEdge(page, edge)) {
      const line = page.lines[index] as Line;
      const key = keyOf(line);
      if (PAGE_NUMBER.test(line.text.slice(0, LONGEST_LINE))) furniture.set(index, "");
      else if (repeated.has(key)) furniture.set(index, key);
      else break;
    }
  }
  return furniture;
}

function keyOf(line: Line): string {
  // The last line of a paragraph is no running line, however often it says the same.
  if (line.text.length > LONGEST_LINE || /^\s*\p{Ll}/u.test(line.text)) return "";
  return line.text.trim().replace(/\d+/gu, "#").replace(/\s+/gu, " ");
}

/** The lines that stand together at a page's top (1) or bottom (-1), from its edge inwards. */
function linesAtEdge({ lines }: Page, step: 1 | -1): number[] {
  const found: number[] = [];
  for (
    let at = step === 1 ? 0 : lines.length - 1;
    at >= 0 && at < lines.length && found.length < EDGE_LINES;
    at += step
  ) {
    if (lines[at]?.text.trim() !== "") found.push(at);
    else if (found.length > 0) break;
  }
  return found;
}
