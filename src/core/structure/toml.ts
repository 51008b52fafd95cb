import type { Sliced } from "../runtime/event-loop.js";
import { buildOutline, type Outline, plainWords } from "./outline.js";
import { type Place, tellContexts } from "./place.js";

/** Lines that are read in one go. */
const LINES_PER_SLICE = 256;
const KEY =
  /(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')(?:[ \t]*\.[ \t]*(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'))*/y;
const KEY_PART = /[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?/gu;
const BARE_VALUE = /[^\s,#[\]{}"'=]+(?: \d{2}:\d{2}[^\s,#\]}]*)?/y;
/** Names in the path of a table at most. */
const DEEPEST_TABLE = 64;
/** Keys that say what a table is, the best first. */
const IDENTITY_KEYS = ["name", "id", "key", "title", "path"] as const;
const TELLING_KEY = /^(?:description|summary|version|license|authors?)$/iu;
/** The first entry of a table in a list stands for it up to this length, in code units. */
const LONGEST_IDENTITY = 120;

const PRIOR = { identity: 0.7, telling: 0.6, emptyTable: 0.3, comment: 0.15 };

/** One table of an array, with what says which. */
interface Element {
  head: number;
  place: Place;
  /** The last elements of the arrays in it, by their path from here. */
  inner: Map<string, Element>;
}

interface Table {
  header: number;
  head: number;
  place: Place;
  members: number[];
  /** Where it is an element of an array. */
  element: Element | undefined;
}

/**
 * Reads TOML: a grain per entry under its table. In an array of tables, what an element is called heads its other
 * entries and its own tables. Multi-line strings and arrays are one grain.
 *
 * @returns Undefined where a line is no TOML or nothing is set.
 */
export function* parse(text: string): Sliced<Outline | undefined> {
  const outline = buildOutline("toml", "entries");
  const places: (Place | undefined)[] = [];
  const root: Element = { head: -1, place: { words: "", parent: undefined }, inner: new Map() };
  let table: Table = { header: -1, head: -1, place: root.place, members: [], element: undefined };
  let identity: { rank: number; grain: number; words: string } | undefined;
  let comments: number[] = [];
  let lastEntry = -1;
  let entries = 0;

  const endTable = () => {
    if (table.header >= 0 && table.members.length === 0) {
      outline.grain(table.header).role = "content";
      outline.grain(table.header).prior = PRIOR.emptyTable;
    }
    if (table.element === undefined || identity === undefined) return;
    for (const member of table.members) if (member !== identity.grain) outline.grain(member).head = identity.grain;
    outline.grain(identity.grain).prior = PRIOR.identity;
    table.place.words = `${table.place.words} ${identity.words}`;
    table.element.head = identity.grain;
  };
  const startTable = (start: number, end: number, path: readonly string[], isElement: boolean) => {
    endTable();
    identity = undefined;
    const { element: above, rest } = elementAbove(root, isElement ? path.slice(0, -1) : path);
    const place: Place = { words: plainWords(path.join(" ")), parent: above.place };
    const header = outline.add({ start, end, role: "shell", head: above.head });
    places.push(above.place);
    // A new element takes the place of the one before it, and of all arrays in that.
    const element = isElement ? { head: header, place, inner: new Map() } : undefined;
    if (element !== undefined) above.inner.set(JSON.stringify([...rest, path.at(-1)]), element);
    table = { header, head: header, place, members: [], element };
  };
  const addEntry = (start: number, end: number, key: string, value: string) => {
    const grain = outline.add({ start, end, head: table.head, ...(TELLING_KEY.test(key) && { prior: PRIOR.telling }) });
    places.push(table.place);
    table.members.push(grain);
    for (const comment of comments) outline.grain(comment).head = grain;
    comments = [];
    lastEntry = grain;
    entries += 1;
    const rank = (IDENTITY_KEYS as readonly string[]).indexOf(key);
    const isFirst = table.members.length === 1 && /^["'\w]/u.test(value);
    if (value.length > LONGEST_IDENTITY || (rank < 0 && !isFirst)) return;
    const words = value.replace(/^["']|["']$/gu, "");
    const worth = rank < 0 ? IDENTITY_KEYS.length : rank;
    if (identity === undefined || worth < identity.rank) identity = { rank: worth, grain, words };
  };

  let at = text.startsWith("\ufeff") ? 1 : 0;
  for (let lines = 1; at < text.length; lines += 1) {
    if (lines % LINES_PER_SLICE === 0) yield;
    const start = skipBlanks(text, at);
    if (start >= text.length) break;
    const first = text[start];
    if (first === "\n" || first === "\r") {
      at = start + 1;
      continue;
    }
    if (first === "#") {
      at = endOfLine(text, start);
      comments.push(outline.add({ start, end: trimmed(text, start, at), prior: PRIOR.comment }));
      places.push(table.place);
      continue;
    }
    let end: number;
    if (first === "[") {
      const isElement = text[start + 1] === "[";
      const keyStart = skipBlanks(text, start + (isElement ? 2 : 1));
      const keyEnd = matchEnd(KEY, text, keyStart);
      end = keyEnd < 0 ? -1 : skipBlanks(text, keyEnd);
      const closer = isElement ? "]]" : "]";
      if (end < 0 || !text.startsWith(closer, end)) return undefined;
      end += closer.length;
      const rest = restOfLine(text, end);
      if (rest < 0) return undefined;
      const path = pathOf(text.slice(keyStart, keyEnd));
      if (path.length > DEEPEST_TABLE) return undefined;
      startTable(start, rest, path, isElement);
      at = rest;
      continue;
    }
    const keyEnd = matchEnd(KEY, text, start);
    const equals = keyEnd < 0 ? -1 : skipBlanks(text, keyEnd);
    if (equals < 0 || text[equals] !== "=") return undefined;
    const valueStart = skipBlanks(text, equals + 1);
    end = valueEnd(text, valueStart);
    const rest = end < 0 ? -1 : restOfLine(text, end);
    if (rest < 0) return undefined;
    addEntry(start, rest, pathOf(text.slice(start, keyEnd)).join("."), text.slice(valueStart, end));
    at = rest;
  }
  endTable();
  for (const comment of comments) {
    if (lastEntry >= 0) outline.grain(comment).head = lastEntry;
    else outline.grain(comment).role = "waste";
  }
  if (entries === 0) return undefined;
  const toml = outline.done();
  yield* tellContexts(toml.grains, places);
  return toml;
}

/** The innermost element of an array of tables that a path leads through, and what is left of the path. */
function elementAbove(root: Element, path: readonly string[]): { element: Element; rest: readonly string[] } {
  let element = root;
  let rest = path;
  for (let length = 1; element.inner.size > 0 && length <= rest.length; length += 1) {
    const inner = element.inner.get(JSON.stringify(rest.slice(0, length)));
    if (inner === undefined) continue;
    element = inner;
    rest = rest.slice(length);
    length = 0;
  }
  return { element, rest };
}

/** Behind a value: strings, and arrays and inline tables with all that they hold; -1 where it does not end. */
function valueEnd(text: string, start: number): number {
  const open: string[] = [];
  let at = start;
  for (;;) {
    const unit = text[at];
    if (unit === undefined) return -1;
    if (unit === "[" || unit === "{") {
      open.push(unit === "[" ? "]" : "}");
      at += 1;
    } else if (unit === "]" || unit === "}") {
      if (open.pop() !== unit) return -1;
      at += 1;
    } else if (unit === '"' || unit === "'") {
      at = stringEnd(text, at);
      if (at < 0) return -1;
    } else if (open.length > 0 && unit === "#") {
      at = endOfLine(text, at);
      continue;
    } else if (open.length > 0 && /[\s,=]/u.test(unit)) {
      at += 1;
      continue;
    } else {
      at = matchEnd(BARE_VALUE, text, at);
      if (at < 0) return -1;
    }
    if (open.length === 0) return at;
  }
}

function stringEnd(text: string, start: number): number {
  const quote = text[start] as string;
  const isMultiline = text.startsWith(quote.repeat(3), start);
  const closer = isMultiline ? quote.repeat(3) : quote;
  let at = start + closer.length;
  for (;;) {
    const end = text.indexOf(closer, at);
    if (end < 0) return -1;
    if (!isMultiline && text.slice(start, end).includes("\n")) return -1;
    let escapes = 0;
    while (quote === '"' && text[end - 1 - escapes] === "\\") escapes += 1;
    if (escapes % 2 === 1) {
      at = end + 1;
      continue;
    }
    let behind = end + closer.length;
    // Up to two quotes may stand in front of the three that close.
    while (isMultiline && text[behind] === quote && behind < end + 5) behind += 1;
    return behind;
  }
}

/** Behind a comment on the rest of a line; -1 where something else follows. */
function restOfLine(text: string, from: number): number {
  const at = skipBlanks(text, from);
  const next = text[at];
  if (next === undefined || next === "\n" || next === "\r") return from;
  return next === "#" ? trimmed(text, at, endOfLine(text, at)) : -1;
}

function pathOf(key: string): string[] {
  return (key.match(KEY_PART) ?? []).map((part) => part.replace(/^["']|["']$/gu, ""));
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\t") at += 1;
  return at;
}

function trimmed(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}
