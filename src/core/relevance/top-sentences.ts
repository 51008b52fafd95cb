/** A sentence of a request's documents, and its log-odds. */
export interface TopSentence {
  document: number;
  sentence: number;
  logit: number;
}

/** The most relevant sentences, best first; of equals the one that comes first. */
export function topSentences(logits: readonly Float32Array[], count: number): TopSentence[] {
  const top: TopSentence[] = [];
  for (const [document, row] of logits.entries()) {
    for (let sentence = 0; sentence < row.length; sentence += 1) {
      const logit = row[sentence] as number;
      if (top.length === count && logit <= (top[count - 1] as TopSentence).logit) continue;
      top.push({ document, sentence, logit });
      top.sort((a, b) => b.logit - a.logit);
      top.length = Math.min(count, top.length);
    }
  }
  return top;
}
