/** Where the parts of a YAML text end. Each function takes the offset where the part begins; -1 says that it never ends. */

const BLOCK_HEADER = /[|>](?:[+-]?[1-9]?|[1-9][+-])[ \t\r]*(?:[ \t]#[^\n]*)?(?=\n|$)/y;
const PROPERTY = /(?:&[^\s,[\]{}]+|!\S*)(?=\s|$)[ \t]*/y;
/** Characters that begin no plain scalar. */
const INDICATORS = new Set("[]{},#&*!|>'\"%@`");

/** Whether nothing of a token follows: white space or the text's end. */
export function isContentEnd(text: string, at: number): boolean {
  const next = text[at];
  return next === undefined || next === " " || next === "\n" || next === "\t" || next === "\r";
}

/** Behind anchors and tags, and the white space after them. */
export function propertiesEnd(text: string, start: number): number {
  let at = start;
  for (;;) {
    PROPERTY.lastIndex = at;
    const match = PROPERTY.exec(text);
    if (match === null) return at;
    at += match[0].length;
  }
}

/** The colon that ends a key on this line; -1 where there is none, -2 where there is what cannot be read. */
export function keyEnd(text: string, start: number): number {
  const first = text[start] as string | undefined;
  if (first === undefined) return -1;
  if (first === "?" && isContentEnd(text, start + 1)) return -2;
  if (first === '"' || first === "'") {
    const end = quotedEnd(text, start);
    if (end < 0) return -2;
    let at = end;
    while (text[at] === " ") at += 1;
    if (text[at] !== ":" || !isContentEnd(text, at + 1)) return -1;
    return text.slice(start, end).includes("\n") ? -2 : at;
  }
  if (INDICATORS.has(first)) return -1;
  for (let at = start; ; at += 1) {
    const unit = text[at];
    if (unit === undefined || unit === "\n") return -1;
    if (unit === ":" && isContentEnd(text, at + 1)) return at;
    if (unit === "#" && (text[at - 1] === " " || text[at - 1] === "\t")) return -1;
  }
}

/** Whether a block scalar (`|`, `>`) begins here. */
export function isBlockHeader(text: string, at: number): boolean {
  BLOCK_HEADER.lastIndex = at;
  return BLOCK_HEADER.test(text);
}

/** Behind the last line with text of a block scalar under something at an indentation. */
export function blockScalarEnd(text: string, start: number, indent: number): number {
  let end = lineEndOf(text, start);
  let last = start + text.slice(start, end).trimEnd().length;
  while (end < text.length) {
    const lineStart = end + 1;
    end = lineEndOf(text, lineStart);
    let at = lineStart;
    while (text[at] === " ") at += 1;
    const isEmpty = text.slice(at, end).trim() === "" && text[at] !== "\t";
    if (!isEmpty && at - lineStart <= indent) return last;
    if (!isEmpty) last = text[end - 1] === "\r" ? end - 1 : end;
  }
  return last;
}

/** Behind the quote that closes a quoted scalar. */
export function quotedEnd(text: string, start: number): number {
  const quote = text[start] as string;
  let at = start + 1;
  for (;;) {
    const end = text.indexOf(quote, at);
    if (end < 0) return -1;
    if (quote === "'") {
      if (text[end + 1] !== "'") return end + 1;
      at = end + 2;
      continue;
    }
    let escapes = 0;
    while (text[end - 1 - escapes] === "\\") escapes += 1;
    if (escapes % 2 === 0) return end + 1;
    at = end + 1;
  }
}

/** Behind a plain scalar and the lines that it goes on in; -1 where it holds what only a mapping may hold. */
export function plainEnd(text: string, start: number, indent: number): number {
  const first = text[start];
  if (first === undefined || INDICATORS.has(first)) return -1;
  if ((first === "?" || first === "-") && isContentEnd(text, start + 1)) return -1;
  let end = plainLineEnd(text, start);
  if (end < 0) return -1;
  let lineEnd = lineEndOf(text, end);
  // A comment ends a plain scalar.
  if (text.slice(end, lineEnd).trim() !== "") return end;
  while (lineEnd < text.length) {
    const lineStart = lineEnd + 1;
    lineEnd = lineEndOf(text, lineStart);
    let at = lineStart;
    while (text[at] === " " || text[at] === "\t") at += 1;
    if (at >= lineEnd || text.slice(at, lineEnd).trim() === "") continue;
    if (at - lineStart <= indent || text[at] === "#") return end;
    const next = plainLineEnd(text, at);
    if (next < 0) return -1;
    end = next;
    if (text.slice(end, lineEnd).trim() !== "") return end;
  }
  return end;
}

/** Where the text of a plain scalar ends on its line; -1 where the line holds a key. */
function plainLineEnd(text: string, start: number): number {
  let end = start;
  for (let at = start; ; at += 1) {
    const unit = text[at];
    if (unit === undefined || unit === "\n") return end;
    if (unit === ":" && isContentEnd(text, at + 1)) return -1;
    if (unit === "#" && at > start && (text[at - 1] === " " || text[at - 1] === "\t")) return end;
    if (unit !== " " && unit !== "\t" && unit !== "\r") end = at + 1;
  }
}

/**
 * Behind the bracket that closes a flow collection.
 *
 * @param commas Filled with the offsets of the commas between its own items; emptied where it holds a comment.
 * @param onAlias Called with the name of each alias in it.
 */
export function flowEnd(text: string, start: number, commas: number[], onAlias: (name: string) => void): number {
  const open: string[] = [];
  let hasComment = false;
  /** Whether a value may begin here: quotes and stars inside of plain scalars are text. */
  let isFresh = true;
  for (let at = start; at < text.length; at += 1) {
    const unit = text[at] as string;
    if (unit === " " || unit === "\n" || unit === "\t" || unit === "\r") continue;
    if (unit === "#" && isContentEnd(text, at - 1)) {
      hasComment = true;
      at = lineEndOf(text, at) - 1;
    } else if (unit === "[" || unit === "{") {
      open.push(unit === "[" ? "]" : "}");
      isFresh = true;
    } else if (unit === "]" || unit === "}") {
      if (open.pop() !== unit) return -1;
      isFresh = false;
      if (open.length > 0) continue;
      if (hasComment) commas.length = 0;
      return at + 1;
    } else if (unit === ",") {
      if (open.length === 1) commas.push(at);
      isFresh = true;
    } else if (unit === ":") {
      isFresh = true;
    } else if (isFresh && (unit === '"' || unit === "'")) {
      const end = quotedEnd(text, at);
      if (end < 0) return -1;
      at = end - 1;
      isFresh = false;
    } else {
      if (isFresh && unit === "*") onAlias(/[^\s,[\]{}]*/uy.exec(text.slice(at + 1, at + 256))?.[0] ?? "");
      // An anchor or a tag is followed by the value that it belongs to.
      isFresh = isFresh && (unit === "&" || unit === "!");
      if (isFresh) while (at + 1 < text.length && !isContentEnd(text, at + 1)) at += 1;
    }
  }
  return -1;
}

function lineEndOf(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}
