import type { Sliced } from "../runtime/event-loop.js";
import { createPace, isBlank } from "./lines.js";
import { type Line, type OutlineBuilder, plainWords } from "./outline.js";
import { clamp } from "./priors.js";

/** Lines of a grain at most, and code units from which on it ends where a comment or a definition begins. */
const MOST_LINES = 6;
const ENOUGH = 100;
/** A line of a comment. */
const COMMENTED = /^[-+ ]{1,8}\s*(?:\/\*|\*|\/\/|#|--)/u;
/** What begins something of its own, behind the signs. */
const OPENING =
  /^[-+ ]{1,8}\s*(?:\/\*\*?|\/\/|#|--|@\w|"""|(?:export|async|public|private|static|def|class|fn|pub|func|function|const|let|var|type|interface)\b)/u;

/** Worth of changed lines, how much more those of a hunk with many are worth, and how many are many. */
const CHANGED = 0.45;
const BY_CHANGES = 0.3;
const MANY_CHANGES = 64;
/** What each piece of a hunk has less than the one before, and the least that is left. */
const BY_PLACE = 0.01;
const LAST_PIECE = 0.2;
/** Worth of lines that did not change. */
const UNCHANGED = 0.15;
/** What is left of the worth in files that programs write. */
const GENERATED_SHARE = 0.4;
const GENERATED =
  /(?:^|[-./])lock(?:\.|$)|(?:^|\/)(?:node_modules|vendor|dist|build|third_party|__snapshots__)\/|\.min\.|\.(?:snap|map|svg|sum)$/u;

const HUNK = /^(?<marks>@{2,9}) -?\d[^@]{0,200} \k<marks>(?: (?<place>.*))?$/u;
const RANGE = /^@@ -\d+(?:,(?<old>\d+))? \+\d+(?:,(?<new>\d+))? @@/u;
const SIGNATURE = /^-- $/u;

/** Whether a line says where the lines below it stand: `@@ -1,4 +1,6 @@`. */
export function isHunk(text: string): boolean {
  return text.startsWith("@@") && HUNK.test(text);
}

/** Lines that stay or go together. */
interface Piece {
  from: number;
  to: number;
  isChanged: boolean;
}

/** Adds a hunk: its line, and under it runs of changed and of unchanged lines. Returns the line behind it. */
export function* addHunk(
  builder: OutlineBuilder,
  lines: readonly Line[],
  from: number,
  file: { head: number; path: string },
): Sliced<number> {
  const { start, end, text } = lines[from] as Line;
  const { marks = "@@", place = "" } = HUNK.exec(text)?.groups ?? {};
  const hunk = builder.add({ start, end, kind: "code", role: "shell", head: file.head });
  const context = plainWords(`${file.path} ${place}`);
  const to = hunkEnd(lines, from);
  const pieces = [...piecesOf(lines, from + 1, to, marks.length - 1)];
  const changed = pieces.reduce((sum, piece) => sum + (piece.isChanged ? piece.to - piece.from : 0), 0);
  const share = Math.log2(1 + Math.min(changed, MANY_CHANGES)) / Math.log2(1 + MANY_CHANGES);
  const isDue = createPace();
  let worth = CHANGED + BY_CHANGES * share;
  for (const piece of pieces) {
    const own = lines.slice(piece.from, piece.to).filter((line) => !isBlank(line));
    const [first] = own;
    const last = own.at(-1);
    if (first === undefined || last === undefined) continue;
    let prior = UNCHANGED;
    if (piece.isChanged) {
      prior = worth;
      worth = Math.max(LAST_PIECE, worth - BY_PLACE);
    }
    if (GENERATED.test(file.path)) prior *= GENERATED_SHARE;
    builder.add({ start: first.start, end: last.end, kind: "code", head: hunk, context, prior: clamp(prior) });
    if (isDue(last.end)) yield;
  }
  return to;
}

/** The line behind a hunk: its numbers say how many lines it has, and its lines begin with a sign. */
function hunkEnd(lines: readonly Line[], from: number): number {
  const range = RANGE.exec((lines[from] as Line).text)?.groups;
  let old = range === undefined ? Number.POSITIVE_INFINITY : Number(range.old ?? 1);
  let fresh = range === undefined ? Number.POSITIVE_INFINITY : Number(range.new ?? 1);
  let to = from + 1;
  for (; to < lines.length; to += 1) {
    const { text } = lines[to] as Line;
    const sign = text[0] ?? " ";
    if (!" +-\\".includes(sign)) break;
    const isOver = old <= 0 && fresh <= 0;
    // Beyond its numbers, which people get wrong, a hunk goes on with changed lines only.
    if (isOver && (sign === " " || /^(?:--- |\+\+\+ )/u.test(text) || SIGNATURE.test(text))) break;
    if (sign !== "+" && sign !== "\\") old -= 1;
    if (sign !== "-" && sign !== "\\") fresh -= 1;
  }
  return to;
}

/** Where a piece of a run ends: in front of what begins something of its own, if there is enough, or with its last line. */
function pieceEnd(lines: readonly Line[], from: number, end: number): number {
  const most = Math.min(end, from + MOST_LINES);
  // A rest of a line or two stays with what is in front of it.
  if (end - from <= MOST_LINES / 2) return end;
  let isCode = !COMMENTED.test((lines[from] as Line).text);
  for (let at = from + 1; at < most; at += 1) {
    const { start, text } = lines[at] as Line;
    const units = start - (lines[from] as Line).start;
    if (isCode && units >= ENOUGH && (OPENING.test(text) || text.slice(1).trim() === "")) return at;
    isCode = !COMMENTED.test(text);
  }
  return end - most <= 1 ? end : most;
}

function* piecesOf(lines: readonly Line[], from: number, to: number, signs: number): Generator<Piece> {
  const isChanged = (at: number) => /[+-]/u.test((lines[at] as Line).text.slice(0, signs));
  const isMark = (at: number) => (lines[at] as Line).text.startsWith("\\");
  for (let start = from; start < to; ) {
    const changed = isChanged(start);
    let end = start + 1;
    while (end < to && (isMark(end) || isChanged(end) === changed)) end += 1;
    for (let from = start; from < end; ) {
      const piece = pieceEnd(lines, from, end);
      yield { from, to: piece, isChanged: changed };
      from = piece;
    }
    start = end;
  }
}
