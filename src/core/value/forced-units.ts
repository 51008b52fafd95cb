import type { AnalyzedDocument } from "../document/types.js";
import type { Word } from "../types.js";

/** Marks the units that hold a word of a forced phrase: 1, or 2 if the punctuation at their sides is in it too. */
export function markForcedUnits(document: AnalyzedDocument, phrases: readonly string[]): Uint8Array | undefined {
  if (phrases.length === 0) return undefined;
  const words = markPhrases(document.text, document.words, phrases);
  return Uint8Array.from(document.units, ({ leadWord, firstWord, endWord, trailWord }) => {
    const isForced = (from: number, to: number) => words.subarray(from, to).includes(1);
    if (isForced(leadWord, firstWord) || isForced(endWord, trailWord)) return 2;
    return isForced(firstWord, endWord) ? 1 : 0;
  });
}

/** Marks the words that lie inside an occurrence of one of the phrases, compared to the letter. */
export function markPhrases(text: string, words: readonly Word[], phrases: readonly string[]): Uint8Array {
  const marked = new Uint8Array(words.length);
  for (const phrase of phrases) {
    for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + phrase.length)) {
      let word = lowerBound(words, at);
      while (word < words.length && (words[word] as Word).start < at + phrase.length) marked[word++] = 1;
    }
  }
  return marked;
}

/** First word that ends after `offset`. */
function lowerBound(words: readonly Word[], offset: number): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle] as Word).end > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
