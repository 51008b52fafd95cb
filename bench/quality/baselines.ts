import { decode, encode } from "gpt-ranks/encoding/o200k_base";
import { bm25Coverage } from "../../src/core/relevance/bm25.js";
import { indexWords } from "../../src/core/relevance/word-index.js";
import { runAtOnce } from "../../src/core/runtime/event-loop.js";
import { splitSentences } from "../../src/core/text/sentences.js";
import { splitWords } from "../../src/core/text/words.js";

/** One sentence of the candidates. */
export interface Piece {
  document: number;
  text: string;
  words: string[];
}

export const SEPARATOR = "\n\n";

export function countTokens(text: string): number {
  return encode(text, { disallowedSpecial: new Set() }).length;
}

/** All candidates one behind the other, cut where the ceiling is. */
export function truncate(documents: readonly string[], ceiling: number): string {
  let tokens = encode(documents.join(SEPARATOR), { disallowedSpecial: new Set() }).slice(0, ceiling);
  // A cut inside a character decodes to more tokens than it had.
  while (tokens.length > 0 && countTokens(decode(tokens)) > ceiling) tokens = tokens.slice(0, -1);
  return decode(tokens);
}

/** Whole documents by BM25, best first; the last one cut where the ceiling is. */
export function bm25Documents(query: string, documents: readonly string[], ceiling: number): string {
  const scores = bm25Scores(terms(query), documents.map(terms));
  const order = documents
    .map((_, index) => index)
    .sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  return truncate(
    order.map((index) => documents[index] as string),
    ceiling,
  );
}

/** Sentences of all documents. */
export function pieces(documents: readonly string[]): Piece[] {
  return documents.flatMap((text, document) => {
    const words = splitWords(text);
    return splitSentences(text, words).map(({ start, end }) => {
      const slice = text.slice(start, end);
      return { document, text: slice, words: terms(slice) };
    });
  });
}

export function bm25Sentences(query: string, candidates: readonly Piece[]): Float32Array {
  return bm25Scores(
    terms(query),
    candidates.map(({ words }) => words),
  );
}

/** Share of the best possible BM25 score of each bag of words. */
export function bm25Scores(query: readonly string[], bags: readonly (readonly string[])[]): Float32Array {
  const index = runAtOnce(indexWords(bags.length, (place) => bags[place] ?? []));
  return bm25Coverage(query, [index])[0] as Float32Array;
}

/** Sentences by a score, best first, as long as they fit; printed in the source's order. */
export function fillSentences(candidates: readonly Piece[], scores: ArrayLike<number>, ceiling: number): string {
  const costs = candidates.map(({ text }) => countTokens(text));
  const order = candidates
    .map((_, index) => index)
    .sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  const chosen = new Set<number>();
  let spent = 0;
  for (const index of order) {
    const cost = (costs[index] as number) + 1;
    if (spent + cost > ceiling + 1) continue;
    chosen.add(index);
    spent += cost;
  }
  const render = () => {
    const byDocument = new Map<number, string[]>();
    for (const [index, { document, text }] of candidates.entries()) {
      if (chosen.has(index)) byDocument.set(document, [...(byDocument.get(document) ?? []), text]);
    }
    return [...byDocument.values()].map((texts) => texts.join(" ")).join(SEPARATOR);
  };
  for (const index of order.reverse()) {
    if (countTokens(render()) <= ceiling) break;
    chosen.delete(index);
  }
  return render();
}

/** Pseudo-random scores, the same ones every time. */
export function randomScores(count: number, seed: number): Float32Array {
  let state = seed >>> 0 || 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

function terms(text: string): string[] {
  return splitWords(text)
    .map(({ start, end }) => text.slice(start, end).toLowerCase())
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
}
