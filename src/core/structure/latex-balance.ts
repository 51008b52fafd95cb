import type { Span } from "../types.js";

/** What of a LaTeX text is open: braces, math and environments. */
export interface LatexBalance {
  readonly braces: number;
  /** What closes the math that is open, "" outside of it. */
  readonly math: "" | "$" | "$$" | "\\)" | "\\]";
  readonly environments: number;
  /** Whether something closed that was not open. */
  readonly isBroken: boolean;
}

/** A run of text that can stay or go without leaving anything open. */
export interface LatexPiece extends Span {
  /** Whether it has no command, math or brace, so that words of it may go. */
  isPlain: boolean;
}

/** Abbreviations whose stop ends no sentence. */
const ABBREVIATION =
  /(?:^|[\s(~])(?:e\.g|i\.e|et al|al|cf|vs|Dr|Mr|Mrs|resp|Figs?|Eqs?|Secs?|Refs?|No|approx|\p{L})\.$/u;

/** Nothing is open. */
export function createBalance(): LatexBalance {
  return { braces: 0, math: "", environments: 0, isBroken: false };
}

/** Whether nothing is open and nothing was closed that was not. */
export function balanced({ braces, math, environments, isBroken }: LatexBalance): boolean {
  return braces === 0 && math === "" && environments === 0 && !isBroken;
}

/** What is open behind a text in front of which `before` was. */
export function readBalance(text: string, before: LatexBalance): LatexBalance {
  const state = { ...before };
  for (let at = 0; at < text.length; ) at = step(text, at, text.length, state);
  return state;
}

/** Cuts balanced text behind the sentences at whose end nothing is open. */
export function* pieces(text: string, start: number, end: number): Generator<LatexPiece> {
  const state = { ...createBalance() };
  let from = start;
  for (let at = start; at < end; ) {
    const unit = text[at] as string;
    const isStop = (unit === "." || unit === "!" || unit === "?") && balanced(state);
    at = step(text, at, end, state);
    if (!isStop || !/\s/u.test(text[at] ?? "")) continue;
    if (unit === "." && ABBREVIATION.test(text.slice(Math.max(from, at - 12), at))) continue;
    yield pieceOf(text, from, at);
    while (at < end && /\s/u.test(text[at] as string)) at += 1;
    from = at;
  }
  if (text.slice(from, end).trim() !== "") yield pieceOf(text, from, end);
}

function pieceOf(text: string, start: number, end: number): LatexPiece {
  return { start, end, isPlain: !/[\\{}$%&~^_#]/u.test(text.slice(start, end)) };
}

/** Reads one token and returns the offset behind it. */
function step(
  text: string,
  at: number,
  end: number,
  state: { -readonly [Key in keyof LatexBalance]: LatexBalance[Key] },
): number {
  const unit = text[at];
  if (unit === "%") {
    let next = at;
    while (next < end && text[next] !== "\n") next += 1;
    return next;
  }
  if (unit === "{" || unit === "}") {
    state.braces += unit === "{" ? 1 : -1;
    if (state.braces < 0) state.isBroken = true;
    return at + 1;
  }
  if (unit === "$") {
    const mark = text[at + 1] === "$" && state.math !== "$" ? "$$" : "$";
    if (state.math === "") state.math = mark;
    else if (state.math === mark) state.math = "";
    else state.isBroken = true;
    return at + mark.length;
  }
  if (unit !== "\\") return at + 1;
  const next = text[at + 1];
  if (next === "(" || next === "[") {
    if (state.math !== "") state.isBroken = true;
    state.math = next === "(" ? "\\)" : "\\]";
  } else if (next === ")" || next === "]") {
    if (state.math !== `\\${next}`) state.isBroken = true;
    state.math = "";
  } else if (text.startsWith("verb", at + 1) && /[^\w\s*]/u.test(text[at + 5] ?? "")) {
    const close = text.slice(at + 6, end).indexOf(text[at + 5] as string);
    return close < 0 ? end : at + 7 + close;
  } else if (text.startsWith("begin{", at + 1)) state.environments += 1;
  else if (text.startsWith("end{", at + 1)) {
    state.environments -= 1;
    if (state.environments < 0) state.isBroken = true;
  }
  return at + 2;
}
