import type { SentenceKind, Span } from "../types.js";

/** A run of text of one kind: a paragraph of prose, one heading, one code line, one table row, one JSON member. */
export interface Block extends Span {
  kind: SentenceKind;
}

interface Line extends Span {
  text: string;
}

const FENCE = /^\s{0,3}(`{3,}|~{3,})/u;
const HEADING = /^\s{0,3}#{1,6}\s+\S/u;
const TABLE_ROW = /^\s*\|.*\|\s*$/u;
const CODE_LINE =
  /[;{}]\s*$|^\s*[\])}]+[;,)]*\s*$|^\s*(?:def|class|import|from|return|for|while|const|let|var|function|async|await|public|private|protected|static|export|fn|func|struct|impl|use|package|#include|elif|else|try|except|catch)\b.*[:({=;,]|^\s*(?:if|with|unless|until)\b.*[:{]\s*$|=>|->\s*\w|^\s*(?:\/\/|#!|\/\*|\*\/|<\/?[a-z][\w-]*[^>]*>\s*$)|^\s*[\w.[\]]+\s*[+\-*/]?=\s*\S|^\s*(?:\$|>>>|PS>)\s|^\s{2,}(?:- )?[a-z][\w-]*:(?:\s|$)|^(?:- )?[a-z][\w-]*:$/iu;
const LIST_ITEM = /^\s*(?:[-*+•‣–]|\d{1,3}[.)]|[a-z][.)])\s+\S/iu;
const SPEAKER = /^\s*[\p{Lu}][\p{L}\p{N} ._'-]{0,38}:\s/u;
const LOG_LINE = /^\s*\[?\d{2,4}[-/:.]\d{2}/u;
const TERMINAL = /[.!?:。！？…]["'”’)\]]*\s*$/u;

/** Lines of hard-wrapped prose are at least this long, in code units. */
const WRAPPED_LINE = 50;
/** A JSON member shorter than this is joined with the next, in code units. */
const DATA_MEMBER = 60;
/** A JSON string longer than this is cut as prose, in code units. */
const LONG_STRING = 120;

/** What must be known of a text to read on in the middle of it. */
export interface StructureState {
  readonly isJson: boolean;
  /** Whether a JSON string is open. */
  isInString: boolean;
  /** The mark that closes the fenced code that is open. */
  fence: string | undefined;
}

/** The state at a text's start. */
export function openStructure(text: string): StructureState {
  return { isJson: isJson(text), isInString: false, fence: undefined };
}

/**
 * Cuts a text into blocks by its structure: Markdown headings, fenced and bare code, tables, JSON, and
 * paragraphs of prose. Line breaks inside a hard-wrapped paragraph do not end a block.
 *
 * @param state If the text is one section of a longer one: moved on to the section's end.
 */
export function splitBlocks(text: string, state = openStructure(text)): Block[] {
  if (state.isJson) return splitJson(text, state);
  const blocks: Block[] = [];
  let paragraph: Line[] = [];
  const flush = () => {
    pushParagraph(blocks, paragraph);
    paragraph = [];
  };
  for (const line of lines(text)) {
    const mark = FENCE.exec(line.text)?.[1];
    if (state.fence !== undefined) {
      blocks.push({ start: line.start, end: line.end, kind: "code" });
      if (mark?.startsWith(state.fence)) state.fence = undefined;
    } else if (mark !== undefined) {
      flush();
      state.fence = mark;
      blocks.push({ start: line.start, end: line.end, kind: "code" });
    } else if (line.text.trim() === "") {
      flush();
    } else if (HEADING.test(line.text) || TABLE_ROW.test(line.text)) {
      flush();
      blocks.push({ start: line.start, end: line.end, kind: HEADING.test(line.text) ? "heading" : "table" });
    } else {
      paragraph.push(line);
    }
  }
  flush();
  return blocks;
}

function* lines(text: string): Generator<Line> {
  let start = 0;
  for (const match of text.matchAll(/\r\n|[\n\r\u2028\u2029]/gu)) {
    yield { start, end: match.index, text: text.slice(start, match.index) };
    start = match.index + match[0].length;
  }
  if (start < text.length) yield { start, end: text.length, text: text.slice(start) };
}

function pushParagraph(blocks: Block[], paragraph: readonly Line[]): void {
  if (isCode(paragraph)) {
    for (const line of paragraph) blocks.push({ start: line.start, end: line.end, kind: "code" });
    return;
  }
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
}

function isCode(paragraph: readonly Line[]): boolean {
  if (paragraph.length < 2) return false;
  const matching = paragraph.filter((line) => line.text.length < 400 && CODE_LINE.test(line.text)).length;
  return matching * 2 > paragraph.length;
}

/** Whether a line break is only where a hard-wrapped line was cut. */
function continues(previous: Line, next: Line): boolean {
  if (LIST_ITEM.test(next.text) || SPEAKER.test(next.text) || LOG_LINE.test(next.text)) return false;
  const startsLower = /^\s*\p{Ll}/u.test(next.text);
  const length = previous.text.trimEnd().length;
  if (TERMINAL.test(previous.text)) return length >= WRAPPED_LINE && length <= 100 && startsLower;
  return startsLower || (length >= WRAPPED_LINE && length <= 100);
}

function isJson(text: string): boolean {
  const first = /^\s*([[{])/u.exec(text)?.[1];
  if (first === undefined) return false;
  const last = /([\]}])\s*$/u.exec(text.slice(-64))?.[1];
  if ((first === "[" ? "]" : "}") !== last) return false;
  // JSON lines and JSON alike: what counts is that quoted members fill it.
  return /"\s*:\s*["{[\d\-tfn]|^\s*\[\s*(?:["\d[{]|\])/u.test(text.slice(0, 2048));
}

/** One block per line of printed JSON; minified JSON is cut after the commas that end a member. */
function splitJson(text: string, state: StructureState): Block[] {
  const blocks: Block[] = [];
  let start = 0;
  const push = (end: number, kind: Block["kind"] = "data") => {
    if (text.slice(start, end).trim() !== "") blocks.push({ start, end, kind });
    start = end;
  };
  // Where the open string's content starts; -1 outside of strings.
  let content = state.isInString ? 0 : -1;
  const pushString = (end: number) => {
    if (end - content <= LONG_STRING) return;
    push(content);
    push(end, "prose");
  };
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (content >= 0) {
      if (unit === 0x5c) index += 1;
      else if (unit === 0x22) {
        pushString(index);
        content = -1;
      }
    } else if (unit === 0x22) content = index + 1;
    else if (unit === 0x0a) push(index + 1);
    else if (unit === 0x2c && index + 1 - start >= DATA_MEMBER) push(index + 1);
  }
  state.isInString = content >= 0;
  if (state.isInString) pushString(text.length);
  push(text.length);
  return blocks;
}
