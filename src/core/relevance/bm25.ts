/**
 * Okapi BM25 (Robertson and Zaragoza 2009; k1 = 1.2, b = 0.75) over bags of words, for texts and models
 * without vectors.
 */
const K1 = 1.2;
const B = 0.75;

/**
 * Share of the best possible score that each bag reaches for the query, 0..1.
 *
 * @param query Words of the question, normalised as the bags' are.
 * @param bags One bag of words per candidate.
 */
export function bm25Coverage(query: readonly string[], bags: readonly (readonly string[])[]): Float32Array {
  const terms = [...new Set(query)];
  const place = new Map(terms.map((term, index) => [term, index]));
  const found = new Uint32Array(terms.length);
  const counts = bags.map((bag) => {
    const count = new Uint32Array(terms.length);
    for (const word of bag) {
      const index = place.get(word);
      if (index !== undefined) count[index] = (count[index] as number) + 1;
    }
    for (let index = 0; index < terms.length; index += 1) if (count[index]) found[index] = (found[index] as number) + 1;
    return count;
  });
  const idf = Array.from(found, (n) => Math.log(1 + (bags.length - n + 0.5) / (n + 0.5)));
  const best = idf.reduce((sum, weight) => sum + weight * (K1 + 1), 0);
  const meanLength = bags.reduce((sum, bag) => sum + bag.length, 0) / Math.max(1, bags.length) || 1;
  return Float32Array.from(bags, (bag, index) => {
    let score = 0;
    for (const [term, weight] of idf.entries()) {
      const frequency = counts[index]?.[term] as number;
      if (frequency === 0) continue;
      score += (weight * frequency * (K1 + 1)) / (frequency + K1 * (1 - B + (B * bag.length) / meanLength));
    }
    return best === 0 ? 0 : Math.min(1, score / best);
  });
}
