import type { Sliced } from "../runtime/event-loop.js";
import { buildOutline, linesOf, type Outline, plainWords } from "./outline.js";

/** Lines that are read in one go. */
const LINES_PER_SLICE = 256;
const SECTION = /^\s*\[[^\]\n]+\]\s*(?:[;#].*)?$/u;
const ENTRY = /^\s*(?:export\s+)?[\w.@$%*/-][\w .@$%*/\\:-]{0,80}?\s*(?:=(?!=)|:(?:\s|$|[^=:/]))/u;
const FLAG = /^\s*[\w-]{1,60}\s*$/u;
const COMMENT = /^\s*[;#!]/u;
/** A value that opens a quote that its own line does not close. */
const OPEN_QUOTE = /=\s*(["'])(?:(?!\1)[^\\]|\\.)*$/u;

const PRIOR = { comment: 0.15 };

/**
 * Reads INI files, `.env` files, properties and Git's configuration: a grain per entry under its section. Values that go
 * on in indented lines, behind a backslash or inside quotes are one grain.
 *
 * @returns Undefined where a line is none of these or nothing is set.
 */
export function* parse(text: string): Sliced<Outline | undefined> {
  const outline = buildOutline("ini", "entries");
  let section = -1;
  let context = "";
  let comments: number[] = [];
  let last = -1;
  let isContinued = false;
  /** The quote that is open, "" where none is. */
  let quote = "";
  let lines = 0;
  for (const line of linesOf(text)) {
    lines += 1;
    if (lines % LINES_PER_SLICE === 0) yield;
    const words = line.text.trim();
    const start = line.start + line.text.length - line.text.trimStart().length;
    const end = line.start + line.text.trimEnd().length;
    if (quote !== "") {
      extend(end);
      if (words.includes(quote)) quote = "";
    } else if (words === "" || words === "\ufeff") {
      isContinued = false;
    } else if (
      isContinued ||
      (last >= 0 &&
        start > line.start &&
        last === outline.length - 1 &&
        !ENTRY.test(line.text) &&
        !COMMENT.test(line.text))
    ) {
      extend(end);
      isContinued = words.endsWith("\\");
    } else if (COMMENT.test(line.text)) {
      comments.push(outline.add({ start, end, prior: PRIOR.comment }));
    } else if (SECTION.test(line.text)) {
      section = outline.add({ start, end, role: "shell" });
      context = plainWords(words);
      last = -1;
    } else if (ENTRY.test(line.text) || (section >= 0 && FLAG.test(line.text))) {
      last = outline.add({ start, end, head: section, context });
      for (const comment of comments) outline.grain(comment).head = last;
      comments = [];
      quote = OPEN_QUOTE.exec(words)?.[1] ?? "";
      isContinued = words.endsWith("\\");
    } else return undefined;
  }
  if (quote !== "" || last < 0) return undefined;
  for (const comment of comments) outline.grain(comment).head = last;
  return outline.done();

  function extend(end: number): void {
    const grain = outline.grain(last);
    grain.end = end;
    grain.separator = end;
  }
}
