import type { AnalyzedDocument } from "../document/types.js";
import type { Candidate, Selection } from "./types.js";

/** Brings a mean salience to about the scale of log-odds. */
const SALIENCE_WEIGHT = 10;

/**
 * What a document is ranked by: the log-odds of its best sentence if there is a question, the mean salience of
 * its units if there is none, plus what the caller's own score adds.
 */
export function rankOf({ salience }: AnalyzedDocument, relevance: number | undefined, bonus: number): number {
  return (relevance ?? SALIENCE_WEIGHT * meanOf(salience)) + bonus;
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/**
 * What a caller's score adds to the rank: its distance from the mean, in standard deviations over the documents
 * that have a score, times the weight. 0 if there is nothing to compare.
 */
export function scoreBonus(scores: readonly number[], weight: number): (score: number | undefined) => number {
  const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
  const deviation = Math.sqrt(scores.reduce((sum, value) => sum + (value - mean) ** 2, 0) / scores.length);
  if (weight === 0 || scores.length < 2 || deviation === 0) return () => 0;
  return (score) => (score === undefined ? 0 : (weight * (score - mean)) / deviation);
}

/**
 * Share of a document's tokens that a cut may leave without harm: the share that the teacher itself keeps
 * under the instruction to lose nothing (shared labels: 53% of words), and the share of core words.
 */
const SAFE_SHARE = { plain: 0.2, questioned: 0.33 };
/** The ceiling is oversubscribed by this factor, so that the choice of words has something to choose from. */
const OVERSUBSCRIPTION = 4;

/**
 * The coarse selection (LongLLMLingua's coarse-grained compression): documents come in by rank until their
 * meaning-safe sizes fill the ceiling several times over; the rest are dropped whole.
 */
export function selectDocuments(candidates: readonly Candidate[], maxTokens: number, hasQuestion: boolean): Selection {
  const share = hasQuestion ? SAFE_SHARE.questioned : SAFE_SHARE.plain;
  const ranked = [...candidates].sort((a, b) => b.rank - a.rank || a.index - b.index);
  const kept: Candidate[] = [];
  const texts = new Set<string>();
  let room = maxTokens * OVERSUBSCRIPTION;
  for (const candidate of ranked) {
    if (room <= 0) break;
    kept.push(candidate);
    // The same text again has nothing to fill the ceiling with.
    if (!texts.has(candidate.document.text)) room -= candidate.tokens * share;
    texts.add(candidate.document.text);
  }
  const dropped = ranked.slice(kept.length);
  return { kept: kept.sort((a, b) => a.index - b.index), dropped };
}
