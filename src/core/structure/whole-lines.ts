import type { Sliced } from "../runtime/event-loop.js";
import { isBlank } from "./lines.js";
import { buildOutline, type Outline, readLines } from "./outline.js";
import { worthOfLines } from "./priors.js";

/** How much more a line is worth here than in a log, where most lines tell nothing: as much as a middling sentence. */
const ABOVE_LOGS = 0.3;

/** Reads a text that is of no known kind, or that is broken, as whole lines: no word of it may be cut out. Never undefined. */
export function* parse(text: string): Sliced<Outline> {
  const outline = buildOutline("log", "lines");
  const lines = (yield* readLines(text)).filter((line) => !isBlank(line));
  const { priors } = yield* worthOfLines(lines);
  for (const [index, line] of lines.entries()) {
    const shown = line.text.trimEnd();
    const start = line.start + shown.length - shown.trimStart().length;
    outline.add({ start, end: line.start + shown.length, prior: Math.min(1, (priors[index] as number) + ABOVE_LOGS) });
  }
  return outline.done();
}
