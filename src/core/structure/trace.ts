import type { Sliced } from "../runtime/event-loop.js";
import { addEvents } from "./events.js";
import { createPace, isBlank, readTerminalLines } from "./lines.js";
import { isHeaded } from "./log-lines.js";
import { buildOutline, type Line, type Outline } from "./outline.js";
import { frameLength, isException, isIntroduced, opensPython } from "./trace-lines.js";

/** Share of the lines that are frames or exceptions in a trace. */
const IN_TRACES = 0.15;

/** Reads stack traces with what stands around them: a log, the output of a test. */
export function* parse(text: string): Sliced<Outline | undefined> {
  const { lines, hidden } = yield* readTerminalLines(text);
  const visible = lines.filter((line) => !isBlank(line));
  let frames = 0;
  let exceptions = 0;
  let headed = 0;
  const isDue = createPace();
  for (let at = 0; at < visible.length; ) {
    const length = frameLength(visible, at);
    frames += length;
    const { text: own, end } = visible[at] as Line;
    if (length === 0) {
      if (isException(own) || isIntroduced(own) || opensPython(own)) exceptions += 1;
      if (isHeaded(own)) headed += 1;
    }
    at += Math.max(1, length);
    if (isDue(end)) yield;
  }
  if (frames === 0 || exceptions === 0 || frames + exceptions < visible.length * IN_TRACES) return undefined;
  const builder = buildOutline("trace", "lines");
  for (const markup of hidden) builder.hide(markup);
  yield* addEvents(builder, visible, { areHeaded: headed > 0 });
  return builder.done();
}
