import type { PlannedDocument } from "./plan.js";
import { bm25Coverage } from "./text/bm25.js";
import { splitWords } from "./text/words.js";
import type { Parts } from "./turn.js";

/** What the question says of each sentence. */
export interface SentenceRelevance {
  /** Log-odds that the sentence is needed, per document and sentence. */
  logits: Float32Array[];
  /** Log-odds of each document: those of its best sentence. */
  documents: Float32Array;
}

/** A question and its unit vector; empty for models without vectors. */
export interface QuestionVector {
  text: string;
  vector: Float32Array;
}

/** The sigmoid of the cosine, fitted in training on questions and all the sentences of their candidates. */
export interface RelevanceCalibration {
  scale: number;
  bias: number;
}

/** Log-odds of a document without a sentence. */
const LEAST_LOGIT = -20;
/** Without vectors: log-odds = scale x (share of the best possible BM25 score) + bias. */
const BM25_CALIBRATION: RelevanceCalibration = { scale: 8, bias: -4.5 };

/**
 * Relevance of every sentence to the question, from the cached sentence vectors and the question's; from
 * BM25 for models without vectors. A document's is that of its best sentence.
 *
 * @param isApart Whether a document's relevance may depend on its own words only: how rare a word is, the others say.
 */
export function* relevanceInParts(
  query: QuestionVector,
  documents: readonly PlannedDocument[],
  calibration: RelevanceCalibration | undefined,
  isApart = false,
): Parts<SentenceRelevance> {
  const logits: Float32Array[] = [];
  if (query.vector.length > 0 && calibration) {
    for (const document of documents) {
      logits.push(cosineLogits(document, query.vector, calibration));
      yield;
    }
  } else if (isApart) {
    for (const document of documents) logits.push(...(yield* lexicalLogits(query.text, [document])));
  } else {
    logits.push(...(yield* lexicalLogits(query.text, documents)));
  }
  return {
    logits,
    documents: Float32Array.from(logits, bestOf),
  };
}

/** Log-odds of a document: those of its best sentence; next to nothing where it has none. */
export function bestOf(logits: Float32Array): number {
  return logits.reduce((best, logit) => Math.max(best, logit), LEAST_LOGIT);
}

function cosineLogits(
  { vectors, sentences, dimension }: PlannedDocument,
  query: Float32Array,
  { scale, bias }: RelevanceCalibration,
) {
  const logits = new Float32Array(sentences.length);
  for (let sentence = 0; sentence < sentences.length; sentence += 1) {
    const row = sentence * dimension;
    let cosine = 0;
    for (let column = 0; column < dimension; column += 1)
      cosine += (vectors[row + column] as number) * (query[column] as number);
    logits[sentence] = scale * cosine + bias;
  }
  return logits;
}

function* lexicalLogits(query: string, documents: readonly PlannedDocument[]): Parts<Float32Array[]> {
  const { scale, bias } = BM25_CALIBRATION;
  const bags: (readonly string[])[] = [];
  for (const document of documents) {
    for (const bag of bagsOf(document)) bags.push(bag);
    yield;
  }
  const coverage = bm25Coverage(
    splitWords(query)
      .map((word) => normalise(query.slice(word.start, word.end)))
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

const known = new WeakMap<PlannedDocument, readonly (readonly string[])[]>();

/** The words of each sentence as BM25 compares them, remembered with the document's plan. */
function bagsOf(document: PlannedDocument): readonly (readonly string[])[] {
  const remembered = known.get(document);
  if (remembered) return remembered;
  const { text, words, sentences } = document;
  const bags = sentences.map(({ firstWord, endWord }) =>
    words.slice(firstWord, endWord).map((word) => normalise(text.slice(word.start, word.end))),
  );
  known.set(document, bags);
  return bags;
}

function normalise(surface: string): string {
  return surface
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/(?<=\p{L}{3})(?:es|s)$/u, "");
}

function isTerm(word: string): boolean {
  return /[\p{L}\p{N}]/u.test(word);
}

/** Probability of log-odds. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
