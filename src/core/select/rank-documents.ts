import type { AnalyzedDocument } from "../document/types.js";
import { bestOf } from "../log-odds.js";
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

/** Ranks are counted in steps of this size, in log-odds. */
const RANK_STEP = 0.125;

/**
 * The coarse selection (LongLLMLingua's coarse-grained compression): documents come in by rank until their
 * meaning-safe sizes fill the ceiling several times over; the rest are dropped whole. With a question only those of their
 * sentences count that rank before the next document: of a long text most is not needed.
 */
export function selectDocuments(candidates: readonly Candidate[], maxTokens: number, hasQuestion: boolean): Selection {
  const share = hasQuestion ? SAFE_SHARE.questioned : SAFE_SHARE.plain;
  const ranked = [...candidates].sort((a, b) => b.rank - a.rank || a.index - b.index);
  const highest = ranked[0]?.rank ?? 0;
  const stepOf = (rank: number) => Math.max(0, Math.ceil((highest - rank) / RANK_STEP));
  /** Tokens of what is kept, by how far it ranks below the best. */
  const taken: number[] = [];
  const kept: Candidate[] = [];
  const texts = new Set<string>();
  for (const candidate of ranked) {
    const before = taken.slice(0, stepOf(candidate.rank) + 1).reduce((sum, tokens = 0) => sum + tokens, 0);
    if (before * share >= maxTokens * OVERSUBSCRIPTION) break;
    kept.push(candidate);
    // The same text again has nothing to fill the ceiling with.
    if (texts.has(candidate.document.text)) continue;
    texts.add(candidate.document.text);
    countSentences(candidate, (rank, tokens) => {
      const step = stepOf(rank);
      taken[step] = (taken[step] ?? 0) + tokens;
    });
  }
  const dropped = ranked.slice(kept.length);
  return { kept: kept.sort((a, b) => a.index - b.index), dropped };
}

/** Tells each sentence of a document with its rank and its share of the tokens; without a question, the document as one. */
function countSentences(
  { document, relevance, rank, tokens }: Candidate,
  tell: (rank: number, tokens: number) => void,
): void {
  if (!relevance) {
    tell(rank, tokens);
    return;
  }
  // What the caller's score adds to a document, it adds to its sentences.
  const bonus = rank - bestOf(relevance);
  const tokensPerWord = tokens / Math.max(1, document.words.length);
  for (const [index, { firstWord, endWord }] of document.sentences.entries()) {
    tell(bonus + (relevance[index] as number), (endWord - firstWord) * tokensPerWord);
  }
}
