import type { Spans } from "./structured-case.js";

/** Which code units of a text are kept. */
export interface Cover {
  /** Whether all that is visible in a range is kept. */
  holds(start: number, end: number): boolean;
  /** Whether anything visible in a range is kept. */
  touches(start: number, end: number): boolean;
}

export function coverOf(text: string, spans: Spans): Cover {
  const kept = new Uint8Array(text.length);
  for (const [start, end] of spans) kept.fill(1, start, end);
  const isVisible = (at: number) => /\S/u.test(text[at] as string);
  return {
    holds(start, end) {
      for (let at = start; at < end; at += 1) if (!kept[at] && isVisible(at)) return false;
      return true;
    },
    touches(start, end) {
      for (let at = start; at < end; at += 1) if (kept[at] && isVisible(at)) return true;
      return false;
    },
  };
}

export interface SourceLine {
  start: number;
  end: number;
  text: string;
}

export function sourceLines(text: string): SourceLine[] {
  let start = 0;
  return text.split("\n").map((line) => {
    const own = { start, end: start + line.length, text: line };
    start += line.length + 1;
    return own;
  });
}

/** White space folded: how texts are compared. */
export function folded(text: string): string {
  return text.replace(/\s+/gu, " ").trim();
}
