import type { AlignmentWord } from "./alignment.js";

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Words cut into what is aligned, with the word each unit came from. */
export interface AlignmentUnits {
  units: AlignmentWord[];
  /** Per unit the index of its word. */
  owners: number[];
}

/**
 * Cuts words of scripts without spaces into characters: where such words end is the segmenter's opinion,
 * and it changes with the neighbours that a compression leaves out. Every other word is one unit.
 */
export function cutUnits(words: readonly AlignmentWord[]): AlignmentUnits {
  const units: AlignmentWord[] = [];
  const owners: number[] = [];
  words.forEach((word, index) => {
    const parts = UNSPACED.test(word.surface) ? [...word.surface] : [word.surface];
    parts.forEach((surface, place) => {
      units.push(place === 0 ? { ...word, surface } : { surface, spaceBefore: false, boundary: 0 });
      owners.push(index);
    });
  });
  return { units, owners };
}
