import { ESCAPE, SEQUENCE } from "./lines.js";
import type { Hidden, Outline } from "./outline.js";

/** A text as a terminal shows it: without what sets colours, titles and links. */
export interface ShownText {
  text: string;
  /** Reads an outline of the shown text as one of the whole text, the escape sequences hidden. */
  restore(outline: Outline): Outline;
}

/** Takes the escape sequences out of a text; the text as it is where it has none. */
export function showText(text: string): ShownText {
  if (!text.includes(ESCAPE)) return { text, restore: (outline) => outline };
  const sequences: Hidden[] = [];
  const parts: string[] = [];
  let end = 0;
  for (const { index, 0: sequence } of text.matchAll(SEQUENCE)) {
    parts.push(text.slice(end, index));
    end = index + sequence.length;
    sequences.push({ start: index, end, as: "" });
  }
  parts.push(text.slice(end));
  return { text: parts.join(""), restore: (outline) => restore(outline, text.length, sequences) };
}

function restore(outline: Outline, length: number, sequences: readonly Hidden[]): Outline {
  const places = placesOf(length, sequences);
  const startOf = (offset: number) => places[offset] as number;
  const endOf = (offset: number) => (offset === 0 ? 0 : (places[offset - 1] as number) + 1);
  return {
    ...outline,
    grains: outline.grains.map((grain) => ({
      ...grain,
      start: startOf(grain.start),
      end: endOf(grain.end),
      separator: endOf(grain.separator),
    })),
    hidden: mergeHidden(
      outline.hidden.map(({ start, end, as }) => ({ start: startOf(start), end: endOf(end), as })),
      sequences,
    ),
  };
}

/** Where each code unit of the shown text stands in the whole one. */
function placesOf(length: number, sequences: readonly Hidden[]): Int32Array {
  const places = new Int32Array(length);
  let next = 0;
  let shown = 0;
  for (let at = 0; at < length; at += 1) {
    const sequence = sequences[next];
    if (sequence !== undefined && at === sequence.start) {
      at = sequence.end - 1;
      next += 1;
      continue;
    }
    places[shown] = at;
    shown += 1;
  }
  return places;
}

/** Hidden parts of two lists in one, in order; parts of the second that stand inside parts of the first go. */
function mergeHidden(own: readonly Hidden[], sequences: readonly Hidden[]): Hidden[] {
  const merged = [...own, ...sequences].sort((a, b) => a.start - b.start || b.end - a.end);
  let end = 0;
  return merged.filter((hidden) => {
    const isOutside = hidden.start >= end;
    if (isOutside) end = hidden.end;
    return isOutside;
  });
}
