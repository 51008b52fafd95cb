import type { Sliced } from "../runtime/event-loop.js";
import type { SentenceKind, Span } from "../types.js";
import { buildOutline, type GrainInput, type Line, linesOf, type Outline } from "./outline.js";

const FENCE = /^\s{0,3}(`{3,}|~{3,})/u;
const HEADING = /^\s{0,3}#{1,6}\s+\S/u;
const CODE_LINE =
  /[;{}]\s*$|^\s*[\])}]+[;,)]*\s*$|^\s*(?:def|class|import|from|return|for|while|const|let|var|function|async|await|public|private|protected|static|export|fn|func|struct|impl|use|package|#include|elif|else|try|except|catch)\b.*[:({=;,]|^\s*(?:if|with|unless|until)\b.*[:{]\s*$|=>|->\s*\w|^\s*(?:\/\/|#!|\/\*|\*\/|<\/?[a-z][\w-]*[^>]*>\s*$)|^\s*[\w.[\]]+\s*[+\-*/]?=\s*\S|^\s*(?:\$|>>>|PS>)\s|^\s{2,}(?:- )?[a-z][\w-]*:(?:\s|$)|^(?:- )?[a-z][\w-]*:$/iu;
const LIST_ITEM = /^\s*(?:[-*+•‣–]|\d{1,3}[.)]|[a-z][.)])\s+\S/iu;
const SPEAKER = /^\s*[\p{Lu}][\p{L}\p{N} ._'-]{0,38}:\s/u;
const LOG_LINE = /^\s*\[?\d{2,4}[-/:.]\d{2}/u;
const TERMINAL = /[.!?:。！？…]["'”’)\]]*$/u;
/** What tells the value that something has when nobody sets it. */
const DEFAULT_VALUE = /\b(?:defaults?|valeur par défaut|por defecto)\b\s*(?:(?:is|to|value)\b)?\s*[:=`*"'(]*\s*\S/iu;
/** A name in front of what is said of it: `**name**`, `` `name` ``, `name:`, `name -`. */
const NAMED_ITEM =
  /^\s*(?:[-*+•‣–]|\d{1,3}[.)])\s+(?:\[.\]\s+)?(?:[*_`]{1,3}[^*_`\n]{1,80}[*_`]{1,3}|[\w.$-]{1,60}\s*(?:[:(=]|\s[-–—]\s))/u;

/** Lines of hard-wrapped prose are at least this long, in code units. */
const WRAPPED_LINE = 50;
/** And at most this long. */
const LONGEST_WRAPPED_LINE = 100;
/** A line from here on is no line of code, in code units. */
const LONG_CODE_LINE = 400;
/** A list item that gives a name its value stays whole up to this length, in code units. */
const LONGEST_NAMED_ITEM = 400;
/** Lines that are read in one go. */
const LINES_PER_SLICE = 256;

/** A run of text of one kind: a paragraph of prose, one heading, one code line, one table row. */
export interface Block extends Span {
  kind: SentenceKind;
}

/**
 * Reads a text as prose: one grain per paragraph, list item and speaker's turn. Line breaks inside a hard-wrapped
 * paragraph do not end it. Headings, fenced and bare code and table rows are grains a line. Never undefined.
 */
export function* parse(text: string): Sliced<Outline> {
  const outline = buildOutline("prose", "paragraphs");
  let paragraph: Line[] = [];
  let fence: string | undefined;
  let lines = 0;
  const flush = () => {
    for (const block of paragraphBlocks(paragraph)) outline.add(grainOf(text, block));
    paragraph = [];
  };
  const addLine = (line: Line, kind: SentenceKind) => {
    if (line.text.trim() !== "") outline.add({ start: line.start, end: line.end, kind });
  };
  for (const line of linesOf(text)) {
    const mark = FENCE.exec(line.text)?.[1];
    if (fence !== undefined) {
      addLine(line, "code");
      if (mark?.startsWith(fence)) fence = undefined;
    } else if (mark !== undefined) {
      flush();
      fence = mark;
      addLine(line, "code");
    } else if (line.text.trim() === "") {
      flush();
    } else if (HEADING.test(line.text) || isTableRow(line.text)) {
      flush();
      addLine(line, HEADING.test(line.text) ? "heading" : "table");
    } else {
      paragraph.push(line);
    }
    lines += 1;
    if (lines % LINES_PER_SLICE === 0) yield;
  }
  flush();
  return outline.done();
}

/** The blocks of lines that no blank line parts: code line by line, else prose joined where it was hard-wrapped. */
export function paragraphBlocks(paragraph: readonly Line[]): Block[] {
  if (isCode(paragraph)) return paragraph.map(({ start, end }) => ({ start, end, kind: "code" }));
  const blocks: Block[] = [];
  let current: Block | undefined;
  let previous: Line | undefined;
  for (const line of paragraph) {
    if (current && previous && continues(previous, line)) {
      current.end = line.end;
    } else {
      current = { start: line.start, end: line.end, kind: "prose" };
      blocks.push(current);
    }
    previous = line;
  }
  return blocks;
}

/** The grain of a block: a short list item that gives a name its value is data, since neither means a thing alone. */
export function grainOf(text: string, block: Block): GrainInput {
  const isWhole =
    block.kind === "prose" &&
    isNamedValue(text.slice(block.start, Math.min(block.end, block.start + LONGEST_NAMED_ITEM + 1)));
  return { start: block.start, end: block.end, kind: isWhole ? "data" : block.kind };
}

/** Whether a list item gives a name its value: `- **wait** number. Default: 250`. */
export function isNamedValue(item: string): boolean {
  return item.length <= LONGEST_NAMED_ITEM && NAMED_ITEM.test(item) && DEFAULT_VALUE.test(item);
}

/** Whether most of the lines look like source code. */
function isCode(paragraph: readonly Line[]): boolean {
  if (paragraph.length < 2) return false;
  let matching = 0;
  for (const { text } of paragraph) if (text.length < LONG_CODE_LINE && CODE_LINE.test(text)) matching += 1;
  return matching * 2 > paragraph.length;
}

/** Whether a line break is only where a hard-wrapped line was cut. */
export function continues(previous: Line, next: Line): boolean {
  const opening = next.text.slice(0, LONGEST_WRAPPED_LINE);
  if (LIST_ITEM.test(opening) || SPEAKER.test(opening) || LOG_LINE.test(opening)) return false;
  const before = previous.text.trimEnd();
  const isWrapped = before.length >= WRAPPED_LINE && before.length <= LONGEST_WRAPPED_LINE;
  const startsLower = /^\s*\p{Ll}/u.test(next.text);
  return endsStatement(before) ? isWrapped && startsLower : isWrapped || startsLower;
}

/** Whether a line without white space at its end closes with a mark that ends a sentence. */
export function endsStatement(line: string): boolean {
  // Marks behind the one that ends it are few; only they have to be looked at.
  return TERMINAL.test(line.slice(-16));
}

function isTableRow(line: string): boolean {
  const row = line.trim();
  return row.length > 1 && row.startsWith("|") && row.endsWith("|");
}
