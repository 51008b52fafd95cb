import type { Sliced } from "../runtime/event-loop.js";
import { isSentence } from "./detect-sample.js";
import type { JsonNode } from "./json-tape.js";
import { createPace } from "./lines.js";
import type { OutlineBuilder } from "./outline.js";

/** Code units of a string, its quotes included, that is cut: of a shorter one, little would be left to say whose words it holds. */
const LONG_STRING = 200;

/** An escape sequence, or the end of a sentence. */
const ESCAPE_OR_END = /\\(?:u[0-9a-f]{4}|[\s\S])|[.!?…]["')\]]?(?=\s)/giu;
const WHITE_ESCAPE = /^\\[nrt]$/u;
const LINE_BREAK = "\\n";

/** Whether a string holds words that may go one by one, or lines. */
export function isCuttable(text: string, { kind, value, end }: JsonNode): boolean {
  return kind === "string" && end - value > LONG_STRING && /\s|\\n/u.test(text.slice(value, end));
}

/**
 * Adds a long string as an opening quote with its key, sentences that may lose words, and the closing quote. A sentence
 * that holds an escape sequence stays or goes whole; escaped line breaks and tabs are left out of a cut text. In a text of
 * lines those that are no sentences stay or go whole.
 *
 * @param place What all of it shares.
 * @returns Index of the opening.
 */
export function* addLongString(
  builder: OutlineBuilder,
  text: string,
  node: JsonNode,
  place: { head: number; within: number; context: string; prior: number },
): Sliced<number> {
  const { within, context, prior } = place;
  const bodyStart = node.value + 1;
  const bodyEnd = node.end - 1;
  const body = text.slice(bodyStart, bodyEnd);
  const opening = builder.add({ start: node.start, end: bodyStart, role: "shell", ...place });
  let start = 0;
  let isExact = false;
  // A text of lines has more than one break.
  const firstBreak = body.indexOf(LINE_BREAK);
  const isLined = firstBreak >= 0 && body.includes(LINE_BREAK, firstBreak + LINE_BREAK.length);
  const addUpTo = (end: number) => {
    const piece = body.slice(start, end);
    const visible = piece.trim();
    const from = bodyStart + start + piece.indexOf(visible);
    const kind = isExact || (isLined && !isSentence(visible)) ? "data" : "prose";
    const span = { start: from, end: from + visible.length };
    const role = isLined && !/[\p{L}\p{N}]/u.test(visible) ? "shell" : "content";
    if (visible !== "") builder.add({ ...span, kind, role, head: opening, within: opening, context, prior });
    isExact = false;
  };
  const isDue = createPace();
  for (const { index, 0: match } of body.matchAll(ESCAPE_OR_END)) {
    const end = index + match.length;
    if (WHITE_ESCAPE.test(match)) {
      addUpTo(index);
      builder.hide({ start: bodyStart + index, end: bodyStart + end, as: " " });
      start = end;
    } else if (match.startsWith("\\")) isExact = true;
    else {
      addUpTo(end);
      start = end;
    }
    if (isDue(end)) yield;
  }
  addUpTo(body.length);
  builder.add({ start: bodyEnd, end: node.stop, role: "shell", closes: opening, within, separator: node.end });
  return opening;
}
