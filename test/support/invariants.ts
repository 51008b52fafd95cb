import { expect } from "vitest";
import type { CompressedDocument } from "../../src/core/index.js";
import { splitWords } from "../../src/core/text/words.js";

const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/gu;
// A mark that ends a clause moves up to its last word.
const JOINER = / |(?:\r\n|[\n\r\u2028\u2029]){1,2}|(?=\p{P})/uy;

/** What stands between a document's slices, in order: `spans.length - 1` pieces. */
export function joinersOf(source: string, { text, spans }: Pick<CompressedDocument, "text" | "spans">): string[] {
  const joiners: string[] = [];
  let at = 0;
  for (const [index, [start, end]] of spans.entries()) {
    if (index > 0) {
      JOINER.lastIndex = at;
      const joiner = JOINER.exec(text)?.[0];
      expect(joiner, `a joiner at ${at} of ${JSON.stringify(text)}`).toBeDefined();
      joiners.push(joiner as string);
      at += (joiner as string).length;
    }
    const slice = source.slice(start, end);
    expect(text.slice(at, at + slice.length)).toBe(slice);
    at += slice.length;
  }
  expect(at).toBe(text.length);
  return joiners;
}

/** Each span slices to its text, spans ascend, and between them stands only what stood there, or one space. */
export function expectFaithful(source: string, document: Pick<CompressedDocument, "text" | "spans">): void {
  const joiners = joinersOf(source, document);
  let last = 0;
  for (const [index, [start, end]] of document.spans.entries()) {
    expect(start).toBeGreaterThanOrEqual(last);
    expect(end).toBeGreaterThan(start);
    if (index > 0) {
      const gap = source.slice(last, start);
      const breaks = gap.match(LINE_BREAK) ?? [];
      const joiner = joiners[index - 1] as string;
      if (joiner === " ") expect(breaks, `a space where a line break stood: ${JSON.stringify(gap)}`).toEqual([]);
      else expect(breaks.join("")).toContain(joiner);
    }
    last = end;
  }
  expect(last).toBeLessThanOrEqual(source.length);
}

/** Spans begin and end where words do (or where the text does): no word is cut in two. */
export function expectWholeWords(source: string, { spans }: Pick<CompressedDocument, "spans">): void {
  const words = splitWords(source);
  const inside = new Set<number>();
  for (const { start, end } of words) for (let at = start + 1; at < end; at += 1) inside.add(at);
  for (const border of spans.flat()) expect(inside.has(border), `a word cut at ${border}`).toBe(false);
}

/** Whether the words of `text` are among those of `source`, in the same order. */
export function isWordSubsequence(text: string, source: string): boolean {
  const wanted = surfacesOf(text);
  let found = 0;
  for (const surface of surfacesOf(source)) if (surface === wanted[found]) found += 1;
  return found === wanted.length;
}

function surfacesOf(text: string): string[] {
  return splitWords(text).map(({ start, end }) => text.slice(start, end));
}
