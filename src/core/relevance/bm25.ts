import { textHash } from "../text/text-hash.js";
import { placesOf, type WordIndex } from "./word-index.js";

/**
 * Okapi BM25 (Robertson and Zaragoza 2009; k1 = 1.2, b = 0.75) over the sentences of one or more texts.
 */
const K1 = 1.2;
const B = 0.75;

/**
 * Share of the best possible score that each sentence reaches for the query, 0..1.
 *
 * @param query Words of the question, as the indices hold them.
 * @param indices One per text; how rare a word is depends on all of them.
 * @returns One share per sentence, for each text.
 */
export function bm25Coverage(query: Iterable<string>, indices: readonly WordIndex[]): Float32Array[] {
  const scores = indices.map(({ lengths }) => new Float32Array(lengths.length));
  const count = sumOf(indices, ({ filled }) => filled);
  const meanLength = sumOf(indices, ({ words }) => words) / Math.max(1, count) || 1;
  let best = 0;
  for (const term of new Set(query)) {
    const hash = textHash(term);
    const places = indices.map((index) => placesOf(index, hash));
    const found = sumOf(places, sentencesIn);
    const idf = Math.log(1 + (count - found + 0.5) / (found + 0.5));
    best += idf * (K1 + 1);
    for (const [text, own] of places.entries()) {
      if (!own) continue;
      const { lengths } = indices[text] as WordIndex;
      const row = scores[text] as Float32Array;
      for (let at = 0; at < own.length; ) {
        const sentence = own[at] as number;
        const first = at;
        while (at < own.length && own[at] === sentence) at += 1;
        const frequency = at - first;
        const length = 1 - B + (B * (lengths[sentence] as number)) / meanLength;
        row[sentence] = (row[sentence] as number) + (idf * frequency * (K1 + 1)) / (frequency + K1 * length);
      }
    }
  }
  return best === 0 ? scores : scores.map((row) => row.map((score) => Math.min(1, score / best)));
}

function sumOf<Item>(items: readonly Item[], count: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + count(item), 0);
}

/** How many sentences hold a word, by its places, which ascend. */
function sentencesIn(places: Uint32Array | undefined): number {
  let sentences = 0;
  for (let at = 0; places && at < places.length; at += 1) if (at === 0 || places[at] !== places[at - 1]) sentences += 1;
  return sentences;
}
