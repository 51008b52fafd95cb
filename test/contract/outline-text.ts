import { expect } from "vitest";
import type { Outline } from "../../src/core/structure/outline.js";

// What an outline promises, and the text of a choice of its grains by the rules that the renderer keeps.

/** Checks what every outline must keep to: order, cover, heads and closers. */
export function expectOutline(text: string, { grains, hidden }: Outline): void {
  let end = 0;
  const covered = new Uint8Array(text.length);
  for (const [index, grain] of grains.entries()) {
    const where = `grain ${index} ${JSON.stringify(text.slice(grain.start, Math.min(grain.end, grain.start + 40)))}`;
    expect(grain.start, where).toBeGreaterThanOrEqual(end);
    expect(grain.end, where).toBeGreaterThan(grain.start);
    expect(grain.end, where).toBeLessThanOrEqual(text.length);
    expect(grain.separator >= grain.start && grain.separator <= grain.end, where).toBe(true);
    expect(grain.prior >= 0 && grain.prior <= 1, where).toBe(true);
    for (const other of [grain.head, grain.closes, grain.within]) {
      expect(other >= -1 && other < grains.length && other !== index, where).toBe(true);
    }
    if (grain.head >= 0) {
      expect(grains[grain.head]?.kind, where).not.toBe("prose");
      expect(grains[grain.head]?.closes, where).toBe(-1);
    }
    if (grain.closes >= 0) {
      expect(grain.closes, where).toBeLessThan(index);
      expect(grain.role, where).toBe("shell");
    }
    let depth = 0;
    for (let head = grain.head; head >= 0; head = grains[head]?.head ?? -1) {
      depth += 1;
      expect(depth, `${where}: heads in a circle`).toBeLessThanOrEqual(grains.length);
    }
    end = grain.end;
    covered.fill(1, grain.start, grain.end);
  }
  let hiddenEnd = 0;
  for (const { start, end: stop } of hidden) {
    expect(start).toBeGreaterThanOrEqual(hiddenEnd);
    expect(stop).toBeGreaterThan(start);
    hiddenEnd = stop;
    covered.fill(1, start, stop);
  }
  for (let at = 0; at < text.length; at += 1) {
    if (!covered[at] && !/[\s\p{Cc}\p{Cf}\p{Cs}]/u.test(text[at] as string)) {
      throw new Error(`Expected all visible text in a grain, got ${JSON.stringify(text.slice(at, at + 40))} in none.`);
    }
  }
}

/** The chosen grains with their heads and closers, printed as the renderer does (prose grains whole). */
export function textOf(text: string, { grains, hidden }: Outline, chosen: Iterable<number>): string {
  const isIn = new Uint8Array(grains.length);
  for (const index of chosen) for (let at = index; at >= 0 && !isIn[at]; at = grains[at]?.head ?? -1) isIn[at] = 1;
  for (const [index, { closes }] of grains.entries()) if (closes >= 0) isIn[index] = isIn[closes] as number;
  const last = new Map<number, number>();
  for (const [index, { within }] of grains.entries()) if (isIn[index]) last.set(within, index);
  let output = "";
  let previous = -1;
  let printedTo = 0;
  for (const [index, grain] of grains.entries()) {
    if (!isIn[index]) continue;
    const end = (last.get(grain.within) as number) > index ? grain.end : grain.separator;
    if (previous >= 0) {
      const gap = plain(text, printedTo, grain.start, hidden);
      const isNext = previous === index - 1 && !gap.touched;
      output += isNext
        ? text.slice((grains[previous] as { end: number }).end, grain.start)
        : joiner(text, gap.text, grain);
    } else output += text.slice(indentStart(text, grain.start), grain.start);
    output += plain(text, grain.start, end, hidden).text;
    previous = index;
    printedTo = end;
  }
  return output;
}

function joiner(text: string, gap: string, grain: { start: number; kind: string }): string {
  const space = /\s*$/u.exec(gap)?.[0] ?? "";
  // A line separator that stands in a JSON string that was left out breaks no line.
  const breaks = space.match(/\r\n|[\n\r\u2028\u2029]/gu) ?? gap.match(/\r\n|[\n\r]/gu);
  if (breaks === null) return space || (grain.kind === "prose" ? " " : "");
  const isParagraph = /(?:\r\n|\r(?!\n)|[\n\u2028\u2029])[^\S\r\n\u2028\u2029]*[\r\n\u2028\u2029]/u.test(gap);
  return (
    (isParagraph ? `${breaks[0]}${breaks[0]}` : breaks[0]) + text.slice(indentStart(text, grain.start), grain.start)
  );
}

function indentStart(text: string, start: number): number {
  let at = start;
  while (at > 0 && (text[at - 1] === " " || text[at - 1] === "\t")) at -= 1;
  return at === 0 || /[\n\r\u2028\u2029]/u.test(text[at - 1] as string) ? at : start;
}

function plain(
  text: string,
  start: number,
  end: number,
  hidden: Outline["hidden"],
): { text: string; touched: boolean } {
  let out = "";
  let at = start;
  let touched = false;
  for (const markup of hidden) {
    if (markup.end <= start || markup.start >= end) continue;
    touched = true;
    if (markup.isShown) continue;
    out += text.slice(at, Math.max(at, markup.start)) + markup.as;
    at = Math.max(at, markup.end);
  }
  return { text: out + text.slice(at, Math.max(at, end)), touched };
}
