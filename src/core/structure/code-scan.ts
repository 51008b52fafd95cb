import type { Sliced } from "../runtime/event-loop.js";
import { CLOSES, type LongToken, type Syntax } from "./code-syntax.js";
import { indentOf, type Line, readLines } from "./outline.js";

/** A line of code and what it opens and closes. Brackets, block words and tokens over several lines count alike. */
export interface CodeLine extends Line {
  indent: number;
  isBlank: boolean;
  /** What is open at the line's start, at the fewest in it, and at its end. */
  before: number;
  least: number;
  after: number;
  /** The outermost of what the line opens and leaves open: a bracket, a quote, a word; "" for nothing. */
  opens: string;
  /** Begins inside a string or a comment that an earlier line opened. */
  isVerbatim: boolean;
  /** Holds nothing but comment. */
  isComment: boolean;
  /** Without white space around it and without the comment at its end. */
  code: string;
}

/** Something that is open: what closes it, and the token where no bracket counts inside it. */
interface Open {
  mark: string;
  close: string;
  token?: LongToken;
}

/** Lines that are scanned in one go. */
const LINES_PER_SLICE = 128;
/** A closing bracket that fits none of so many open ones is left alone. */
const DEEPEST_REPAIR = 4;
/** What stands around a mark and is looked at, in code units. */
const SURROUNDINGS = 200;
const PAIRS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const OPERAND = /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|of|in))\s*$/u;
const PATTERN = /\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.){0,200}\]){1,500}\/[a-z]*/uy;
const DOLLAR_QUOTE = /\$\w*\$/uy;

/** Reads what each line of a text opens and closes. */
export function* scanCode(text: string, syntax: Syntax): Sliced<CodeLine[]> {
  const lines = yield* readLines(text);
  const read = createScanner(syntax);
  const result: CodeLine[] = [];
  for (const line of lines) {
    result.push(read(line));
    if (result.length % LINES_PER_SLICE === 0) yield;
  }
  return result;
}

function createScanner(syntax: Syntax): (line: Line) => CodeLine {
  const marks = marksOf(syntax);
  const tokens = new Map(syntax.longTokens.map((token) => [token.open, token]));
  const ends = new Map(syntax.longTokens.map((token) => [token, endOf(token)]));
  const stack: Open[] = [];
  let least = 0;
  /** A quote that nothing closes in the line. */
  let deadQuote = "";

  const shrinkTo = (length: number) => {
    stack.length = length;
    least = Math.min(least, length);
  };
  const close = (mark: string) => {
    for (let at = stack.length - 1; at >= Math.max(0, stack.length - DEEPEST_REPAIR); at -= 1) {
      if (stack[at]?.close === mark) return shrinkTo(at);
    }
  };
  /** Reads on inside a long token. @returns where code goes on */
  const readToken = (text: string, at: number, token: LongToken): number => {
    const end = ends.get(token);
    if (end === undefined) {
      if (text.trim().replace(/(?<![;,)])[;,)]+$/u, "") === token.close) shrinkTo(stack.length - 1);
      return text.length;
    }
    end.lastIndex = at;
    for (let found = end.exec(text); found !== null; found = end.exec(text)) {
      const [mark] = found;
      if (mark === token.close) shrinkTo(stack.length - 1);
      else if (mark === token.hole) stack.push({ mark, close: PAIRS[mark.slice(-1)] as string });
      else continue;
      return end.lastIndex;
    }
    return text.length;
  };
  /** Reads a bracket, a word or a quote of one line. @returns where code goes on */
  const readMark = (text: string, at: number, mark: string): number => {
    const next = at + mark.length;
    const top = stack.at(-1)?.close;
    if (PAIRS[mark] !== undefined) stack.push({ mark, close: PAIRS[mark] });
    else if (mark === ")" && top === "esac") stack.push({ mark: "case", close: ";;" });
    else if (mark === ")" || mark === "]" || mark === "}" || mark === ";;") close(mark);
    else if (mark !== deadQuote && syntax.quotes.includes(mark)) {
      const end = quoteEnd(text, at);
      if (end > 0) return end;
      deadQuote = mark;
    } else if (mark === "$" && syntax.untilSemicolon) {
      const quote = matchAt(DOLLAR_QUOTE, text, at);
      if (quote === undefined) return next;
      const opened = stack.findLastIndex((open) => open.close === quote);
      if (opened < 0) stack.push({ mark: "$$", close: quote });
      else shrinkTo(opened);
      return at + quote.length;
    } else if (mark === "/") {
      if (OPERAND.test(text.slice(Math.max(0, at - 12), at)))
        return next + (matchAt(PATTERN, text, at)?.length ?? 1) - 1;
    } else if (syntax.blockWords !== undefined && /\w/.test(mark)) {
      const before = text.slice(Math.max(0, at - SURROUNDINGS), at);
      const role = syntax.blockWords.read(mark, before, text.slice(next, next + SURROUNDINGS));
      if (role !== CLOSES && role !== "") stack.push({ mark, close: role });
      if (role === CLOSES) close(mark.toLowerCase());
    }
    return next;
  };

  return (line) => {
    const { text } = line;
    const before = stack.length;
    const isVerbatim = stack.at(-1)?.token !== undefined;
    deadQuote = "";
    least = before;
    let hasCode = isVerbatim && !stack.at(-1)?.token?.isComment;
    let codeEnd = text.length;
    for (let at = 0; at < text.length; ) {
      const token = stack.at(-1)?.token;
      if (token !== undefined) {
        at = readToken(text, at, token);
        continue;
      }
      marks.lastIndex = at;
      const found = marks.exec(text);
      hasCode ||= text.slice(at, found?.index).trim() !== "";
      if (found === null) break;
      at = found.index;
      const [mark] = found;
      const long = tokens.get(mark);
      if (long === undefined && isComment(text, at, mark, syntax)) {
        codeEnd = at;
        break;
      }
      hasCode ||= long?.isComment !== true;
      if (long !== undefined) stack.push({ mark, close: long.close, token: long });
      at = long === undefined ? readMark(text, at, mark) : at + mark.length;
    }
    const code = text.slice(0, codeEnd).trim();
    if (!isVerbatim && stack.at(-1)?.token === undefined) {
      const name = syntax.heredoc?.exec(code)?.groups?.name;
      if (name !== undefined) stack.push({ mark: "<<", close: name, token: { open: "<<", close: name } });
    }
    // Field by field: a spread costs several times as much.
    return {
      start: line.start,
      end: line.end,
      text,
      indent: indentOf(text),
      isBlank: text.trim() === "",
      before,
      least,
      after: stack.length,
      opens: stack[least]?.mark ?? "",
      isVerbatim,
      isComment: !hasCode && text.trim() !== "",
      code,
    };
  };
}

/** A pattern of all that has a meaning for brackets. */
function marksOf({ longTokens, lineComments, quotes, blockWords, untilSemicolon }: Syntax): RegExp {
  const literal = [...longTokens.map(({ open }) => open), ...lineComments].map(escaped).join("|");
  // Rust's characters, where an apostrophe opens no string.
  const hasStrings = quotes.includes("'") || longTokens.some(({ open }) => open === "'");
  const character = hasStrings ? "" : "'(?:[^'\\\\]|\\\\.[^']{0,8})'|";
  const words = blockWords === undefined ? "" : `|${blockWords.words.source}`;
  const signs = `${quotes}()[]{}/$`.replace(/[\]\\^-]/gu, "\\$&");
  return new RegExp(
    `\\\\.|\\(\\)|\\[\\]|\\{\\}|${character}${literal === "" ? "" : `${literal}|`};;|[${signs}]${words}`,
    untilSemicolon ? "gi" : "g",
  );
}

/** A pattern of what ends a long token, leads to code inside it, or hides an end. */
function endOf({ close, hole, hasEscapes }: LongToken): RegExp {
  const parts = [escaped(close), ...(hole === undefined ? [] : [escaped(hole)]), ...(hasEscapes ? ["\\\\."] : [])];
  return new RegExp(parts.join("|"), "gu");
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
}

function isComment(text: string, at: number, mark: string, { lineComments, blockWords }: Syntax): boolean {
  if (!lineComments.includes(mark)) return false;
  // `$#` and `a#b` in a shell are no comments.
  return mark !== "#" || blockWords === undefined || at === 0 || /[\s;]/.test(text[at - 1] as string);
}

/** Where a string of one line ends, behind its closing quote; -1 where it does not end in the line. */
function quoteEnd(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === quote) return at + 1;
  }
  return -1;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
