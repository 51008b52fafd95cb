import type { Sliced } from "../runtime/event-loop.js";
import { buildOutline, type Outline, readLines } from "./outline.js";

/** Reads a text that is of no known kind, or that is broken, as whole lines: no word of it may be cut out. Never undefined. */
export function* parse(text: string): Sliced<Outline> {
  const outline = buildOutline("log", "lines");
  for (const line of yield* readLines(text)) {
    const shown = line.text.trimEnd();
    if (shown === "") continue;
    outline.add({ start: line.start + shown.length - shown.trimStart().length, end: line.start + shown.length });
  }
  return outline.done();
}
