import type { AnalyzedDocument } from "../document/types.js";
import { bestOf } from "../log-odds.js";
import type { Sliced } from "../runtime/event-loop.js";
import { bridgeDocuments } from "./bridge.js";
import { addExactWords, liftToHeads } from "./exact-words.js";
import { bestOfParts, shareFairly } from "./fair-shares.js";
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
 * Relevance of every sentence to the parts of a question: the best that any part says of its words, shared fairly among
 * the parts, and what another document says of it (see {@link shareFairly}, {@link bridgeDocuments}); without these two
 * if each document is on its own.
 */
export function* relateDocuments(
  parts: readonly QuestionVector[],
  documents: readonly AnalyzedDocument[],
  rules: RelevanceRules,
): Sliced<SentenceRelevance> {
  const logits: Float32Array[][] = [];
  for (const part of parts) logits.push((yield* relateSentences(part, documents, rules)).logits);
  const joined = rules.isApart ? bestOfParts(logits) : shareFairly(logits);
  const relevance = { logits: joined, documents: Float32Array.from(joined, bestOf) };
  if (rules.isApart) return relevance;
  return yield* bridgeDocuments(parts.map(({ text }) => text).join(" "), relevance, documents);
}

/**
 * Relevance of every sentence to one question: the cosine of the cached sentence vector and the question's, and the
 * words in common; these alone for models without vectors. A document's is that of its best sentence.
 */
export function* relateSentences(
  question: QuestionVector,
  documents: readonly AnalyzedDocument[],
  { calibration, isApart }: RelevanceRules,
): Sliced<SentenceRelevance> {
  const logits: Float32Array[] = [];
  // Alone, a document must not depend on how rare a word is in others.
  const groups = isApart ? documents.map((document) => [document]) : [documents];
  for (const group of groups) {
    if (question.vector.length > 0 && calibration) {
      const own: Float32Array[] = [];
      for (const document of group) {
        own.push(cosineLogits(document, question.vector, calibration));
        yield;
      }
      yield* addExactWords(question.text, group, own);
      for (const [index, document] of group.entries()) liftToHeads(document, own[index] as Float32Array);
      logits.push(...own);
    } else {
      logits.push(...(yield* sharedWordsLogits(question.text, group)));
    }
  }
  return { logits, documents: Float32Array.from(logits, bestOf) };
}
