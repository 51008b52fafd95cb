import { splitSentences } from "../core/text/sentences.js";
import { splitWords } from "../core/text/words.js";
import type { Span, Word } from "../core/types.js";
import type { CountTokens } from "./token-count.js";

/** The longest chunk the paper hands its teacher: longer ones are compressed too hard. */
export const PAPER_CHUNK_TOKENS = 512;

/**
 * Cuts a text into chunks that end at sentence ends and hold at most `maxTokens` tokens; a sentence longer
 * than that is cut between words. Chunks are verbatim ranges without the white space around them, in
 * order; every word lies in exactly one. A single word above the limit is a chunk of its own.
 */
export function chunkText(text: string, countTokens: CountTokens, maxTokens = PAPER_CHUNK_TOKENS): Span[] {
  const words = splitWords(text);
  const pieces: Span[] = [];
  for (const sentence of splitSentences(text, words)) {
    const span = { start: sentence.start, end: sentence.end };
    if (fits(text, span, countTokens, maxTokens)) pieces.push(span);
    else pieces.push(...packSpans(text, words.slice(sentence.firstWord, sentence.endWord), countTokens, maxTokens));
  }
  return packSpans(text, pieces, countTokens, maxTokens);
}

/** Joins neighbours as long as the range they span fits; counted on the joined text, as tokens do not add up. */
function packSpans(
  text: string,
  pieces: readonly (Span | Word)[],
  countTokens: CountTokens,
  maxTokens: number,
): Span[] {
  const chunks: Span[] = [];
  let first = 0;
  while (first < pieces.length) {
    const count = largestFit(pieces.length - first, (size) =>
      fits(text, { start: startOf(pieces, first), end: endOf(pieces, first + size - 1) }, countTokens, maxTokens),
    );
    chunks.push({ start: startOf(pieces, first), end: endOf(pieces, first + count - 1) });
    first += count;
  }
  return chunks;
}

/** The largest size from 1 that fits, found by doubling and halving; 1 where even that does not fit. */
function largestFit(limit: number, fitsSize: (size: number) => boolean): number {
  let good = 1;
  let bad = 2;
  while (bad <= limit && fitsSize(bad)) {
    good = bad;
    bad *= 2;
  }
  bad = Math.min(bad, limit + 1);
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (fitsSize(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

function fits(text: string, span: Span, countTokens: CountTokens, maxTokens: number): boolean {
  return countTokens(text.slice(span.start, span.end)) <= maxTokens;
}

function startOf(pieces: readonly Span[], index: number): number {
  return (pieces[index] as Span).start;
}

function endOf(pieces: readonly Span[], index: number): number {
  return (pieces[index] as Span).end;
}
