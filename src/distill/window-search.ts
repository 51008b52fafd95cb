import { lemmaOf } from "./lemma.js";

/** Width of the search window that the reference implementation's published data were made with, in words. */
export const REFERENCE_WINDOW_WORDS = 400;

/** Words that the reference implementation leaves out on both sides. */
const IGNORED = new Set([","]);

/**
 * The annotation algorithm of LLMLingua-2 (Algorithm 1, and `label_word.py` of its reference implementation):
 * one compressed word after the other takes the nearest unlabelled source word of the same lemma, looked for
 * around the last hit, at each distance forward and then backward. After a hit far ahead the window
 * moves on by half its width only. Commas are passed over on both sides and are never labelled.
 *
 * Greedy, so a word that occurs often is easily taken from the wrong place; {@link alignLongTexts} is not. The
 * reference's lemmas are spaCy's; here they come from rules.
 *
 * @param windowWords how far to look in each direction
 * @returns per compressed word the index of the source word it was taken from, or -1; not always ascending
 */
export function searchWindows(
  source: readonly string[],
  compressed: readonly string[],
  windowWords = REFERENCE_WINDOW_WORDS,
): Int32Array {
  const considered: number[] = [];
  source.forEach((surface, index) => {
    if (!IGNORED.has(surface)) considered.push(index);
  });
  const lemmas = considered.map((index) => lemmaOf(source[index] as string));
  const labelled = new Uint8Array(lemmas.length);
  const matches = new Int32Array(compressed.length).fill(-1);
  const last = lemmas.length - 1;
  let previous = 0;
  compressed.forEach((surface, j) => {
    if (IGNORED.has(surface) || last < 0) return;
    const lemma = lemmaOf(surface);
    const isFree = (position: number) => lemmas[position] === lemma && labelled[position] === 0;
    for (let distance = 0; distance < windowWords; distance += 1) {
      const ahead = Math.min(previous + distance, last);
      const behind = Math.max(previous - distance, 0);
      const hit = isFree(ahead) ? ahead : isFree(behind) ? behind : -1;
      if (hit >= 0) {
        labelled[hit] = 1;
        matches[j] = considered[hit] as number;
        const half = Math.floor(windowWords / 2);
        previous = hit === ahead && hit - previous > half ? previous + half : hit;
        return;
      }
      if (ahead === last && behind === 0) return;
    }
  });
  return matches;
}
