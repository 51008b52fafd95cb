import type { Sliced } from "../runtime/event-loop.js";
import type { Span } from "../types.js";
import { type Grain, type Hidden, type Outline, readLines, type TextKind } from "./outline.js";

/** Finds what carries nothing in a text of a kind, in ascending order. */
type FindEmpty = (text: string, outline: Outline) => Sliced<Hidden[]>;

/** Code units, or grains, that are looked through in one go. */
const UNITS_PER_SLICE = 32_768;
const GRAINS_PER_SLICE = 512;

/**
 * The lossless form of a text: the same grains, with more of the text hidden that says nothing, or standing for less.
 * JSON and XML lose their indentation, tables and listings their padding, HTML gets the marks of Markdown in place of
 * its tags, subtitles lose their numbers, all others rows of blank lines and spaces at line ends. Grains keep their
 * places in the list; those of HTML may start further ahead. `waste` is not touched: leave it out to have the form whole.
 */
export function* compactOutline(text: string, outline: Outline): Sliced<Outline> {
  if (outline.kind === "html") return yield* markHtml(text, outline);
  const find = FINDERS[outline.kind];
  if (find === undefined) return outline;
  const found = yield* find(text, outline);
  return found.length === 0 ? outline : { ...outline, hidden: union(outline.hidden, found) };
}

const FINDERS: Partial<Record<TextKind, FindEmpty>> = {
  json: jsonSpace,
  ndjson: jsonSpace,
  xml: xmlIndentation,
  table: tablePadding,
  listing: blankRuns,
  subtitles: cueNumbers,
  toml: blankRuns,
  ini: blankRuns,
  log: blankRuns,
  trace: blankRuns,
  grep: blankRuns,
  code: blankRuns,
  mail: blankRuns,
  transcript: blankRuns,
  legal: blankRuns,
  qa: blankRuns,
  latex: blankRuns,
  paged: blankRuns,
  markdown: blankRuns,
  prose: blankRuns,
};

/** Hidden parts of two lists as one; what overlaps a part of the first goes. */
function union(first: readonly Hidden[], second: readonly Hidden[]): Hidden[] {
  const merged: Hidden[] = [];
  let next = 0;
  for (const hidden of first) {
    for (let more = second[next]; more !== undefined && more.end <= hidden.start; more = second[next]) {
      merged.push(more);
      next += 1;
    }
    while ((second[next]?.start ?? Number.POSITIVE_INFINITY) < hidden.end) next += 1;
    merged.push(hidden);
  }
  return [...merged, ...second.slice(next)];
}

const JSON_SPACE = /"(?:[^"\\]|\\.)*"?|\/\/[^\n]*\n?|\/\*[\s\S]*?(?:\*\/|$)|[[{]|[\]}]|\s+/gu;

/** White space between the marks of JSON, save what stands between two values at the top. */
function* jsonSpace(text: string): Sliced<Hidden[]> {
  const found: Hidden[] = [];
  let depth = 0;
  let slice = UNITS_PER_SLICE;
  for (const { 0: token, index } of text.matchAll(JSON_SPACE)) {
    if (index >= slice) {
      slice = index + UNITS_PER_SLICE;
      yield;
    }
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") depth = Math.max(0, depth - 1);
    else if (depth > 0 && token.trim() === "") found.push({ start: index, end: index + token.length, as: "" });
  }
  return found;
}

const XML_SPACE = /<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|>(?<space>[^\S\n]*\n\s*)(?=<)/gu;
const PRESERVED = /\bxml:space\s*=\s*["']preserve["']/u;

/** Line breaks and indentation between two tags. A text that asks for its white space keeps it. */
function* xmlIndentation(text: string): Sliced<Hidden[]> {
  const found: Hidden[] = [];
  if (PRESERVED.test(text)) return found;
  for (const { 0: token, index, groups } of text.matchAll(XML_SPACE)) {
    if (found.length % GRAINS_PER_SLICE === GRAINS_PER_SLICE - 1) yield;
    if (groups?.space !== undefined) found.push({ start: index + 1, end: index + token.length, as: "" });
  }
  return found;
}

/** Runs of spaces in the lines of a table: one is left between bars, two between columns that nothing else keeps apart. */
function* tablePadding(text: string, outline: Outline): Sliced<Hidden[]> {
  const lines = (yield* readLines(text)).filter((line) => line.text.trim() !== "");
  const isBarred = lines.filter(({ text: line }) => /[|│┃║]/u.test(line)).length > lines.length / 2;
  // A cell that is empty can be told by its place alone.
  const columns = new Set(lines.map(({ text: line }) => line.trim().split(/\s{2,}|\t/u).length));
  if (!isBarred && columns.size > 1) return yield* modePadding(text, outline);
  const found: Hidden[] = [];
  for (const [index, line] of lines.entries()) {
    if (index % GRAINS_PER_SLICE === GRAINS_PER_SLICE - 1) yield;
    for (const match of line.text.matchAll(isBarred ? /(?<=\S) +$| {2,}|-{4,}|={4,}|─{4,}|═{4,}/gu : / {3,}|-{4,}/gu)) {
      const isRule = match[0].trim() !== "";
      const isEnd = !isRule && match.index + match[0].length === line.text.length;
      const kept = isRule ? 3 : isEnd ? 0 : isBarred ? 1 : 2;
      if (isRule && /[^\s|+:=\-─═┼┬┴├┤┌┐└┘╬╦╩╠╣╔╗╚╝╞╪╡]/u.test(line.text)) continue;
      const start = line.start + match.index;
      if (match[0].length > kept) found.push({ start: start + kept, end: start + match[0].length, as: "" });
    }
  }
  return found;
}

const MODE = /^\s*(?:\d+ +)?[-dlbcps][-rwxsStT]{9}[.+@]? +\d+ +\S+ +\S+ +\d[\d.,]*[KMGT]? +\S+ +\S+ +\S+ +/u;

/** Padding in front of the names of `ls -l`, whose columns are never empty. */
function* modePadding(text: string, outline: Outline): Sliced<Hidden[]> {
  const found: Hidden[] = [];
  for (const [index, line] of (yield* readLines(text)).entries()) {
    if (index % GRAINS_PER_SLICE === GRAINS_PER_SLICE - 1) yield;
    for (const match of (MODE.exec(line.text)?.[0] ?? "").matchAll(/(?<=\S) {2,}/gu)) {
      const start = line.start + match.index;
      found.push({ start: start + 1, end: start + match[0].length, as: "" });
    }
  }
  return found.length === 0 ? yield* blankRuns(text, outline) : found;
}

/** The number of a subtitle above its time. */
function* cueNumbers(text: string): Sliced<Hidden[]> {
  const found: Hidden[] = [];
  for (const { 0: number, index } of text.matchAll(/(?<=^|\n)\d{1,6}[ \t]*\r?\n(?=[\d:.,]{5,14} --> )/gu)) {
    if (found.length % GRAINS_PER_SLICE === GRAINS_PER_SLICE - 1) yield;
    found.push({ start: index, end: index + number.length, as: "" });
  }
  return found;
}

/** Blank lines after the first between two grains, and the spaces at the ends of their lines. */
function* blankRuns(text: string, { grains }: Outline): Sliced<Hidden[]> {
  const found: Hidden[] = [];
  for (let index = 0; index + 1 < grains.length; index += 1) {
    if (index % GRAINS_PER_SLICE === GRAINS_PER_SLICE - 1) yield;
    const start = (grains[index] as Grain).end;
    const gap = text.slice(start, (grains[index + 1] as Grain).start);
    const empty = gap.trim() === "" ? /^[ \t]+(?=[\r\n])|(?<=\n[ \t]*\r?\n)(?:[ \t]*\r?\n)+/u.exec(gap) : null;
    if (empty !== null) found.push({ start: start + empty.index, end: start + empty.index + empty[0].length, as: "" });
  }
  return found;
}

const MARKED_TAG = /<(?:h(?<level>[1-6])|(?<item>li))\b[^<>]*>/giu;
const CELL_TAG = /<t[dh]\b/iu;

/** The marks of Markdown for headings and list items, and bars between cells. */
function* markHtml(text: string, outline: Outline): Sliced<Outline> {
  const { grains: bare, hidden } = withoutTags(outline);
  const grains: Grain[] = [];
  const marks: Hidden[] = [];
  let end = 0;
  for (const [index, grain] of bare.entries()) {
    if (index % GRAINS_PER_SLICE === GRAINS_PER_SLICE - 1) yield;
    const mark = grain.role === "waste" ? undefined : markBefore(text, { start: end, end: grain.start });
    if (mark === undefined) grains.push(grain);
    else {
      grains.push({ ...grain, start: mark.start });
      marks.push(mark);
    }
    end = grain.end;
  }
  return { ...outline, grains, hidden: union(withCells(text, cutAt(hidden, marks), grains), characters(text)) };
}

/** Rows of tables without the tags at their sides, and no tag shown. */
function withoutTags({ grains, hidden }: Outline): { grains: Grain[]; hidden: Hidden[] } {
  const bare = [...grains];
  let at = 0;
  return {
    grains: bare,
    hidden: hidden.map(({ start, end, as, isShown }) => {
      while (at < grains.length && (grains[at] as Grain).end <= start) at += 1;
      const grain = bare[at];
      if (isShown !== true || grain === undefined) return { start, end, as };
      if (end === grain.end) bare[at] = { ...grain, end: start, separator: Math.min(start, grain.separator) };
      if (start > grain.start) return { start, end, as };
      bare[at] = { ...grain, start: end };
      return { start, end, as: "\n" };
    }),
  };
}

const CHARACTER = /&(?:#(?<decimal>\d{1,7})|#x(?<hex>[0-9a-f]{1,6})|(?<name>[a-z]{2,8}));/giu;
/** Named characters that pages use most. */
const NAMED_CHARACTERS: Readonly<Record<string, string>> = {
  ...{
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    nbsp: " ",
    shy: "",
    euro: "€",
    pound: "£",
    yen: "¥",
    cent: "¢",
  },
  ...{
    copy: "©",
    reg: "®",
    trade: "™",
    middot: "·",
    bull: "•",
    hellip: "…",
    ndash: "–",
    mdash: "—",
    sect: "§",
    para: "¶",
  },
  ...{
    lsquo: "‘",
    rsquo: "’",
    ldquo: "“",
    rdquo: "”",
    laquo: "«",
    raquo: "»",
    times: "×",
    deg: "°",
    plusmn: "±",
    frac12: "½",
  },
  ...{
    larr: "←",
    rarr: "→",
    uarr: "↑",
    darr: "↓",
    auml: "ä",
    ouml: "ö",
    uuml: "ü",
    szlig: "ß",
    eacute: "é",
    egrave: "è",
  },
};

/** Characters that are written by name or number. */
function characters(text: string): Hidden[] {
  const found: Hidden[] = [];
  for (const { 0: reference, index, groups = {} } of text.matchAll(CHARACTER)) {
    const code = groups.decimal !== undefined ? Number(groups.decimal) : Number.parseInt(groups.hex ?? "", 16);
    const isCharacter = code > 0x1f && code <= 0x10_ff_ff;
    const as = isCharacter ? String.fromCodePoint(code) : NAMED_CHARACTERS[groups.name ?? ""];
    if (as !== undefined) found.push({ start: index, end: index + reference.length, as });
  }
  return found;
}

/** The mark that the last heading or list item that opens in front of a grain stands for. */
function markBefore(text: string, { start, end }: Span): Hidden | undefined {
  const gap = text.slice(start, end);
  const tag = [...gap.matchAll(MARKED_TAG)].at(-1);
  if (tag === undefined || /<\/(?:h[1-6]|li)\s*>/iu.test(gap.slice(tag.index))) return undefined;
  const level = tag.groups?.level;
  return { start: start + tag.index, end, as: level === undefined ? "- " : `${"#".repeat(Number(level))} ` };
}

/** Puts marks in the place of the ends of hidden parts. */
function cutAt(hidden: readonly Hidden[], marks: readonly Hidden[]): Hidden[] {
  const result: Hidden[] = [];
  let next = 0;
  for (const part of hidden) {
    while (marks[next] !== undefined && (marks[next] as Hidden).end <= part.start) next += 1;
    const mark = marks[next];
    if (mark === undefined || mark.start >= part.end) result.push(part);
    else if (part.start < mark.start) result.push({ ...part, end: mark.start });
  }
  return union(result, marks);
}

/** Bars where one cell of a row ends and the next begins. */
function withCells(text: string, hidden: readonly Hidden[], grains: readonly Grain[]): Hidden[] {
  let at = 0;
  return hidden.map((part) => {
    while (at < grains.length && (grains[at] as Grain).end <= part.start) at += 1;
    const isInside = (grains[at]?.start ?? Number.POSITIVE_INFINITY) < part.start;
    return isInside && CELL_TAG.test(text.slice(part.start, part.end)) ? { ...part, as: " | " } : part;
  });
}
