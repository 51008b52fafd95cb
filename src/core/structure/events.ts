import type { Sliced } from "../runtime/event-loop.js";
import { createPace } from "./lines.js";
import { isBanner, isHeaded, isSection } from "./log-lines.js";
import { indentOf, type Line, type OutlineBuilder, plainWords } from "./outline.js";
import { clamp, FAILURE, severityOf, worthOfLines } from "./priors.js";
import { readTraces } from "./trace-grains.js";

/** How much less a line that goes on with an event is worth than its first: what is named (`symbol: ...`), and the rest. */
const NAMED_DETAIL = 0.03;
const DETAIL = 0.12;
const BY_DISTANCE = 0.01;
const NAMED = /^\s*[\p{L}][\p{L} _-]{1,24}[:=]\s*\S/u;
/** Code units of a line break at most: more of them are a blank line. */
const LONGEST_BREAK = 2;
/** Code units of an event's first line that are read with the others. */
const LONGEST_ABOUT = 160;

/** How the lines of a text belong together. */
export interface EventOptions {
  /** Whether events begin with a time or a level, so that every other line goes on with the one above. */
  areHeaded: boolean;
}

/**
 * Adds lines of a log, of a tool's output, of a trace: a line that begins an event stands by itself, what goes on with
 * it needs it (frames their exception, indented lines the line above them, output the test that it is of).
 *
 * @param lines None is blank.
 */
export function* addEvents(builder: OutlineBuilder, lines: readonly Line[], { areHeaded }: EventOptions): Sliced<void> {
  const { priors, copies } = yield* worthOfLines(lines);
  const isDue = createPace();
  const traces = readTraces(builder);
  /** Lines that are less and less deep, each with its grain: the last one above a line is its head. */
  const above: { depth: number; grain: number; count: number; text: string; about: string }[] = [];
  let section = -1;
  /** The event that tells of a failure, whose trace may come right below. */
  let failed = -1;
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] as Line;
    const { start, end, text } = line;
    const prior = priors[at] as number;
    if (isDue(end)) yield;
    const begins = areHeaded && isHeaded(text);
    if (begins) traces.leave();
    else {
      const before = lines[at - 1];
      const isNext = before !== undefined && start - before.end <= LONGEST_BREAK;
      const outer = areHeaded ? (isNext ? failed : -1) : section;
      const taken = traces.take(lines, at, outer, copies[at] !== 0);
      if (taken > 0) {
        at += taken;
        continue;
      }
      traces.leave();
    }
    at += 1;
    const depth = begins ? 0 : areHeaded ? 1 : indentOf(text);
    while (depth <= (above.at(-1)?.depth ?? -1)) above.pop();
    if (isBanner(text)) section = -1;
    if (!areHeaded && isSection(text)) {
      above.length = 0;
      section = builder.add({ start, end, prior });
      continue;
    }
    const first = above.at(-1);
    // Most lines have none below them: what they say is put in plain words where one has.
    if (first?.count === 0) first.about = plainWords(first.text.slice(0, LONGEST_ABOUT));
    const grain = builder.add({ start, end, head: first?.grain ?? section, context: first?.about ?? "", prior });
    if (first !== undefined) {
      first.count += 1;
      const less = (NAMED.test(text) ? NAMED_DETAIL : DETAIL) + BY_DISTANCE * first.count;
      builder.grain(grain).prior = clamp(Math.max(prior, builder.grain(first.grain).prior - less));
    }
    if (begins) failed = severityOf(text) >= FAILURE ? grain : -1;
    if (!areHeaded || begins) above.push({ depth, grain, count: 0, text, about: "" });
  }
  traces.leave();
}
