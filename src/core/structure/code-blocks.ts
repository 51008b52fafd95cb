import type { Sliced } from "../runtime/event-loop.js";
import type { CodeLine } from "./code-scan.js";
import { endsSignature, goesOn, goesOnBehind, isUnfinished, opensAlone, startsWithMark } from "./code-statements.js";
import type { Syntax } from "./code-syntax.js";

/** A run of lines that belong together: a statement, a comment, the head of a block, or what closes one. */
export interface CodePart {
  /** First and last line. */
  first: number;
  last: number;
  /** Part whose block this one stands in, -1 at the top. */
  parent: number;
  /** Part whose block this one closes or goes on with (`}`, `} else {`, `fi`), else -1. */
  closes: number;
  /** Part without which this one means nothing though it stands behind its block (`elif`), else -1. */
  follows: number;
  /** What opens its block, "" where it has none. */
  opens: "" | "layout" | "rows" | "directive" | (string & {});
  /** Last line of its block; `last` where it has none. */
  blockEnd: number;
  isComment: boolean;
  /** Inside a string or comment over several lines. */
  isVerbatim: boolean;
}

/** A block that is open. */
interface Block {
  part: number;
  /** Brackets that are open outside of it, and inside. */
  base: number;
  inner: number;
  /** Indentation of its head. */
  indent: number;
  /** Where it went on after a bracket closed (`} else {`): that part, and what it opened. */
  middle?: { part: number; opens: string };
}

/** A signature over more lines is none. */
const LONGEST_SIGNATURE = 40;
/** Lines that are read in one go. */
const LINES_PER_SLICE = 256;

const MIDDLE_WORD = /^(?:else|elsif|elif|elseif|when|rescue|ensure|then|in|exception)\b/iu;
const LAYOUT_CHAIN = /^(?:elif|else|except|finally)\b/u;
const IF_DIRECTIVE = /^#\s*if/u;
const ELSE_DIRECTIVE = /^#\s*el/u;
const END_DIRECTIVE = /^#\s*endif/u;

/** Finds the statements of a text and the blocks that they stand in, by brackets and indentation. */
export function* readBlocks(lines: readonly CodeLine[], syntax: Syntax): Sliced<CodePart[]> {
  const parts: CodePart[] = [];
  const open: Block[] = [];
  const directives = syntax.hasDirectives ? pairDirectives(lines) : new Set<number>();
  const indents = syntax.isLayout ? commentIndents(lines) : undefined;
  /** The line that was read last, blank ones left out, and the block of indentation that ended last. */
  let previousLine = -1;
  let lastLayout = -1;
  /** The statement whose list of types is open over several lines. */
  let angled: CodePart | undefined;

  const lineAt = (index: number) => lines[index] as CodeLine;
  const partAt = (index: number) => parts[index] as CodePart;
  const top = () => open.at(-1);
  const typeOf = (block: Block) => partAt(block.part).opens;
  const isByIndent = (block: Block) => ["layout", "rows", "directive"].includes(typeOf(block));
  const end = (block: Block, line: number) => {
    partAt(block.part).blockEnd = Math.max(partAt(block.part).last, line);
    if (typeOf(block) === "layout") lastLayout = block.part;
  };
  const add = (line: number, more: Partial<CodePart> = {}): number => {
    // Field by field: a spread costs several times as much.
    parts.push({
      first: more.first ?? line,
      last: line,
      parent: more.parent ?? top()?.part ?? -1,
      closes: more.closes ?? -1,
      follows: more.follows ?? -1,
      opens: "",
      blockEnd: line,
      isComment: more.isComment ?? lineAt(line).isComment,
      isVerbatim: lineAt(line).isVerbatim,
    });
    return parts.length - 1;
  };
  const openBlock = (part: number, opens: string, line: CodeLine, base = line.least, inner = line.after) => {
    partAt(part).opens = opens;
    open.push({ part, base, inner, indent: lineAt(partAt(part).first).indent });
  };
  const extend = (part: number, line: number) => {
    partAt(part).last = line;
    partAt(part).blockEnd = line;
  };

  /** Ends the blocks that a line closes. @returns whether it closed any */
  const close = (at: number): boolean => {
    const line = lineAt(at);
    let target: Block | undefined;
    for (let block = top(); block !== undefined; block = top()) {
      if (line.least >= (isByIndent(block) ? block.base : block.inner)) break;
      if (!isByIndent(block)) target = block;
      if (!isByIndent(block) && line.least > block.base) break;
      open.pop();
      end(block, isByIndent(block) ? previousLine : at);
    }
    if (target === undefined) return false;
    const part = partAt(target.part);
    const isClosed = line.least <= target.base;
    const reopens = line.after > line.least;
    const signature = { part: target.middle?.part ?? target.part, opens: target.middle?.opens ?? part.opens };
    if (isClosed && isSignature(signature, line, at)) {
      parts.length = signature.part + 1;
      if (target.middle === undefined) {
        extend(target.part, at);
        part.opens = "";
        if (reopens) openBlock(target.part, line.opens, line);
      } else {
        partAt(signature.part).last = at;
        goOn(target, { part: signature.part, opens: line.opens }, line);
      }
      return true;
    }
    const middle = add(at, { parent: part.parent, closes: target.part, isComment: part.isComment });
    if (!isClosed || reopens) goOn(target, { part: middle, opens: line.opens }, line, isClosed);
    part.blockEnd = at;
    return true;
  };
  /** Goes on with a block behind a part that closed a bracket of it and opened another. */
  const goOn = (block: Block, middle: { part: number; opens: string }, line: CodeLine, isPopped = true): void => {
    partAt(block.part).blockEnd = partAt(middle.part).last;
    block.middle = middle;
    block.inner = line.after;
    if (isPopped) open.push(block);
  };
  const isSignature = ({ part, opens }: { part: number; opens: string }, line: CodeLine, at: number): boolean =>
    (opens === "(" || opens === "[") &&
    at - partAt(part).first <= LONGEST_SIGNATURE &&
    endsSignature(lineAt(partAt(part).first), line);

  const readDirective = (at: number): void => {
    const line = lineAt(at);
    if (IF_DIRECTIVE.test(line.code)) {
      openBlock(add(at), "directive", line);
      return;
    }
    while (top() !== undefined && typeOf(top() as Block) !== "directive") end(open.pop() as Block, previousLine);
    const block = top();
    if (block === undefined) return;
    if (END_DIRECTIVE.test(line.code)) open.pop();
    add(at, { parent: partAt(block.part).parent, closes: block.part });
    partAt(block.part).blockEnd = at;
  };

  /** Whether a line goes on with the statement in front of it. */
  const joins = (part: CodePart | undefined, at: number, indent: number): part is CodePart => {
    if (part === undefined || part.closes >= 0 || part.opens !== "" || part.isVerbatim || part.isComment) return false;
    if (part.last !== previousLine || part.parent !== (top()?.part ?? -1)) return false;
    let last = part.last;
    while (last > part.first && lineAt(last).isComment) last -= 1;
    const statement = { first: lineAt(part.first), last: lineAt(last), isAngled: angled === part };
    return goesOn(statement, lineAt(at), indent, syntax, isInList() ? /[;,]$/u : /;$/u);
  };
  const isInList = () => top() !== undefined && ["(", "rows"].includes(typeOf(top() as Block));

  /** Goes on with the head of a block, or with a branch of it, where a line does. @returns whether it does */
  const goesOnWithHead = (at: number, indent: number): boolean => {
    const block = top();
    if (block === undefined || isByIndent(block)) return false;
    const line = lineAt(at);
    const head = partAt(block.part);
    const last = parts.at(-1) as CodePart;
    const isBelowHead = last.last === previousLine && (last === head || last.closes === block.part);
    // What an arrow or an operator at the end of the head leads to: `map((x) =>`.
    if (isBelowHead && isUnfinished(lineAt(previousLine))) {
      if (last === head) extend(block.part, at);
      else last.last = at;
      block.inner = line.after;
      return true;
    }
    const hasWord = /^[a-z]/iu.test(head.opens);
    if (isBelowHead && last === head && hasWord && opensAlone(line) && line.after === line.least) {
      extend(block.part, at);
      return true;
    }
    if (!hasWord || indent > block.indent || !MIDDLE_WORD.test(line.code)) return false;
    add(at, { parent: head.parent, closes: block.part });
    return true;
  };

  const readStatement = (at: number): void => {
    const line = lineAt(at);
    const indent = indents?.[at] ?? line.indent;
    for (let block = top(); block && typeOf(block) === "layout" && indent <= block.indent; block = top()) {
      end(open.pop() as Block, previousLine);
    }
    const opens = line.after > line.least;
    if (goesOnWithHead(at, indent)) return;
    const from = startsWithMark(line) ? dropComments(at) : at;
    let part = parts.length - 1;
    const before = parts[part];
    if (!opensRows(before, line) && joins(before, at, indent)) {
      extend(part, at);
    } else if (isChained(before, line)) {
      const chained = partAt((before as CodePart).closes);
      if (opens || !line.code.startsWith("else")) {
        const middle = add(at, { first: from, parent: chained.parent, closes: (before as CodePart).closes });
        chained.blockEnd = at;
        const block = { part: (before as CodePart).closes, base: line.least, inner: line.after, indent: line.indent };
        if (opens) goOn(block, { part: middle, opens: line.opens }, line);
        return;
      }
      part = add(at, { first: from, follows: (before as CodePart).closes });
    } else {
      if (opensLayout(before, line, indent)) openBlock(part, "layout", line, line.before, line.before);
      else if (opensRows(before, line)) openBlock(part, "rows", line, line.before, line.before);
      const chained = parts[lastLayout];
      const follows = syntax.isLayout && LAYOUT_CHAIN.test(line.code) && chained?.parent === (top()?.part ?? -1);
      part = add(at, {
        first: from,
        ...(follows ? { follows: chained.follows < 0 ? lastLayout : chained.follows } : {}),
      });
    }
    if (/[^<]<$/u.test(line.code)) angled = parts[part];
    else if (line.code.startsWith(">")) angled = undefined;
    if (opens) openBlock(part, line.opens, line);
    const rows = top();
    if (rows && typeOf(rows) === "rows" && /;$/u.test(line.code)) {
      open.pop();
      end(rows, at);
    }
  };
  /** Takes back the comments right above, which stand inside the statement that goes on. @returns the line from which on it does */
  const dropComments = (at: number): number => {
    let from = previousLine + 1;
    if (parts.at(-1)?.isComment !== true) return at;
    for (
      let last = parts.at(-1);
      last?.isComment && last.opens === "" && last.closes < 0 && parts.length > 1 && !last.isVerbatim;
      last = parts.at(-1)
    ) {
      if (last.last !== from - 1) break;
      from = last.first;
      parts.pop();
    }
    previousLine = from - 1;
    return from;
  };
  const isChained = (before: CodePart | undefined, line: CodeLine): boolean =>
    before !== undefined &&
    before.closes >= 0 &&
    before.last === previousLine &&
    before.parent === (top()?.part ?? -1) &&
    !before.isComment &&
    goesOnBehind(lineAt(before.last), line, syntax);
  const opensLayout = (before: CodePart | undefined, line: CodeLine, indent: number): boolean =>
    before !== undefined &&
    before.closes < 0 &&
    before.opens === "" &&
    !before.isComment &&
    !before.isVerbatim &&
    before.parent === (top()?.part ?? -1) &&
    indent > lineAt(before.first).indent &&
    ((syntax.isLayout === true && !line.isComment) || /:$/u.test(lineAt(before.last).code));
  const opensRows = (before: CodePart | undefined, line: CodeLine): boolean =>
    syntax.untilSemicolon === true &&
    before?.last === previousLine &&
    /\bvalues$/iu.test(lineAt(before.last).code) &&
    line.code.startsWith("(");

  for (const [at, line] of lines.entries()) {
    if (at % LINES_PER_SLICE === LINES_PER_SLICE - 1) yield;
    if (line.isBlank) continue;
    if (directives.has(at)) readDirective(at);
    else if (line.least >= line.before || !close(at)) {
      if (line.isVerbatim) add(at);
      else readStatement(at);
    }
    previousLine = at;
  }
  for (const block of open) end(block, previousLine);
  return parts;
}

/** Lines of `#if` to `#endif` whose brackets are even, so that they nest with the blocks. */
function pairDirectives(lines: readonly CodeLine[]): Set<number> {
  const paired = new Set<number>();
  const open: { lines: number[]; isEven: boolean }[] = [];
  const depth = (at: number) => (lines[at] as CodeLine).before;
  for (const [at, { code, isVerbatim }] of lines.entries()) {
    if (isVerbatim || !code.startsWith("#")) continue;
    if (IF_DIRECTIVE.test(code)) open.push({ lines: [at], isEven: true });
    else if (ELSE_DIRECTIVE.test(code) || END_DIRECTIVE.test(code)) {
      const group = open.at(-1);
      if (group === undefined) continue;
      group.lines.push(at);
      group.isEven &&= depth(at) === depth(group.lines[0] as number);
      if (!END_DIRECTIVE.test(code)) continue;
      open.pop();
      const outer = open.at(-1);
      if (group.isEven) for (const line of group.lines) paired.add(line);
      else if (outer) outer.isEven = false;
    }
  }
  return paired;
}

/** Indentation of each line, where a comment counts as what it stands in front of. */
function commentIndents(lines: readonly CodeLine[]): number[] {
  const indents: number[] = [];
  let next = 0;
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const line = lines[at] as CodeLine;
    if (!line.isComment && !line.isBlank && !line.isVerbatim) next = line.indent;
    indents[at] = line.isComment ? Math.max(line.indent, next) : line.indent;
  }
  return indents;
}
