import type { Span } from "../types.js";
import type { Hidden } from "./outline.js";

/** Code units of a part, markup included, that are read for a context. */
const LONGEST_WORDS = 480;

/** A run of text inside one block: markup in it is hidden. */
export interface Segment extends Span {
  hidden: Hidden[];
}

/** The text of a part without its tags, as far as a context holds it. */
export function wordsOf(source: string, { start, end }: Span): string {
  return source
    .slice(start, Math.min(end, start + LONGEST_WORDS))
    .replace(/<[^<>]*>?/gu, " ")
    .replace(/\s+/gu, " ")
    .trim();
}

/** The lines of a part that hold something besides hidden markup. */
export function* linesOutside(source: string, { start, end, hidden }: Segment): Generator<Span> {
  let next = 0;
  let from = start;
  let search = start;
  for (;;) {
    const lineBreak = source.slice(search, end).indexOf("\n");
    const isLast = lineBreak < 0;
    const at = search + lineBreak;
    search = at + 1;
    while (!isLast && next < hidden.length && (hidden[next] as Hidden).end <= at) next += 1;
    const markup = hidden[next];
    if (!isLast && markup !== undefined && markup.start <= at && at < markup.end) continue;
    const to = isLast ? end : at;
    const length = source.slice(from, to).trimEnd().length;
    if (length > 0) yield { start: from, end: from + length };
    if (isLast) return;
    from = at + 1;
  }
}
