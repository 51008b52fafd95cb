import type { Hidden } from "./outline.js";

/** The source between two offsets, with what stands for what is hidden in it. */
export function visibleText(source: string, start: number, end: number, hidden: readonly Hidden[]): string {
  let text = "";
  let at = start;
  for (let index = firstHidden(hidden, start); index < hidden.length; index += 1) {
    const markup = hidden[index] as Hidden;
    if (markup.start >= end) break;
    text += source.slice(at, Math.max(at, markup.start)) + markup.as;
    at = Math.max(at, markup.end);
  }
  return text + source.slice(at, Math.max(at, end));
}

/** Whether anything is hidden in a range. */
export function hasHidden(start: number, end: number, hidden: readonly Hidden[]): boolean {
  const first = hidden[firstHidden(hidden, start)];
  return first !== undefined && first.start < end;
}

/** The text with blanks in place of what is hidden: every offset stays. */
export function maskHidden(text: string, hidden: readonly Hidden[]): string {
  if (hidden.length === 0) return text;
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of hidden) {
    parts.push(text.slice(at, start), " ".repeat(end - start));
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join("");
}

/** Index of the first hidden part that ends after the offset. */
export function firstHidden(hidden: readonly Hidden[], offset: number): number {
  let low = 0;
  let high = hidden.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((hidden[middle] as Hidden).end > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
