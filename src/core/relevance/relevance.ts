import type { AnalyzedDocument } from "../document/types.js";
import { bestOf } from "../log-odds.js";
import type { Sliced } from "../runtime/event-loop.js";
import { bridgeDocuments } from "./bridge.js";
import { addExactWords, liftToHeads } from "./exact-words.js";
import { sharedWordsLogits } from "./shared-words.js";
import type { QuestionVector, RelevanceCalibration, SentenceRelevance } from "./types.js";
import { cosineLogits } from "./vectors.js";

/** How relevance is told. */
export interface RelevanceRules {
  /** Of the vectors' cosine; undefined if the model has no vectors, or does not read the question. */
  calibration: RelevanceCalibration | undefined;
  /** Whether a document's relevance may depend on its own words only: else the others say how rare a word is. */
  isApart: boolean;
}

/**
 * Relevance of every sentence to the question: what its own words say, and what another document says of it.
 * Documents that a relevant sentence names are lifted (see {@link bridgeDocuments}), unless each is on its own.
 */
export function* relateDocuments(
  question: QuestionVector,
  documents: readonly AnalyzedDocument[],
  rules: RelevanceRules,
): Sliced<SentenceRelevance> {
  const relevance = yield* relateSentences(question, documents, rules);
  return rules.isApart ? relevance : yield* bridgeDocuments(question.text, relevance, documents);
}

/**
 * Relevance of every sentence to the question, from the cached sentence vectors and the question's; from
 * BM25 for models without vectors. A document's is that of its best sentence.
 */
export function* relateSentences(
  question: QuestionVector,
  documents: readonly AnalyzedDocument[],
  { calibration, isApart }: RelevanceRules,
): Sliced<SentenceRelevance> {
  const logits: Float32Array[] = [];
  if (question.vector.length > 0 && calibration) {
    for (const document of documents) {
      logits.push(cosineLogits(document, question.vector, calibration));
      yield;
    }
    if (isApart)
      for (const [index, document] of documents.entries())
        yield* addExactWords(question.text, [document], [logits[index] as Float32Array]);
    else yield* addExactWords(question.text, documents, logits);
    for (const [index, document] of documents.entries()) liftToHeads(document, logits[index] as Float32Array);
  } else if (isApart) {
    for (const document of documents) logits.push(...(yield* sharedWordsLogits(question.text, [document])));
  } else {
    logits.push(...(yield* sharedWordsLogits(question.text, documents)));
  }
  return { logits, documents: Float32Array.from(logits, bestOf) };
}
