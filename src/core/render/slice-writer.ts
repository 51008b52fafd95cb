import { firstHidden } from "../structure/hidden.js";
import type { Hidden } from "../structure/outline.js";

/** Writes a text out of slices of its source, and keeps account of them. */
export interface SliceWriter {
  /** Offset in the source behind the last slice; -1 where there is none. */
  readonly end: number;
  /** Adds source from the last slice's end on, up to `end`: what stands between comes along. */
  extend(end: number): void;
  /** Adds a slice of the source behind `joiner`. What is hidden in it is left out. */
  write(start: number, end: number, joiner: string): void;
  /** Adds a text that is not of the source. */
  insert(text: string): void;
  done(): { text: string; spans: [start: number, end: number][]; inserted: [start: number, end: number][] };
}

/** Starts a text. */
export function createSliceWriter(source: string, hidden: readonly Hidden[]): SliceWriter {
  const spans: [number, number][] = [];
  const inserted: [number, number][] = [];
  let output = "";
  let isOpen = false;
  const push = (start: number, end: number) => {
    if (start >= end) return;
    const last = spans.at(-1);
    if (isOpen && last && last[1] === start) last[1] = end;
    else spans.push([start, end]);
    isOpen = true;
    output += source.slice(start, end);
  };
  const insert = (text: string) => {
    const start = output.length + text.length - text.trimStart().length;
    const { length } = text.trim();
    if (length > 0) inserted.push([start, start + length]);
    output += text;
  };
  const append = (start: number, end: number) => {
    let at = start;
    for (let index = firstHidden(hidden, start); index < hidden.length; index += 1) {
      const markup = hidden[index] as Hidden;
      if (markup.start >= end) break;
      if (markup.isShown) continue;
      push(at, markup.start);
      // Markup at a slice's sides stands for nothing, since the joiner says what is between; a mark of its own stays.
      const isInside = at > start || markup.start > start;
      const isMark = markup.as.trim() !== "" && markup.end < end;
      const isGap = isInside && markup.end < end && !/\s$/u.test(output) && !/\s/u.test(source[markup.end] ?? "");
      if (isMark) insert(markup.as);
      else if (isGap) output += markup.as;
      if (isInside) isOpen = false;
      at = Math.max(at, markup.end);
    }
    push(at, end);
  };
  return {
    get end() {
      return spans.at(-1)?.[1] ?? -1;
    },
    extend(end) {
      append(spans.at(-1)?.[1] ?? 0, end);
    },
    write(start, end, joiner) {
      insert(joiner);
      isOpen = false;
      append(start, end);
    },
    insert(text) {
      insert(text);
      isOpen = false;
    },
    done: () => ({ text: output, spans, inserted }),
  };
}
