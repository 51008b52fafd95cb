import type { Sliced } from "../runtime/event-loop.js";
import { createPace } from "./lines.js";

/** What a node of a {@link Tape} is. A `rest` is what stands where a text is cut off. */
export type NodeKind = "object" | "array" | "string" | "scalar" | "comment" | "rest";

/** A value of a JSON text with its key, or a comment. Offsets are UTF-16 code units of the text. */
export interface JsonNode {
  kind: NodeKind;
  /** Where its key begins; where the value begins, if it has none. */
  start: number;
  /** Where its key ends; where the value begins, if it has none. */
  keyEnd: number;
  /** Where the value begins. */
  value: number;
  /** Where the value ends. */
  end: number;
  /** Where its comma ends; `end` without one. */
  stop: number;
  /** Code units without white space, key and comma included. */
  size: number;
  /** Place on the tape of what comes after the value and all in it. */
  next: number;
  /** Whether the value ends before the text does. */
  isWhole: boolean;
}

/** JSON values in the order of the text: each container is followed by what it holds. */
export type Tape = JsonNode[];

const QUOTE = 0x22;
const COMMA = 0x2c;
const SLASH = 0x2f;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const SCALAR = /(?:true|false|null|NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;
const LINE_COMMENT = /\/\/[^\n\r]*/y;
/** Code units after which a text may be cut off and yet say so in words: `... (truncated)`. */
const LONGEST_NOTE = 400;
/** Share of a text that may be such a note. */
const NOTE_SHARE = 0.25;

/**
 * Reads JSON values one after the other from a range of a text, without recursion. Comments and commas before a closing
 * bracket are let pass, and so is an end that is missing: what is open there is not whole.
 *
 * @returns Undefined where the range is something else.
 */
export function* readTape(text: string, from = 0, to = text.length): Sliced<Tape | undefined> {
  const tape: Tape = [];
  const open: number[] = [];
  let container: JsonNode | undefined;
  /** The last value of the container that is open, to which a comma belongs. */
  let last: JsonNode | undefined;
  /** Whether a value may stand here: after an opening bracket, after a comma, at the top. */
  let isFree = true;
  const isDue = createPace();

  const add = (kind: NodeKind, start: number, keyEnd: number, value: number, end: number): JsonNode => {
    const keySize = keyEnd === start ? 0 : keyEnd - start + 1;
    const size = keySize + end - value;
    const node = { kind, start, keyEnd, value, end, stop: end, size, next: tape.length + 1, isWhole: true };
    tape.push(node);
    return node;
  };
  const finish = (node: JsonNode, end: number, isWhole: boolean) => {
    node.end = end;
    node.stop = end;
    node.next = tape.length;
    node.isWhole = isWhole;
  };
  const cutOff = (): Tape => {
    const end = lastVisible(text, to);
    for (const index of open) finish(tape[index] as JsonNode, end, false);
    return tape;
  };
  /** A member that cannot be read beyond `readTo` is the last of a text that is cut off, if not much is left. */
  const cutOffAt = (start: number, readTo: number): Tape | undefined => {
    const isEnd = to - readTo <= Math.min(LONGEST_NOTE, (to - from) * NOTE_SHARE);
    const hasMember = tape.length > 1 || (container?.kind === "object" && text.charCodeAt(start) === QUOTE);
    if (container === undefined || !isEnd || !hasMember) return undefined;
    add("rest", start, start, start, lastVisible(text, to)).isWhole = false;
    return cutOff();
  };

  for (let at = skipSpace(text, from, to); at < to; at = skipSpace(text, at, to)) {
    if (isDue(at - from)) yield;
    const code = text.charCodeAt(at);
    if (code === SLASH) {
      const end = commentEnd(text, at, to);
      if (end < 0) return cutOffAt(at, at);
      add("comment", at, at, at, end);
      at = end;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      if (container?.kind !== (code === CLOSE_BRACE ? "object" : "array")) return cutOffAt(at, at);
      finish(container, at + 1, true);
      last = container;
      open.pop();
      container = tape[open.at(-1) ?? -1];
      if (container !== undefined) container.size += last.size;
      isFree = container === undefined;
      at += 1;
    } else if (code === COMMA) {
      if (container === undefined || last === undefined || isFree) return cutOffAt(at, at);
      last.stop = at + 1;
      container.size += 1;
      isFree = true;
      at += 1;
    } else {
      if (!isFree) return cutOffAt(at, at);
      let value = at;
      let keyEnd = at;
      if (container?.kind === "object") {
        keyEnd = code === QUOTE ? stringEnd(text, at, to) : -1;
        if (keyEnd < 0) return cutOffAt(at, code === QUOTE ? to : at);
        const colon = skipTrivia(text, keyEnd, to);
        if (colon < to && text.charCodeAt(colon) !== COLON) return cutOffAt(at, colon);
        value = skipTrivia(text, colon + 1, to);
        if (value >= to) return cutOffAt(at, to);
      }
      const opened = text.charCodeAt(value);
      if (opened === OPEN_BRACE || opened === OPEN_BRACKET) {
        open.push(tape.length);
        container = add(opened === OPEN_BRACE ? "object" : "array", at, keyEnd, value, value + 2);
        last = undefined;
        at = value + 1;
      } else {
        const end = opened === QUOTE ? stringEnd(text, value, to) : scalarEnd(text, value, to);
        if (end < 0) return cutOffAt(at, opened === QUOTE ? to : value);
        last = add(opened === QUOTE ? "string" : "scalar", at, keyEnd, value, end);
        if (container !== undefined) container.size += last.size;
        isFree = container === undefined;
        at = end;
      }
    }
  }
  return tape.length === 0 ? undefined : cutOff();
}

/** Where a string ends that begins at `start`, its quote included; -1 where it does not end. */
function stringEnd(text: string, start: number, to: number): number {
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0 || quote >= to) return -1;
    let escapes = quote;
    while (escapes > from && text.charCodeAt(escapes - 1) === BACKSLASH) escapes -= 1;
    from = quote + 1;
    if ((quote - escapes) % 2 === 0) return from;
  }
}

function scalarEnd(text: string, start: number, to: number): number {
  SCALAR.lastIndex = start;
  return SCALAR.test(text) && SCALAR.lastIndex <= to ? SCALAR.lastIndex : -1;
}

function commentEnd(text: string, start: number, to: number): number {
  LINE_COMMENT.lastIndex = start;
  if (LINE_COMMENT.test(text)) return Math.min(to, LINE_COMMENT.lastIndex);
  if (!text.startsWith("/*", start)) return -1;
  const end = text.indexOf("*/", start + 2);
  return end < 0 || end + 2 > to ? -1 : end + 2;
}

/** Where the next visible unit stands that is in no comment. */
function skipTrivia(text: string, start: number, to: number): number {
  for (let at = start; ; ) {
    at = skipSpace(text, at, to);
    const end = at < to && text.charCodeAt(at) === SLASH ? commentEnd(text, at, to) : -1;
    if (end < 0) return at;
    at = end;
  }
}

function skipSpace(text: string, start: number, to: number): number {
  let at = start;
  while (at < to && isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** Where the white space at a range's end begins. */
function lastVisible(text: string, to: number): number {
  let end = to;
  while (isSpace(text.charCodeAt(end - 1))) end -= 1;
  return end;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
