import type { Sliced } from "../runtime/event-loop.js";
import type { Span } from "../types.js";
import { childrenOf, keyOf } from "./json-records.js";
import { type JsonNode, readTape, type Tape } from "./json-tape.js";
import { type Line, type Outline, readLines, type TextKind } from "./outline.js";
import { severityOf, templateOf } from "./priors.js";

/** A stretch of a re-encoded text: taken from the source, or put in between (a comma, a count, a column's name). */
interface FormPiece {
  text: string;
  /** Where it stands in the source; undefined where it is not of the source. */
  source?: Span;
}

/** A text in another form that says the same in fewer tokens. */
export interface TableForm {
  text: string;
  /** Slices of the source that it is made of, ascending. */
  spans: [start: number, end: number][];
  /** Stretches of `text` that are not of the source. */
  inserted: [start: number, end: number][];
  /** Whether the source can be told from it, white space and the order of members aside. Logs lose what varies from line to line. */
  isLossless: boolean;
}

/** Arrays of fewer objects stay as they are. */
const FEWEST_ROWS = 3;
/** Objects in a row's object are told by dotted columns down to this depth. */
const DEEPEST_COLUMN = 4;
/** Share of a table's cells that are filled, at least. */
const LEAST_FILLED = 0.6;
/** Lines of one template that are told once, at least. */
const FEWEST_COPIES = 3;
/** What is worked through in one go. */
const STEPS_PER_SLICE = 256;

/** What is known of a text that is to be a table. */
export type TableSource = Pick<Outline, "kind" | "hidden">;

/**
 * Writes a text in the form of a table: arrays of like objects, and JSON lines, with dotted columns; lines of a log that
 * one statement wrote once, with their count and the time of the last; lines that grep found below their file.
 *
 * @returns Undefined for all other kinds, for texts without anything of the sort, and for those with terminal escapes.
 */
export function* toTableForm(text: string, { kind, hidden }: TableSource): Sliced<TableForm | undefined> {
  const encode = ENCODERS[kind];
  if (encode === undefined || hidden.some(({ start, end }) => text.slice(start, end).trim() !== "")) return undefined;
  const pieces = yield* encode(text);
  return pieces === undefined ? undefined : formOf(pieces, kind !== "log");
}

function formOf(pieces: readonly FormPiece[], isLossless: boolean): TableForm {
  const spans: [number, number][] = [];
  const inserted: [number, number][] = [];
  let length = 0;
  for (const { text, source } of pieces) {
    const [list, start, end] = source
      ? ([spans, source.start, source.end] as const)
      : ([inserted, length, length + text.length] as const);
    const last = list.at(-1);
    // Of two stretches that follow each other in both texts one is made.
    const isNext = last !== undefined && last[1] === start && (source === undefined || inserted.at(-1)?.[1] !== length);
    if (isNext) last[1] = end;
    else if (end > start) list.push([start, end]);
    length += text.length;
  }
  // Members that stand in another order than the columns are told by their places all the same.
  spans.sort(([a], [b]) => a - b);
  return { text: pieces.map((piece) => piece.text).join(""), spans, inserted, isLossless };
}

const ENCODERS: Partial<Record<TextKind, (text: string) => Sliced<FormPiece[] | undefined>>> = {
  json: encodeJson,
  ndjson: encodeJson,
  log: encodeLog,
  grep: encodeGrep,
};

/** Writes pieces one after the other. */
function createWriter(text: string) {
  const pieces: FormPiece[] = [];
  return {
    pieces,
    insert: (inserted: string) => pieces.push({ text: inserted }),
    take: (start: number, end: number) => {
      if (end > start) pieces.push({ text: text.slice(start, end), source: { start, end } });
    },
  };
}

type Writer = ReturnType<typeof createWriter>;

function* encodeJson(text: string): Sliced<FormPiece[] | undefined> {
  const tape = yield* readTape(text);
  if (tape === undefined || !(tape[0]?.isWhole ?? false)) return undefined;
  const tops: number[] = [];
  for (let top = 0; top < tape.length; top = (tape[top] as JsonNode).next) tops.push(top);
  if (tape.some(({ kind }) => kind === "comment" || kind === "rest")) return undefined;
  const writer = createWriter(text);
  if (tops.length > 1) {
    const table = yield* tableOf(text, tape, tops);
    if (table === undefined) return undefined;
    yield* writeTable(writer, text, tape, table);
    return writer.pieces;
  }
  const tables = yield* writeTree(writer, text, tape);
  return tables === 0 ? undefined : writer.pieces;
}

/** Objects as rows. */
interface Table {
  columns: string[];
  /** Place on the tape of each cell, by column; none where the member is missing. */
  rows: Map<string, number>[];
}

/** Reads objects as the rows of one table; undefined where they are too unlike. */
function* tableOf(text: string, tape: Tape, objects: readonly number[]): Sliced<Table | undefined> {
  if (objects.length < FEWEST_ROWS || objects.some((index) => tape[index]?.kind !== "object")) return undefined;
  const columns = new Set<string>();
  const rows: Map<string, number>[] = [];
  let cells = 0;
  for (const object of objects) {
    if (rows.length % STEPS_PER_SLICE === STEPS_PER_SLICE - 1) yield;
    const row = rowOf(text, tape, object);
    if (row === undefined) return undefined;
    for (const column of row.keys()) columns.add(column);
    cells += row.size;
    rows.push(row);
  }
  return cells >= columns.size * rows.length * LEAST_FILLED ? { columns: [...columns], rows } : undefined;
}

/** The members of an object and of the objects in it, by dotted names; undefined where a name comes twice. */
function rowOf(text: string, tape: Tape, object: number): Map<string, number> | undefined {
  const row = new Map<string, number>();
  const waiting: { index: number; path: string; depth: number }[] = [{ index: object, path: "", depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { index, path, depth } = next;
    const members = childrenOf(tape, index);
    const isCell = depth > 0 && (tape[index]?.kind !== "object" || members.length === 0 || depth >= DEEPEST_COLUMN);
    if (isCell) {
      if (row.has(path)) return undefined;
      row.set(path, index);
      continue;
    }
    for (const member of members.reverse()) {
      const key = keyOf(text, tape[member] as JsonNode);
      if (!/^[\w$@/ -]+$/u.test(key)) return undefined;
      waiting.push({ index: member, path: path === "" ? key : `${path}.${key}`, depth: depth + 1 });
    }
  }
  return row;
}

function* writeTable(writer: Writer, text: string, tape: Tape, { columns, rows }: Table): Sliced<void> {
  writer.insert(`[${rows.length}]{${columns.join(",")}}`);
  for (const [index, row] of rows.entries()) {
    if (index % STEPS_PER_SLICE === STEPS_PER_SLICE - 1) yield;
    writer.insert("\n");
    for (const [place, column] of columns.entries()) {
      if (place > 0) writer.insert(",");
      const cell = row.get(column);
      if (cell !== undefined) writeCell(writer, text, tape[cell] as JsonNode);
    }
  }
}

/** A string that can be nothing else stands without its quotes. */
const BARE = /^"(?!(?:true|false|null|-?[\d.]+(?:[eE][+-]?\d+)?|\s*)"|\s|[[{])[^"\\,\n[\]{}]*(?<!\s)"$/u;
const SPACE = /"(?:[^"\\]|\\.)*"?|\s+/gu;

function writeCell(writer: Writer, text: string, { value, end }: JsonNode): void {
  const source = text.slice(value, end);
  if (BARE.test(source)) writer.take(value + 1, end - 1);
  else writePlain(writer, text, value, end);
}

/** JSON without its white space. */
function writePlain(writer: Writer, text: string, start: number, end: number): void {
  let from = start;
  for (const { 0: token, index } of text.slice(start, end).matchAll(SPACE)) {
    if (token.startsWith('"')) continue;
    writer.take(from, start + index);
    from = start + index + token.length;
  }
  writer.take(from, end);
}

/** One JSON value, its arrays of like objects as tables. @returns how many there are */
function* writeTree(writer: Writer, text: string, tape: Tape): Sliced<number> {
  let from = tape[0]?.value ?? 0;
  let tables = 0;
  for (let index = 0; index < tape.length; ) {
    if (index % STEPS_PER_SLICE === STEPS_PER_SLICE - 1) yield;
    const node = tape[index] as JsonNode;
    const table = node.kind === "array" ? yield* tableOf(text, tape, childrenOf(tape, index)) : undefined;
    if (table === undefined) {
      index += 1;
      continue;
    }
    tables += 1;
    writePlain(writer, text, from, node.value);
    yield* writeTable(writer, text, tape, table);
    from = node.end;
    if (node.end < (tape[0]?.end ?? 0)) writer.insert("\n");
    index = node.next;
  }
  writePlain(writer, text, from, tape[0]?.end ?? 0);
  return tables;
}

const TIME =
  /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d|\w{3} +\d{1,2} \d\d:\d\d:\d\d|\b\d\d:\d\d:\d\d\b/u;

function* encodeLog(text: string): Sliced<FormPiece[] | undefined> {
  const lines = yield* readLines(text);
  const groups = new Map<number, { first: number; last: number; lines: number }>();
  const keys: (number | undefined)[] = [];
  for (const [index, line] of lines.entries()) {
    if (index % STEPS_PER_SLICE === STEPS_PER_SLICE - 1) yield;
    // An event over several lines is told whole, and so is what tells of trouble.
    const isAlone =
      /^\S/u.test(line.text) && !/^\s+\S/u.test(lines[index + 1]?.text ?? "") && severityOf(line.text) === 0;
    const key = isAlone ? templateOf(line.text) : undefined;
    keys.push(key);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: index, last: index, lines: 1 });
    else Object.assign(group, { last: index, lines: group.lines + 1 });
  }
  const writer = createWriter(text);
  let isShorter = false;
  for (const [index, line] of lines.entries()) {
    const key = keys[index];
    const group = key === undefined ? undefined : groups.get(key);
    if (group === undefined || group.lines < FEWEST_COPIES) takeLine(writer, text, line, lines[index + 1]);
    else if (index === group.first) {
      isShorter = true;
      writer.take(line.start, line.end);
      writeCount(writer, lines[group.last] as Line, group.lines);
      writer.take(line.end, lines[index + 1]?.start ?? text.length);
    }
  }
  return isShorter ? writer.pieces : undefined;
}

function writeCount(writer: Writer, last: Line, lines: number): void {
  const time = TIME.exec(last.text);
  writer.insert(` (${lines} lines like this${time === null ? "" : ", the last at "}`);
  if (time !== null) writer.take(last.start + time.index, last.start + time.index + time[0].length);
  writer.insert(")");
}

function takeLine(writer: Writer, text: string, line: Line, next: Line | undefined): void {
  writer.take(line.start, next?.start ?? text.length);
}

const FOUND = /^(?<path>(?:[A-Za-z]:)?[^\s:]{1,400}):(?=\d{1,8}:)/u;

function* encodeGrep(text: string): Sliced<FormPiece[] | undefined> {
  const lines = yield* readLines(text);
  const writer = createWriter(text);
  let path: string | undefined;
  for (const [index, line] of lines.entries()) {
    if (index % STEPS_PER_SLICE === STEPS_PER_SLICE - 1) yield;
    const found = FOUND.exec(line.text)?.groups?.path;
    if (found === undefined) {
      path = undefined;
      takeLine(writer, text, line, lines[index + 1]);
      continue;
    }
    if (found !== path) {
      writer.take(line.start, line.start + found.length + 1);
      writer.insert("\n");
    }
    path = found;
    writer.take(line.start + found.length + 1, lines[index + 1]?.start ?? text.length);
  }
  return writer.pieces;
}
