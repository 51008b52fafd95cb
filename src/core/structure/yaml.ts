import type { Sliced } from "../runtime/event-loop.js";
import type { Outline } from "./outline.js";
import { createYamlOutline, type YamlOutline } from "./yaml-outline.js";
import {
  blockScalarEnd,
  flowEnd,
  isBlockHeader,
  isContentEnd,
  keyEnd,
  plainEnd,
  propertiesEnd,
  quotedEnd,
} from "./yaml-scan.js";

/** Lists that begin on one line at most. */
const MOST_DASHES = 256;
/** Lines that are read in one go. */
const LINES_PER_SLICE = 256;

/**
 * Reads YAML (block style, with scalars of all styles and flow collections as single values): a grain per entry and list
 * item under the keys that lead to it. What a list item and a Kubernetes object are called heads their other members. A
 * value that refers to an anchor heads for that too.
 *
 * @returns Undefined where the text is no block mapping or list, or holds what cannot be cut safely (explicit keys, tabs
 *   as indentation, one key twice).
 */
export function* parse(text: string): Sliced<Outline | undefined> {
  const outline = createYamlOutline(text);
  let at = text.startsWith("\ufeff") ? 1 : 0;
  for (let lines = 1; at < text.length; lines += 1) {
    if (lines % LINES_PER_SLICE === 0) yield;
    at = readLine(text, at, outline);
    if (at < 0) return undefined;
  }
  return yield* outline.done();
}

/** Reads one line, or several where a value goes on. Returns the start of the next; -1 where it is not understood. */
function readLine(text: string, start: number, outline: YamlOutline): number {
  const lineEnd = endOfLine(text, start);
  let at = start;
  while (text[at] === " ") at += 1;
  if (isBlank(text, at, lineEnd)) return nextLine(text, lineEnd);
  if (text[at] === "#") {
    outline.comment(at, trimmed(text, at, lineEnd));
    return nextLine(text, lineEnd);
  }
  if (text[at] === "\t") return -1;
  if (at === start) {
    const mark = text.slice(at, at + 3);
    if (text[at] === "%") return outline.directive(at, lineEnd) ? nextLine(text, lineEnd) : -1;
    if ((mark === "---" || mark === "...") && isContentEnd(text, at + 3)) {
      const end = trimmed(text, at, lineEnd);
      // Text behind the mark belongs to the document, but only a comment or a property can stay with the mark.
      if (!/^(?:---|\.\.\.)(?:\s+[&!]\S*)*(?:\s+#.*)?$/u.test(text.slice(at, end))) return -1;
      if (!(mark === "---" ? outline.startDocument(at, end) : outline.endDocument(at, end))) return -1;
      return nextLine(text, lineEnd);
    }
  }
  return readNode(text, start, at, outline);
}

/** Reads what stands on a line from its first character: dashes, keys, a value. */
function readNode(text: string, lineStart: number, from: number, outline: YamlOutline): number {
  let at = from;
  for (let depth = 0; depth < MOST_DASHES; depth += 1) {
    const column = at - lineStart;
    if (text[at] === "-" && isContentEnd(text, at + 1)) {
      let next = at + 1;
      while (text[next] === " ") next += 1;
      if (text[next] === "\t") return -1;
      const end = propertiesEnd(text, next);
      const isNested = isLineOver(text, end);
      const dashEnd = isNested ? trimmed(text, at, end) : at + 1;
      if (!outline.item(column, at, dashEnd)) return -1;
      for (const anchor of anchorsIn(text, next, isNested ? end : next)) outline.anchor(anchor);
      if (isNested) return restOfLine(text, end, outline);
      at = next;
      continue;
    }
    // Properties in front of a key are the key's.
    const keyStart = propertiesEnd(text, at);
    const colon = keyEnd(text, keyStart);
    if (colon === -2) return -1;
    if (colon < 0) return readValue(text, at, outline);
    const key = unquoted(text.slice(keyStart, colon).trimEnd());
    let next = colon + 1;
    while (text[next] === " " || text[next] === "\t") next += 1;
    const end = propertiesEnd(text, next);
    const isOpen = isLineOver(text, end);
    if (!outline.key(column, key, at, isOpen ? trimmed(text, at, end) : colon + 1)) return -1;
    for (const anchor of anchorsIn(text, at, keyStart)) outline.anchor(anchor);
    if (!isOpen) return readValue(text, next, outline);
    for (const anchor of anchorsIn(text, next, end)) outline.anchor(anchor);
    return restOfLine(text, end, outline);
  }
  return -1;
}

/** Reads a scalar or a flow collection with its properties, and a comment behind it. */
function readValue(text: string, start: number, outline: YamlOutline): number {
  const indent = outline.indent();
  const at = propertiesEnd(text, start);
  const first = text[at];
  const items: number[] = [];
  let end: number;
  if (isBlockHeader(text, at)) end = blockScalarEnd(text, at, indent);
  else if (first === '"' || first === "'") end = quotedEnd(text, at);
  else if (first === "[" || first === "{") end = flowEnd(text, at, items, (alias) => outline.alias(alias));
  else if (first === "*") {
    end = at + 1;
    while (!isContentEnd(text, end)) end += 1;
    outline.alias(text.slice(at + 1, end));
  } else end = plainEnd(text, at, indent);
  if (end < 0) return -1;
  if (!outline.value(start, end, first === "[" || first === "{" ? { at, items } : undefined)) return -1;
  for (const anchor of anchorsIn(text, start, at)) outline.anchor(anchor);
  return isBlockHeader(text, at) ? nextLine(text, endOfLine(text, end)) : restOfLine(text, end, outline);
}

/** A comment behind what was read stays with it; nothing else may follow. */
function restOfLine(text: string, from: number, outline: YamlOutline): number {
  const lineEnd = endOfLine(text, from);
  let at = from;
  while (text[at] === " " || text[at] === "\t" || text[at] === "\r") at += 1;
  if (at >= lineEnd) return nextLine(text, lineEnd);
  if (text[at] !== "#" || !isContentEnd(text, at - 1)) return -1;
  outline.extend(trimmed(text, at, lineEnd));
  return nextLine(text, lineEnd);
}

function* anchorsIn(text: string, start: number, end: number): Generator<string> {
  if (end <= start) return;
  for (const [, name] of text.slice(start, end).matchAll(/&(\S+)/gu)) yield name as string;
}

function unquoted(key: string): string {
  return /^(["']).*\1$/su.test(key) ? key.slice(1, -1) : key;
}

/** Whether nothing but a comment is left of a line, behind white space. */
function isLineOver(text: string, at: number): boolean {
  const next = text[at];
  return next === undefined || next === "\n" || next === "\r" || next === "#";
}

function isBlank(text: string, start: number, end: number): boolean {
  return text.slice(start, end).trim() === "";
}

function trimmed(text: string, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function nextLine(text: string, lineEnd: number): number {
  return Math.min(text.length, lineEnd + 1);
}
