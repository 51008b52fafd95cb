/** Characters that are not seen: soft hyphens, joiners, marks of direction. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/gu;

/**
 * A word as lists hold it: composed, lower-case, with plain letters in place of full-width and mathematical ones, a
 * straight apostrophe, and nothing that is not seen.
 */
export function foldWord(surface: string): string {
  return surface
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[’ʼ＇]/gu, "'")
    .replace(INVISIBLE, "");
}
