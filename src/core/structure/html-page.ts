import { freeBareShells } from "./bare-shells.js";
import { type RowTags, wholeRow } from "./html-row.js";
import { linesOutside, type Segment, wordsOf } from "./html-segment.js";
import { type Attributes, LINE_TAGS, MAIN, PARAGRAPH_TAGS, type Worth, worthOf } from "./html-tags.js";
import { buildOutline, type GrainInput, type Hidden, LONGEST_CONTEXT, type Outline } from "./outline.js";
import { contextOf, type Place } from "./place.js";
import { endsStatement } from "./prose.js";

/** A list item up to this length is a label of the list that it holds, in code units. */
const LONGEST_LABEL = 80;
/** A heading or a term that is longer is a paragraph, in code units. */
const LONGEST_HEADING = 240;
/** A table row that is longer is layout, not a record, in code units. */
const LONGEST_ROW = 600;
/** A block of code up to this length stays whole, in code units. */
const LONGEST_WHOLE_CODE = 400;
/** What the page's title is worth. */
const TITLE_PRIOR = 0.7;
/** A line in front of `<br>` from here on may be one that was wrapped, in code units. */
const WRAPPED_LINE = 50;

interface Heading {
  level: number;
  grain: number;
  place: Place;
  above: Heading | undefined;
}

interface Table extends RowTags {
  /** The last header row or the caption, -1 before them. */
  head: number;
  columns: string;
  /** The open row's segments; undefined between rows. */
  row: Segment[] | undefined;
  hasData: boolean;
}

/** A part of the page whose texts are worth more or less than others. */
interface Region {
  tag: string;
  depth: number;
  worth: Worth;
  heading: Heading | undefined;
  lists: number;
  tables: number;
}

/** Where the grains of a page are told, in the order of its text. */
export interface Page {
  /** A tag that opens, and where it begins. */
  open(tag: string, attributes: Attributes, start: number): void;
  /** A tag that closes, and where its name ends. */
  close(tag: string, end: number): void;
  /** A piece of text; what stands between two pieces is markup. */
  text(start: number, end: number): void;
  /** A space that is written as markup. */
  space(): void;
  done(): Outline;
}

/** Starts the outline of a page. */
export function createPage(source: string): Page {
  const outline = buildOutline("html", "blocks");
  /** Up to where all is in a grain or hidden. */
  let covered = 0;
  let segment: Segment | undefined;
  /** Where the last piece of text ended. */
  let pieceEnd = 0;
  /** What the markup since then stands for. */
  let gap: Hidden["as"] = "";
  let isParagraphBreak = false;
  /** Where the line that is read began, behind the last `<br>`. */
  let lineStart = 0;

  let headingLevel = 0;
  let heading: Heading | undefined;
  /** Labels of the open lists, -1 where there is none. */
  const lists: number[] = [];
  /** Lists below this one began before the last heading: their labels head nothing any more. */
  let firstList = 0;
  let term = -1;
  let isTermUsed = false;
  let textRole: "" | "title" | "term" | "description" | "caption" = "";
  const tables: Table[] = [];
  let codeDepth = 0;
  const regions: Region[] = [];
  const depths = new Map<string, number>();
  /** Depths at which regions of a tag began, to see at once whether a closing tag ends one. */
  const regionDepths = new Map<string, number[]>();

  const worth = () => regions.at(-1)?.worth ?? MAIN;
  const label = () => (lists.length > firstList ? (lists.at(-1) as number) : -1);
  const head = () => (label() >= 0 ? label() : (heading?.grain ?? -1));
  const openRow = () => tables.at(-1)?.row;

  const hide = (to: number) => {
    if (to <= covered) return;
    const isFirst = outline.length === 0;
    if (isFirst || !isParagraphBreak || to - covered < 2) {
      outline.hide({ start: covered, end: to, as: isFirst ? "" : "\n" });
    } else {
      outline.hide({ start: covered, end: covered + 1, as: "\n" });
      outline.hide({ start: covered + 1, end: to, as: "\n" });
    }
  };
  const add = ({ start, end, hidden }: Segment, input: Partial<GrainInput>): number => {
    hide(start);
    for (const markup of hidden) if (markup.start < end) outline.hide(markup);
    covered = end;
    isParagraphBreak = false;
    const { prior, isWaste } = worth();
    // Field by field: a spread costs several times as much.
    return outline.add({
      start,
      end,
      kind: input.kind ?? "prose",
      role: isWaste ? "waste" : input.role,
      head: isWaste ? -1 : (input.head ?? head()),
      context: input.context ?? contextOf(heading?.place),
      prior: input.prior ?? prior,
    });
  };
  const addHeading = (part: Segment): number => {
    while (heading !== undefined && heading.level >= headingLevel) heading = heading.above;
    if (worth().isWaste) return add(part, {});
    const place = { words: wordsOf(source, part), parent: heading?.place };
    const grain = add(part, { kind: "heading", role: "shell", head: heading?.grain ?? -1 });
    heading = { level: headingLevel, grain, place, above: heading };
    firstList = lists.length;
    return grain;
  };
  const addCode = (part: Segment): void => {
    if (part.end - part.start <= LONGEST_WHOLE_CODE) {
      add(part, { kind: "code" });
      return;
    }
    const { prior, isWaste } = worth();
    hide(part.start);
    for (const markup of part.hidden) if (markup.start < part.end) outline.hide(markup);
    for (const { start, end } of linesOutside(source, part)) {
      outline.add({
        start,
        end,
        kind: "code",
        role: isWaste ? "waste" : "content",
        head: isWaste ? -1 : head(),
        context: contextOf(heading?.place),
        prior,
      });
    }
    covered = part.end;
    isParagraphBreak = false;
  };
  /** Terms in a row share what is said of the last. */
  const addTerm = (part: Segment): void => {
    const index = add(part, { kind: "data", role: "shell", ...(term >= 0 && !isTermUsed && { head: term }) });
    term = worth().isWaste ? -1 : index;
    isTermUsed = false;
  };
  const addBlock = (part: Segment): number => {
    const length = part.end - part.start;
    if (headingLevel > 0 && length <= LONGEST_HEADING) return addHeading(part);
    if (textRole === "title") return add(part, { kind: "heading", prior: TITLE_PRIOR });
    if (textRole === "term" && length <= LONGEST_HEADING) {
      addTerm(part);
      return -1;
    }
    if (textRole === "description" && term >= 0) {
      isTermUsed = true;
      return add(part, {
        head: term,
        context: `${contextOf(heading?.place)} ${wordsOf(source, outline.grain(term))}`.trim(),
      });
    }
    if (textRole === "caption" && tables.length > 0 && !worth().isWaste) {
      const caption = add(part, { kind: "heading", role: "shell" });
      (tables.at(-1) as Table).head = caption;
      return caption;
    }
    return add(part, {});
  };
  /** Ends the open block, or the cell's part of the open row. Returns its grain, -1 where none came of it. */
  const flush = (): number => {
    const part = segment;
    segment = undefined;
    if (part === undefined) return -1;
    const row = openRow();
    if (codeDepth > 0) {
      // Code in a cell parts its row: what stands in front of it comes first.
      const table = tables.at(-1);
      if (table?.row !== undefined) startRow(table);
      addCode(part);
    } else if (row !== undefined) row.push(part);
    else return addBlock(part);
    return -1;
  };
  const endRow = (table: Table): void => {
    flush();
    const row = table.row ?? [];
    table.row = undefined;
    const [first, last] = [row[0], row.at(-1)];
    if (first === undefined || last === undefined) return;
    if (table.cells < 2 || last.end - first.start > LONGEST_ROW) {
      for (const part of row) addBlock(part);
      return;
    }
    const whole = wholeRow(source, table, row, covered);
    isParagraphBreak = isParagraphBreak && table.head < 0;
    const isHeader = !table.hasData && !worth().isWaste;
    const context = `${contextOf(heading?.place)} ${table.columns}`.trim();
    const index = add(whole, {
      kind: "table",
      role: isHeader ? "shell" : "content",
      context,
      ...(table.head >= 0 && { head: table.head }),
    });
    if (!isHeader) return;
    table.head = index;
    table.columns = `${table.columns} ${wordsOf(source, whole)}`.trim().slice(0, LONGEST_CONTEXT);
  };
  const startRow = (table: Table, start = -1): void => {
    endRow(table);
    table.row = [];
    table.cells = 0;
    table.start = start;
    table.closed = 0;
    table.hasData = false;
  };
  const startCell = (tag: string, start: number): void => {
    const table = tables.at(-1);
    if (table === undefined) return;
    if (table.row === undefined) startRow(table, start);
    table.cells += 1;
    if (tag === "td") table.hasData = true;
  };
  const endCell = (tag: string, end: number): void => {
    const table = tables.at(-1);
    if (table === undefined) return;
    const close = source.indexOf(">", end);
    table.end = close < 0 ? end : close + 1;
    if (tag === "tr") endRow(table);
    else table.closed += 1;
  };
  const startList = (): void => {
    const isLabel =
      segment !== undefined &&
      openRow() === undefined &&
      lists.length > 0 &&
      segment.end - segment.start <= LONGEST_LABEL &&
      headingLevel === 0 &&
      textRole === "" &&
      codeDepth === 0 &&
      !worth().isWaste;
    const grain = flush();
    if (isLabel && grain >= 0) outline.grain(grain).kind = "data";
    lists.push(isLabel && grain >= 0 ? grain : label());
  };
  const closeLists = (length: number): void => {
    lists.length = Math.max(0, Math.min(lists.length, length));
    firstList = Math.min(firstList, lists.length);
  };
  const endTable = (): void => {
    const table = tables.at(-1);
    if (table === undefined) return;
    endRow(table);
    tables.pop();
  };
  const startRegion = (tag: string, attributes: Attributes): void => {
    const depth = (depths.get(tag) ?? 0) + 1;
    depths.set(tag, depth);
    const found = worthOf(tag, attributes) ?? (tag === "section" ? worth() : undefined);
    if (found === undefined) return;
    regions.push({ tag, depth, worth: found, heading, lists: lists.length, tables: tables.length });
    const open = regionDepths.get(tag);
    if (open === undefined) regionDepths.set(tag, [depth]);
    else open.push(depth);
    if (found.prior < MAIN.prior) heading = undefined;
  };
  const endRegion = (tag: string): void => {
    const depth = depths.get(tag) ?? 0;
    if (depth > 0) depths.set(tag, depth - 1);
    if (regionDepths.get(tag)?.at(-1) !== depth) return;
    for (let region = regions.pop(); region !== undefined; region = regions.pop()) {
      regionDepths.get(region.tag)?.pop();
      closeLists(region.lists);
      while (tables.length > region.tables) endTable();
      // A section that opens the page may hold the heading of all that follows.
      if (region.worth.prior < MAIN.prior || region.heading !== undefined) heading = region.heading;
      if (region.tag === tag) return;
    }
  };
  const lineBreak = (): void => {
    if (codeDepth > 0) gap = "\n";
    else if (openRow() !== undefined) gap = " ";
    else if (segment !== undefined) {
      const isWrapped = segment.end - lineStart >= WRAPPED_LINE && !endsStatement(source.slice(lineStart, segment.end));
      if (!isWrapped) flush();
      gap = "\n";
      lineStart = Number.POSITIVE_INFINITY;
    }
  };
  const boundary = (tag: string): void => {
    flush();
    if (PARAGRAPH_TAGS.has(tag)) isParagraphBreak = true;
    headingLevel = 0;
  };

  return {
    open(tag, attributes, start) {
      if (tag === "br") return lineBreak();
      if (!LINE_TAGS.has(tag) && !PARAGRAPH_TAGS.has(tag)) return;
      if (tag === "ul" || tag === "ol") startList();
      boundary(tag);
      if (tag !== "p" && tag !== "div" && tag !== "li") textRole = roleOf(tag, textRole);
      if (tag.length === 2 && tag[0] === "h" && tag !== "hr") headingLevel = Number(tag[1]);
      else if (tag === "pre") codeDepth += 1;
      else if (tag === "table") {
        const outer = tables.at(-1);
        if (outer?.row !== undefined) startRow(outer);
        tables.push({ head: -1, columns: "", row: undefined, cells: 0, start: -1, end: 0, closed: 0, hasData: false });
      } else if (tag === "tr" && tables.length > 0) startRow(tables.at(-1) as Table, start);
      else if (tag === "td" || tag === "th") startCell(tag, start);
      startRegion(tag, attributes);
    },
    close(tag, end) {
      if (!LINE_TAGS.has(tag) && !PARAGRAPH_TAGS.has(tag)) return;
      boundary(tag);
      if (tag === "ul" || tag === "ol") closeLists(lists.length - 1);
      else if (tag === "pre") codeDepth = Math.max(0, codeDepth - 1);
      else if (tag === "table") endTable();
      else if (tag === "td" || tag === "th" || tag === "tr") endCell(tag, end);
      else if (tag === "dl") {
        textRole = "";
        term = -1;
      } else if (tag === "title" || tag === "caption") textRole = "";
      endRegion(tag);
    },
    text(start, end) {
      if (start >= end) return;
      const piece = source.slice(start, end);
      const length = piece.trimEnd().length;
      if (segment === undefined) {
        if (length > 0) {
          const first = piece.length - piece.trimStart().length;
          const from = codeDepth > 0 ? piece.lastIndexOf("\n", first) + 1 : first;
          segment = { start: start + from, end: start + length, hidden: [] };
          lineStart = segment.start;
        }
      } else {
        if (start > pieceEnd) segment.hidden.push({ start: pieceEnd, end: start, as: gap });
        if (length > 0) segment.end = start + length;
        lineStart = Math.min(lineStart, start);
      }
      pieceEnd = end;
      gap = "";
    },
    space() {
      if (gap === "") gap = " ";
    },
    done() {
      flush();
      while (tables.length > 0) endTable();
      if (source.slice(covered).trim() !== "") outline.hide({ start: covered, end: source.length, as: "" });
      const page = outline.done();
      freeBareShells(page.grains);
      return page;
    },
  };
}

function roleOf(tag: string, before: "" | "title" | "term" | "description" | "caption"): typeof before {
  if (tag === "dt") return "term";
  if (tag === "dd") return "description";
  if (tag === "title" || tag === "caption") return tag;
  return before === "description" ? before : "";
}
