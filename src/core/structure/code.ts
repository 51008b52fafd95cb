import type { Sliced } from "../runtime/event-loop.js";
import { type CodePart, readBlocks } from "./code-blocks.js";
import { type CodeLine, scanCode } from "./code-scan.js";
import { syntaxOf } from "./code-syntax.js";
import { isDefinition, nameOf, priorOf } from "./code-worth.js";
import { buildOutline, LONGEST_CONTEXT, type Outline, type OutlineBuilder, type ParseHint } from "./outline.js";

/** A block of at most so many lines is one grain: a definition, any other, a comment or string over several lines. */
const SHORT_DEFINITION = 5;
const SHORT_BLOCK = 6;
const SHORT_TOKEN = 8;
/** Where it is more of the text than this, a block is opened all the same: what is asked for is in it, and may not fit. */
const SHORT_SHARE = 0.25;
/** Statements that stand together are one grain up to so many lines and code units. */
const LINES_PER_GRAIN = 4;
const UNITS_PER_GRAIN = 160;
/** Comments and decorators of at most so many lines are one grain with what stands behind them. */
const SHORT_LEAD = 4;
/** Grains that are made in one go. */
const RUNS_PER_SLICE = 128;

/** What a run of lines is; a `lead` (a comment, a decorator) belongs to what stands behind it. */
type RunType = "comment" | "decorator" | "statement" | "definition" | "block" | "verbatim" | "closer";

/** A run of parts that becomes one grain. */
interface Run {
  type: RunType;
  first: number;
  last: number;
  /** Last line of the block that it opens; `last` where it opens none or holds it. */
  blockEnd: number;
  /** The first of its parts, and the last, whose block it opens where `isHead`. */
  firstIndex: number;
  index: number;
  part: CodePart;
  /** One of many rows that are inserted: a grain of its own. */
  isRow: boolean;
  isHead: boolean;
}

/**
 * Reads program code of any common language by brackets, indentation and definition lines, with no grammar: statements
 * are grains, the signatures and conditions around them their heads. Lines are never cut.
 */
export function* parse(text: string, hint: ParseHint = {}): Sliced<Outline | undefined> {
  const syntax = syntaxOf(hint.language);
  const lines = yield* scanCode(text, syntax);
  const parts = yield* readBlocks(lines, syntax);
  const outline = buildOutline("code", "lines");
  const { grain } = outline;
  /** Grain of each block's head, and what stands inside it is told to stand in. */
  const heads = new Map<number, { grain: number; context: string }>();
  /** Grain of each part. */
  const grains = new Map<number, number>();
  /** Items of each list that stands in parentheses. */
  const lists = new Map<number, number[]>();
  const leads = createLeads(outline);
  let count = 0;
  for (const run of joinRuns(lines, runsOf(lines, parts))) {
    count += 1;
    if (count % RUNS_PER_SLICE === 0) yield;
    const { part, type } = run;
    const { start, end } = visible(text, (lines[run.first] as CodeLine).start, (lines[run.last] as CodeLine).end);
    const code = text.slice(start, end);
    const context = heads.get(part.parent)?.context ?? "";
    const closes = part.closes < 0 ? -1 : (heads.get(part.closes)?.grain ?? -1);
    const isShell = type === "closer" || (run.isHead && type !== "definition" && !holdsWords(part, code));
    const index = outline.add({
      start,
      end,
      kind: "code",
      role: isShell ? "shell" : "content",
      head: closes < 0 ? (grains.get(part.follows) ?? heads.get(part.parent)?.grain ?? -1) : -1,
      closes,
      context,
      prior: priorOf(code, { isDefinition: type === "definition", isComment: part.isComment, isTop: part.parent < 0 }),
    });
    for (let inner = run.firstIndex; inner <= run.index; inner += 1) grains.set(inner, index);
    if (run.isHead)
      heads.set(run.index, { grain: index, context: within(context, nameOf(code, type === "definition")) });
    if (type === "closer") continue;
    if (isList(parts[part.parent]) && type !== "comment")
      lists.set(part.parent, [...(lists.get(part.parent) ?? []), index]);
    if (parts[part.parent]?.isComment !== true) leads(run, index);
  }
  // The last of a list has no comma behind it: the others need it, so that what is kept ends as a list must.
  for (const list of lists.values()) {
    const last = list.pop() as number;
    if (text[grain(last).end - 1] === ",") continue;
    for (const index of list) if (grain(index).head === grain(last).head) grain(index).head = last;
  }
  return outline.done();
}

function isList(part: CodePart | undefined): boolean {
  return part?.opens === "(" || part?.opens === "rows";
}

/** Whether what opens a string or a comment over several lines says something itself. */
function holdsWords({ opens }: CodePart, code: string): boolean {
  return /^(?:"""|'''|\/\*|<<)/u.test(opens) && (code.match(/\p{L}{2,}/gu)?.length ?? 0) >= 3;
}

/** The names around a line; where they are too long together, those next to it. */
function within(context: string, name: string): string {
  const joined = context === "" ? name : `${context} ${name}`;
  if (joined.length <= LONGEST_CONTEXT) return joined;
  return joined.slice(joined.indexOf(" ", joined.length - LONGEST_CONTEXT) + 1);
}

function visible(text: string, start: number, end: number): { start: number; end: number } {
  const body = text.slice(start, end);
  return { start: end - body.trimStart().length, end: start + body.trimEnd().length };
}

/** Gives comments and decorators that are grains of their own the definition behind them as their head. */
function createLeads({ grain }: OutlineBuilder): (run: Run, index: number) => void {
  let waiting: number[] = [];
  let end = -1;
  return (run, index) => {
    const isNext = run.first === end + 1 && grain(waiting[0] ?? index).head === grain(index).head;
    if (!isNext) waiting = [];
    if (run.type === "comment" || run.type === "decorator") {
      waiting.push(index);
      end = Math.max(run.last, run.blockEnd);
      return;
    }
    if (run.type === "definition") for (const lead of waiting) grain(lead).head = index;
    waiting = [];
  };
}

/** The parts of a text, short blocks as one. */
function* runsOf(lines: readonly CodeLine[], parts: readonly CodePart[]): Generator<Run> {
  let end = -1;
  for (const [index, part] of parts.entries()) {
    if (part.first <= end) continue;
    const code = (lines[part.first] as CodeLine).code;
    const isWhole = part.opens !== "" && isShort(lines, part, isDefinition(code, true));
    if (isWhole) end = part.blockEnd;
    yield {
      type: typeOf(part, code),
      first: part.first,
      last: isWhole ? part.blockEnd : part.last,
      blockEnd: part.blockEnd,
      firstIndex: index,
      index,
      part,
      isRow: parts[part.parent]?.opens === "rows",
      isHead: part.opens !== "" && !isWhole,
    };
  }
}

function typeOf(part: CodePart, code: string): RunType {
  if (part.closes >= 0) return "closer";
  if (part.isVerbatim) return "verbatim";
  if (part.isComment) return "comment";
  if (isDefinition(code, part.opens !== "")) return "definition";
  if (/^(?:@\w|#!?\[)/u.test(code)) return "decorator";
  return part.opens === "" ? "statement" : "block";
}

/** Whether a block is one grain with what it holds. */
function isShort(lines: readonly CodeLine[], part: CodePart, isDefined: boolean): boolean {
  const limit = lines[part.first + 1]?.isVerbatim ? SHORT_TOKEN : isDefined ? SHORT_DEFINITION : SHORT_BLOCK;
  if (part.blockEnd - part.first >= 2 * limit) return false;
  if (isDefined && part.blockEnd - part.first >= lines.length * SHORT_SHARE) return false;
  let shown = 0;
  for (let at = part.first; at <= part.blockEnd; at += 1) if (lines[at]?.isBlank === false) shown += 1;
  return shown <= limit;
}

/** Joins statements that stand together, and what belongs to a signature with it. */
function* joinRuns(lines: readonly CodeLine[], runs: Iterable<Run>): Generator<Run> {
  let current: Run | undefined;
  for (const next of runs) {
    if (current !== undefined && joins(lines, current, next)) {
      current = {
        ...next,
        first: current.first,
        firstIndex: current.firstIndex,
        part: { ...next.part, follows: current.part.follows },
      };
    } else {
      if (current !== undefined) yield current;
      current = next;
    }
  }
  if (current !== undefined) yield current;
}

function joins(lines: readonly CodeLine[], run: Run, next: Run): boolean {
  const isNear = next.first === run.last + 1 && next.part.parent === run.part.parent && !run.isHead && !run.isRow;
  if (!isNear || run.type === "closer" || next.type === "closer") return false;
  const lead = run.last - run.first + 1;
  const total = next.last - run.first + 1;
  if (next.part.follows >= 0) return !next.isHead && total <= SHORT_BLOCK;
  if (run.type === "decorator" || (run.type === "comment" && next.type !== "comment")) {
    return lead <= SHORT_LEAD && (next.isHead || total <= SHORT_TOKEN);
  }
  const units = (lines[next.last] as CodeLine).end - (lines[run.first] as CodeLine).start;
  const isOneKind = run.type === next.type || (run.type === "statement" && next.type === "block");
  return isOneKind && run.type !== "definition" && !next.isHead && total <= LINES_PER_GRAIN && units <= UNITS_PER_GRAIN;
}
