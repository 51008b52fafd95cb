/** Characters that are not seen: soft hyphens, joiners, marks of direction. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/gu;

/** Nothing in it has another form than its lower case. */
const ASCII = /^[\x20-\x7e]*$/;

/** Longer than any word of a list, in UTF-16 code units. Marks without an end take time that grows with their square to compose. */
export const LONGEST_COMPOSED = 128;

/**
 * A word as lists hold it: composed, lower-case, with plain letters in place of full-width and mathematical ones, a
 * straight apostrophe, and nothing that is not seen. A word that is longer than those of lists is not composed.
 */
export function foldWord(surface: string): string {
  if (ASCII.test(surface)) return surface.toLowerCase();
  const composed = surface.length > LONGEST_COMPOSED ? surface : surface.normalize("NFKC");
  return composed
    .toLowerCase()
    .replace(/[’ʼ＇]/gu, "'")
    .replace(INVISIBLE, "");
}
