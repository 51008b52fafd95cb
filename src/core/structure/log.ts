import type { Sliced } from "../runtime/event-loop.js";
import { addEvents } from "./events.js";
import { eachLine, isBlank, readTerminalLines } from "./lines.js";
import { isHeaded, isToolLine } from "./log-lines.js";
import { buildOutline, indentOf, type Outline } from "./outline.js";

/** Share of the lines that are not indented that begin with a time or a level in a log. */
const HEADED = 0.5;
/** Share of all lines that look like a tool's in the output of one. */
const OF_TOOLS = 0.2;
/** Lines that look like it at least. */
const FEWEST = 2;

/** Reads logs and the output of tools (compilers, test runners, installers), events over several lines included. */
export function* parse(text: string): Sliced<Outline | undefined> {
  const { lines, hidden } = yield* readTerminalLines(text);
  const visible = lines.filter((line) => !isBlank(line));
  let flush = 0;
  let headed = 0;
  let ofTools = 0;
  yield* eachLine(visible, (line) => {
    if (isHeaded(line.text)) headed += 1;
    else if (isToolLine(line.text)) ofTools += 1;
    if (indentOf(line.text) === 0) flush += 1;
  });
  const areHeaded = headed >= FEWEST && headed >= flush * HEADED;
  if (!areHeaded && (headed + ofTools < FEWEST || headed + ofTools < visible.length * OF_TOOLS)) return undefined;
  const builder = buildOutline("log", "lines");
  for (const markup of hidden) builder.hide(markup);
  yield* addEvents(builder, visible, { areHeaded });
  return builder.done();
}
