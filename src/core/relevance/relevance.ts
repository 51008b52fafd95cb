import type { AnalyzedDocument } from "../document/types.js";
import { bestOf } from "../log-odds.js";
import type { Sliced } from "../runtime/event-loop.js";
import { bridgeDocuments } from "./bridge.js";
import { exactWordGains, liftToHeads } from "./exact-words.js";
import { bestOfParts, shareFairly } from "./fair-shares.js";
import { sharedWordsLogits } from "./shared-words.js";
import type { ModelView, QuestionVector, RelevanceCalibration, SentenceRelevance } from "./types.js";
import { cosineLogits } from "./vectors.js";

/** How relevance is told. */
export interface RelevanceRules {
  /** Of the cosine of the first model's vectors; undefined if it has none, or does not read the question. */
  calibration: RelevanceCalibration | undefined;
  /** Whether a document's relevance may depend on its own words only: else the others say how rare a word is. */
  isApart: boolean;
  /** What the words of each part add by themselves, by the part's text, where it is known already. */
  gains?: WordGains | undefined;
}

/** What the exact words of parts of a question add to the log-odds of each sentence, by the part's text. */
export type WordGains = ReadonlyMap<string, readonly Float32Array[]>;

/**
 * What the exact words of a question's parts add. It needs no vector, so it can be told while theirs are under way.
 *
 * @param isApart See {@link RelevanceRules}.
 */
export function* tellWordGains(
  parts: readonly string[],
  documents: readonly AnalyzedDocument[],
  isApart: boolean,
): Sliced<WordGains> {
  const gains = new Map<string, readonly Float32Array[]>();
  for (const part of parts) {
    if (!gains.has(part)) gains.set(part, yield* tellWords(exactWordGains, part, documents, isApart));
  }
  return gains;
}

/**
 * Relevance of every sentence to what is asked: the best that any part of a question says of its words, shared fairly
 * among the parts; the best that any of several questions says; and what another document says of it (see
 * {@link shareFairly}, {@link bridgeDocuments}). Nothing is shared or bridged if each document is on its own.
 *
 * @param questions The parts of each.
 */
export function* relateDocuments(
  questions: readonly (readonly QuestionVector[])[],
  documents: readonly AnalyzedDocument[],
  rules: RelevanceRules,
): Sliced<SentenceRelevance> {
  const answers: Float32Array[][] = [];
  for (const parts of questions) {
    const logits: Float32Array[][] = [];
    for (const part of parts) logits.push((yield* relateSentences(part, documents, rules)).logits);
    answers.push(rules.isApart ? bestOfParts(logits) : shareFairly(logits));
  }
  const joined = bestOfParts(answers);
  const relevance = { logits: joined, documents: Float32Array.from(joined, bestOf) };
  if (rules.isApart) return relevance;
  const texts = questions.flat().map(({ text }) => text);
  return yield* bridgeDocuments(texts.join(" "), relevance, documents);
}

/**
 * Relevance of every sentence to one question: the cosine of the cached sentence vector and the question's, and the words
 * in common; these alone for models without vectors, and for what no model reads. A document's is that of its best
 * sentence.
 */
export function* relateSentences(
  question: QuestionVector,
  documents: readonly AnalyzedDocument[],
  { calibration, isApart, gains }: RelevanceRules,
): Sliced<SentenceRelevance> {
  const first = question.vector.length > 0 && calibration ? { vector: question.vector, calibration } : undefined;
  const views: (ModelView | undefined)[] = [undefined, first, question.second];
  const isCompared = documents.some(({ readBy }) => readBy.some((reader) => views[reader] !== undefined));
  if (!isCompared) {
    const logits = yield* tellWords(sharedWordsLogits, question.text, documents, isApart);
    return { logits, documents: Float32Array.from(logits, bestOf) };
  }
  const logits: Float32Array[] = [];
  for (const document of documents) {
    logits.push(cosineLogits(document, views));
    yield;
  }
  const own = gains?.get(question.text) ?? (yield* tellWords(exactWordGains, question.text, documents, isApart));
  // What no vector is compared with stays as it is: no number.
  for (const [index, row] of logits.entries()) add(row, own[index] as Float32Array);
  if (logits.some((row) => row.some(Number.isNaN))) {
    const shared = yield* tellWords(sharedWordsLogits, question.text, documents, isApart);
    for (const [index, row] of logits.entries())
      logits[index] = row.map((logit, sentence) =>
        Number.isNaN(logit) ? (shared[index]?.[sentence] as number) : logit,
      );
  }
  for (const [index, document] of documents.entries()) liftToHeads(document, logits[index] as Float32Array);
  return { logits, documents: Float32Array.from(logits, bestOf) };
}

function add(row: Float32Array, gains: Float32Array): void {
  for (let place = 0; place < row.length; place += 1) row[place] = (row[place] as number) + (gains[place] as number);
}

/** What a question's words say of each sentence: of all documents together, or of each by itself. */
function* tellWords(
  tell: (question: string, documents: readonly AnalyzedDocument[]) => Sliced<Float32Array[]>,
  question: string,
  documents: readonly AnalyzedDocument[],
  isApart: boolean,
): Sliced<Float32Array[]> {
  if (!isApart) return yield* tell(question, documents);
  const told: Float32Array[] = [];
  for (const document of documents) told.push(...(yield* tell(question, [document])));
  return told;
}
