import type { Span } from "../../types.js";

/** A forced string that is not one piece, and the token the reference adds for it. */
export interface ForcedString {
  text: string;
  /** `[NEWi]`, i its place among all forced tokens. */
  token: string;
}

/** Part of a text that is tokenized at once, or a forced string. */
export interface Section extends Span {
  /** Index in the forced strings outside the vocabulary; absent for text. */
  forced?: number;
}

/** Longest text that is tokenized at once, if it can be cut, in code units: the event loop waits for it. */
const SECTION_LENGTH = 4000;

/**
 * Cuts a text at forced strings, as tokenizers do at added tokens, and long stretches between words, where
 * no tokenizer's pieces lie across.
 */
export function splitSections(text: string, forced: readonly ForcedString[]): Section[] {
  return splitAtForced(text, forced).flatMap((section) =>
    section.forced === undefined ? cutBetweenWords(text, section) : [section],
  );
}

/** Replaces forced strings one after another, in the caller's order, each in what the former ones left. */
function splitAtForced(text: string, forced: readonly ForcedString[]): Section[] {
  let sections: Section[] = [{ start: 0, end: text.length }];
  for (const [index, { text: wanted }] of forced.entries()) {
    sections = sections.flatMap((section) => {
      if (section.forced !== undefined) return [section];
      const parts: Section[] = [];
      let from = section.start;
      for (let at = text.indexOf(wanted, from); at >= 0 && at + wanted.length <= section.end; ) {
        if (at > from) parts.push({ start: from, end: at });
        from = at + wanted.length;
        parts.push({ start: at, end: from, forced: index });
        at = text.indexOf(wanted, from);
      }
      if (from < section.end) parts.push({ start: from, end: section.end });
      return parts;
    });
  }
  return sections;
}

const WORD_BORDER = /[A-Za-z](?= [A-Za-z])/g;

function cutBetweenWords(text: string, { start, end }: Section): Section[] {
  const sections: Section[] = [];
  let from = start;
  while (end - from > SECTION_LENGTH) {
    WORD_BORDER.lastIndex = from + SECTION_LENGTH;
    const border = WORD_BORDER.exec(text);
    if (!border || border.index + 1 >= end) break;
    sections.push({ start: from, end: border.index + 1 });
    from = border.index + 1;
  }
  sections.push({ start: from, end });
  return sections;
}
