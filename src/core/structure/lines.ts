import type { Sliced } from "../runtime/event-loop.js";
import { type Hidden, type Line, readLines } from "./outline.js";

/** Code units that are worked through in one go: a millisecond or two. */
const UNITS_PER_SLICE = 32_768;

/** Tells, for offsets that grow, when enough was done since the last pause. */
export function createPace(): (offset: number) => boolean {
  let sliceEnd = UNITS_PER_SLICE;
  return (offset) => {
    if (offset < sliceEnd) return false;
    sliceEnd = offset + UNITS_PER_SLICE;
    return true;
  };
}

/** Does something with each line, in slices. */
export function* eachLine(lines: readonly Line[], visit: (line: Line, index: number) => void): Sliced<void> {
  const isDue = createPace();
  for (const [index, line] of lines.entries()) {
    visit(line, index);
    if (isDue(line.end)) yield;
  }
}

/** A text's lines as a terminal shows them. */
export interface TerminalLines {
  /** All lines, empty ones included. `text` is without escape sequences, `start` and `end` hold them. */
  lines: Line[];
  /** The escape sequences: colours, links, moves of the cursor. */
  hidden: Hidden[];
}

/** What every escape sequence begins with. */
export const ESCAPE = "\u001B";
/** Escape sequences by ECMA-48: control sequences, operating system commands (titles, links), and those of two or three characters. */
export const SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters
  /\u001B(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|[\]PX^_][^\u0007\u001B\n\r]*(?:\u0007|\u001B\\)?|[ -/]{1,4}[0-~]|[0-Z\\^-~])/gu;

/** Reads a text's lines, escape sequences set apart. */
export function* readTerminalLines(text: string): Sliced<TerminalLines> {
  const lines = yield* readLines(text);
  const hidden: Hidden[] = [];
  if (!text.includes(ESCAPE)) return { lines, hidden };
  yield* eachLine(lines, (line) => {
    if (!line.text.includes(ESCAPE)) return;
    for (const { index, 0: sequence } of line.text.matchAll(SEQUENCE)) {
      hidden.push({ start: line.start + index, end: line.start + index + sequence.length, as: "" });
    }
    line.text = line.text.replace(SEQUENCE, "");
  });
  return { lines, hidden };
}

/** Whether a line shows anything. */
export function isBlank(line: Line | undefined): boolean {
  return line === undefined || line.text.trim() === "";
}
