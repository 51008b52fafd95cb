import type { Sliced } from "../runtime/event-loop.js";
import { createPace, isBlank } from "./lines.js";
import type { Line, OutlineBuilder } from "./outline.js";

const RECORD = /^-\[ RECORD \d+ \]|^\*{5,} \d+\. row \*{5,}/u;
/** Code units of a record that stays or goes whole. */
const RECORD_SIZE = 320;

/**
 * Adds the records of `\x` in psql and `\G` in mysql, a field a line. A short record is one grain; a field of a long
 * one needs the record's line and its first field.
 *
 * @returns Index of the line behind them; `from` where there is none.
 */
export function* addExpandedRecords(builder: OutlineBuilder, lines: readonly Line[], from: number): Sliced<number> {
  const isDue = createPace();
  let at = from;
  while (at < lines.length && RECORD.test((lines[at] as Line).text)) {
    let to = at + 1;
    while (to < lines.length && !isBlank(lines[to]) && !RECORD.test((lines[to] as Line).text)) to += 1;
    const own = lines.slice(at, to);
    const [title, first] = own as [Line, Line | undefined];
    const end = (own.at(-1) as Line).end;
    if (end - title.start <= RECORD_SIZE || first === undefined) {
      builder.add({ start: title.start, end, kind: "table" });
    } else {
      let head = builder.add({ start: title.start, end: title.end, kind: "table", role: "shell" });
      const context = first.text.trim();
      for (const line of own.slice(1)) {
        const grain = builder.add({ start: line.start, end: line.end, kind: "table", head, context });
        if (line === first) head = grain;
      }
    }
    if (isDue(end)) yield;
    at = to;
  }
  return at;
}
