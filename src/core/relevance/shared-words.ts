import { oncePerDocument } from "../document/derived.js";
import type { AnalyzedDocument } from "../document/types.js";
import type { Sliced } from "../runtime/event-loop.js";
import { LONGEST_COMPOSED } from "../text/fold.js";
import { splitWords } from "../text/words.js";
import { bm25Coverage } from "./bm25.js";
import type { RelevanceCalibration } from "./types.js";

/** Log-odds = scale x (share of the best possible BM25 score) + bias. */
const BM25_CALIBRATION: RelevanceCalibration = { scale: 8, bias: -4.5 };

/** Log-odds of each sentence of the documents, from the words it shares with the question (BM25 over all of them). */
export function* sharedWordsLogits(question: string, documents: readonly AnalyzedDocument[]): Sliced<Float32Array[]> {
  const { scale, bias } = BM25_CALIBRATION;
  const bags: (readonly string[])[] = [];
  for (const document of documents) {
    for (const bag of bagsOf(document)) bags.push(bag);
    yield;
  }
  const coverage = bm25Coverage(
    splitWords(question)
      .map((word) => normalise(question.slice(word.start, word.end)))
      .filter(isTerm),
    bags,
  );
  let next = 0;
  return documents.map(({ sentences }) => {
    const row = coverage.subarray(next, next + sentences.length);
    next += sentences.length;
    return row.map((share) => scale * share + bias);
  });
}

/** The words of each sentence as BM25 compares them. */
const bagsOf = oncePerDocument(({ text, words, sentences }): readonly (readonly string[])[] =>
  sentences.map(({ firstWord, endWord }) =>
    words.slice(firstWord, endWord).map((word) => normalise(text.slice(word.start, word.end))),
  ),
);

/** A word as questions and texts are compared by it: without case, accents and plural. */
export function normalise(surface: string): string {
  const lower = surface.toLowerCase();
  return (lower.length > LONGEST_COMPOSED ? lower : lower.normalize("NFKD"))
    .replace(/\p{M}/gu, "")
    .replace(/(?<=\p{L}{3})(?:es|s)$/u, "");
}

function isTerm(word: string): boolean {
  return /[\p{L}\p{N}]/u.test(word);
}
