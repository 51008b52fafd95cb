import type { Sliced } from "../runtime/event-loop.js";
import { buildOutline, type Line, type Outline, readLines } from "./outline.js";
import { furnitureOf, type Page, repeatedLines } from "./page-furniture.js";
import { findPageHeads } from "./page-heads.js";
import { endsStatement } from "./prose.js";

/** Lines that are read in one go. */
const LINES_PER_SLICE = 256;
const LIST_ITEM = /^\s*(?:[-*+•‣–]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S/iu;
/** Columns of a table: gaps that no justified line has. */
const COLUMNS = /\S {3,}\S(?:.* {3,}\S|\s*$)|\S {5,}\S/u;
/** A line shorter than this share of the longest ends its paragraph if it ends a sentence. */
const SHORT_LINE = 0.7;
/** Columns from which a first line counts as indented. */
const FIRST_INDENT = 2;
/** A line by itself that is longer is no heading, in code units. */
const LONGEST_HEADING = 80;
const PRIOR = { furniture: 0.2, heading: 0.5 };

/**
 * Reads the text of a paged document (form feeds between its pages, or heads that come back): paragraphs over line and page breaks, table rows,
 * headings. Running heads and feet come once, page numbers never. The hyphen and the break inside of a word that was cut
 * at a line's end are hidden, so that both halves are one word.
 *
 * @returns Undefined where the text has one page.
 */
export function* parse(text: string): Sliced<Outline | undefined> {
  const pages = yield* readPages(text);
  if (pages.length < 2) return undefined;
  const repeated = yield* repeatedLines(pages);
  const compounds = new Set(text.match(/\p{Ll}{2,20}-\p{Ll}{2,20}/gu) ?? []);
  yield;
  const outline = buildOutline("paged", "paragraphs");
  const seen = new Set<string>();
  let heading = -1;
  let context = "";
  let paragraph: Line[] = [];
  /** Furniture behind the paragraph's last line that is not told. */
  let skipped: Line[] = [];
  let isBlankBefore = true;

  const span = (line: Line) => {
    const indent = line.text.length - line.text.trimStart().length;
    return { start: line.start + indent, end: line.start + line.text.trimEnd().length };
  };
  const flush = (isBlankAfter: boolean) => {
    const [first, last] = [paragraph[0], paragraph.at(-1)];
    if (first !== undefined && last !== undefined) {
      const { start } = span(first);
      const { end } = span(last);
      hideBreaks();
      const words = text.slice(start, end);
      const isHeading = paragraph.length === 1 && isBlankBefore && isBlankAfter && isTitle(words);
      const kind = isHeading ? "heading" : COLUMNS.test(first.text) ? "table" : "prose";
      const grain = outline.add({
        start,
        end,
        kind,
        head: isHeading ? -1 : heading,
        context: isHeading ? "" : context,
      });
      if (isHeading) {
        heading = grain;
        context = words;
      }
    }
    for (const line of skipped) outline.add({ ...span(line), role: "waste" });
    skipped = [];
    paragraph = [];
    isBlankBefore = isBlankAfter;
  };
  const hideBreaks = () => {
    for (const [index, line] of paragraph.entries()) {
      const next = paragraph[index + 1];
      if (next === undefined) break;
      const { end } = span(line);
      const { start } = span(next);
      const word = /(?<!\p{Ll})(\p{Ll}+)[-\u00ad]$/u.exec(text.slice(Math.max(line.start, end - 40), end))?.[1];
      const rest =
        word === undefined ? undefined : /^\p{Ll}+/u.exec(text.slice(start, Math.min(next.end, start + 40)))?.[0];
      if (rest !== undefined) {
        const isCompound = compounds.has(`${word}-${rest}`);
        outline.hide({ start: isCompound ? end : end - 1, end: start, as: "" });
      } else if (text.slice(end, start).trim() !== "") outline.hide({ start: end, end: start, as: "\n" });
    }
  };

  let lines = 0;
  for (const page of pages) {
    const base = indentOfPage(page);
    const furnitureLines = furnitureOf(page, repeated);
    const lastBody = page.lines.findLastIndex(
      ({ text: words }, index) => words.trim() !== "" && !furnitureLines.has(index),
    );
    let isTop = true;
    for (const [index, line] of page.lines.entries()) {
      lines += 1;
      if (lines % LINES_PER_SLICE === 0) yield;
      if (line.text.trim() === "") {
        if (!isTop && lastBody > index) flush(true);
        continue;
      }
      const furniture = furnitureLines.get(index);
      if (furniture !== undefined) {
        if (furniture !== "" && !seen.has(furniture)) {
          seen.add(furniture);
          flush(true);
          outline.add({ ...span(line), prior: PRIOR.furniture });
        } else if (paragraph.length > 0) skipped.push(line);
        else outline.add({ ...span(line), role: "waste" });
        continue;
      }
      const previous = paragraph.at(-1);
      if (previous !== undefined && !goesOn(previous, line, base, isTop, page.width)) flush(false);
      if (paragraph.length > 0) skipped = [];
      paragraph.push(line);
      isTop = false;
    }
  }
  flush(true);
  return outline.done();
}

function* readPages(text: string): Sliced<Page[]> {
  const pages: Page[] = [];
  let lines: Line[] = [];
  let count = 0;
  const endPage = () => {
    if (lines.some((line) => line.text.trim() !== "")) {
      let width = 0;
      for (const line of lines) width = Math.max(width, line.text.trimEnd().length);
      pages.push({ lines, width });
    }
    lines = [];
  };
  const all = yield* readLines(text);
  // Without form feeds a page begins where a running head does, or a foot.
  const starts = new Set(text.includes("\f") ? [] : findPageHeads(all.map((line) => line.text))[0]?.lines);
  for (const [at, line] of all.entries()) {
    count += 1;
    if (count % LINES_PER_SLICE === 0) yield;
    if (starts.has(at)) endPage();
    let start = line.start;
    for (const part of line.text.split("\f")) {
      if (start > line.start) endPage();
      lines.push({ start, end: start + part.length, text: part });
      start += part.length + 1;
    }
  }
  endPage();
  return pages;
}

/** The column in which the lines of a page begin. */
function indentOfPage({ lines }: Page): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { text } of lines) if (text.trim() !== "") least = Math.min(least, text.length - text.trimStart().length);
  return least;
}

/** Whether a line goes on with the paragraph of the line before it. */
function goesOn(previous: Line, line: Line, base: number, isTop: boolean, width: number): boolean {
  if (LIST_ITEM.test(line.text) || COLUMNS.test(line.text) || COLUMNS.test(previous.text)) return false;
  const words = previous.text.trimEnd();
  if (isTop && endsStatement(words)) return false;
  const indent = line.text.length - line.text.trimStart().length;
  const indentBefore = previous.text.length - previous.text.trimStart().length;
  const isIndented = indent >= base + FIRST_INDENT;
  if (isIndented && (isTop || indent !== indentBefore || endsStatement(words))) return false;
  return words.length >= width * SHORT_LINE || !endsStatement(words);
}

function isTitle(words: string): boolean {
  return (
    words.length <= LONGEST_HEADING && /^[\p{Lu}\d§]/u.test(words) && !/[.;:,!?]$/u.test(words) && !COLUMNS.test(words)
  );
}
