import type { PlannedDocument } from "./plan.js";
import { isNegation, isNumber } from "./text/protect.js";
import { surfaceOf } from "./text/words.js";
import type { Parts } from "./turn.js";
import type { Sentence } from "./types.js";

/** A document as the coarse mesh sees it. */
export interface Candidate {
  /** Place in the caller's documents. */
  index: number;
  plan: PlannedDocument;
  /** Log-odds of relevance per sentence; absent where there is no question. */
  relevance?: Float32Array | undefined;
  /** What documents are ranked by: the best sentence's log-odds, or the mean keep mass; the caller's score blended in. */
  rank: number;
  /** Tokens of the whole document, about. */
  tokens: number;
  /** Kept whole: what it says, no other document has to say again. */
  pinned?: boolean;
}

/** What is left of the documents, and what is out. */
export interface Selection {
  /** In the caller's order. */
  kept: Candidate[];
  dropped: Candidate[];
}

/**
 * What a document is ranked by: the log-odds of its best sentence where there is a question, the mean mass of
 * its units where there is none, plus what the caller's own score adds.
 */
export function rankOf(plan: PlannedDocument, relevance: number | undefined, bonus: number): number {
  return (relevance ?? 10 * (plan.mass.reduce((sum, mass) => sum + mass, 0) / Math.max(1, plan.mass.length))) + bonus;
}

/**
 * What a caller's score adds to the rank: its distance from the mean, in standard deviations over the documents
 * that have a score, times the weight. Nothing where there is nothing to compare.
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
/** The ceiling is oversubscribed by this factor, so that the fine mesh has something to choose from. */
const OVERSUBSCRIPTION = 4;

/**
 * The coarse mesh (LongLLMLingua's coarse-grained compression): documents come in by rank until their
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
    if (!texts.has(candidate.plan.text)) room -= candidate.tokens * share;
    texts.add(candidate.plan.text);
  }
  const dropped = ranked.slice(kept.length);
  return { kept: kept.sort((a, b) => a.index - b.index), dropped };
}

/** Sentences are near-duplicates from this cosine on, if no figure or negation tells them apart. */
const DUPLICATE_COSINE = 0.93;
/** Sign bits that may differ between the sketches of near-duplicates, out of 32. */
const SKETCH_DISTANCE = 9;
/** Sentences shorter than this are not worth the comparison, in words. */
const SHORTEST = 4;

interface Statement {
  plan: PlannedDocument;
  place: number;
  index: number;
  sentence: Sentence;
}

/** Statements that are compared in one go. */
const PART = 64;

/**
 * Marks the sentences that another sentence already says: the lower-ranked copy of each pair of
 * near-duplicates. Found by the cosine of their vectors (by their words, where there are none), checked
 * against their figures, negations and names, so that "limit 5" and "limit 6" both stay.
 *
 * @param room Tokens of the best sentences that are looked at: what ranks below them has no place anyway.
 * @returns One flag a sentence for each candidate.
 */
export function* findDuplicatesInParts(
  candidates: readonly Candidate[],
  room = Number.POSITIVE_INFINITY,
): Parts<Uint8Array[]> {
  const flags = candidates.map(({ plan }) => new Uint8Array(plan.sentences.length));
  const sketches: number[] = [];
  const seen: Statement[] = [];
  const exact = new Set<number>();
  let words = room;
  let compared = 0;
  for (const statement of rankStatements(candidates)) {
    if (words < 0) break;
    if (compared++ % PART === 0) yield;
    const { hash, signs } = fingerprintOf(statement);
    if (exact.has(hash) || hasNearDuplicate(statement, signs, seen, sketches)) {
      (flags[statement.place] as Uint8Array)[statement.index] = 1;
      continue;
    }
    exact.add(hash);
    sketches.push(signs);
    seen.push(statement);
    // A word is a token at the least; copies take no room.
    if (!candidates[statement.place]?.pinned) words -= statement.sentence.endWord - statement.sentence.firstWord;
  }
  return flags;
}

/** The sentences that are worth a comparison: what is pinned, then the most relevant first, else in the source's order. */
function rankStatements(candidates: readonly Candidate[]): Statement[] {
  const statements: Statement[] = [];
  const values: number[] = [];
  for (const [place, { plan, relevance, pinned }] of candidates.entries()) {
    for (const [index, sentence] of plan.sentences.entries()) {
      if (sentence.kind !== "prose" || sentence.endWord - sentence.firstWord < SHORTEST) continue;
      statements.push({ plan, place, index, sentence });
      values.push(pinned ? Number.POSITIVE_INFINITY : (relevance?.[index] ?? 0));
    }
  }
  const order = Uint32Array.from(statements.keys()).sort(
    (a, b) => (values[b] as number) - (values[a] as number) || a - b,
  );
  return Array.from(order, (index) => statements[index] as Statement);
}

/** A sentence's words, lower-cased, without punctuation. */
function wordsOf({ plan, sentence }: Statement): string {
  return plan.text
    .slice(sentence.start, sentence.end)
    .toLowerCase()
    .replace(/[\s\p{P}]+/gu, " ");
}

interface Fingerprint {
  /** Hash of a sentence's words: 53 bits, so that two of a request's sentences do not meet by chance. */
  hash: number;
  /** Signs of the first 32 components of its vector: near-duplicates differ in few of them. */
  signs: number;
  /** What {@link factsOf} found, once it was asked. */
  facts?: string;
}

const known = new WeakMap<PlannedDocument, (Fingerprint | undefined)[]>();

function fingerprintOf(statement: Statement): Fingerprint {
  const { plan, index } = statement;
  const remembered = known.get(plan) ?? new Array<Fingerprint | undefined>(plan.sentences.length);
  known.set(plan, remembered);
  const fingerprint = remembered[index] ?? { hash: hashOf(wordsOf(statement)), signs: signsOf(statement) };
  remembered[index] = fingerprint;
  return fingerprint;
}

function signsOf({ plan: { vectors, dimension }, index }: Statement): number {
  let signs = 0;
  for (let bit = 0; bit < Math.min(32, dimension); bit += 1) {
    if ((vectors[index * dimension + bit] as number) > 0) signs |= 1 << bit;
  }
  return signs;
}

function hasNearDuplicate(
  statement: Statement,
  sketch: number,
  seen: readonly Statement[],
  sketches: readonly number[],
): boolean {
  if (statement.plan.dimension === 0) return false;
  for (let place = 0; place < seen.length; place += 1) {
    if (bitCount((sketches[place] as number) ^ sketch) > SKETCH_DISTANCE) continue;
    const other = seen[place] as Statement;
    if (cosine(other, statement) >= DUPLICATE_COSINE && factsOf(other) === factsOf(statement)) return true;
  }
  return false;
}

function hashOf(text: string): number {
  let high = 0x2545f491;
  let low = 0x9e3779b9;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x5bd1e995);
    low = Math.imul(low ^ unit, 0x1b873593) ^ (high >>> 15);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

function bitCount(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function cosine(a: Statement, b: Statement): number {
  const { vectors: left, dimension } = a.plan;
  const right = b.plan.vectors;
  const leftRow = a.index * dimension;
  const rightRow = b.index * dimension;
  let sum = 0;
  for (let column = 0; column < dimension; column += 1) {
    sum += (left[leftRow + column] as number) * (right[rightRow + column] as number);
  }
  return sum;
}

/** A sentence's figures, negations and names in order: what two sentences may not differ in. Remembered, as many ask. */
function factsOf(statement: Statement): string {
  const fingerprint = fingerprintOf(statement);
  fingerprint.facts ??= findFacts(statement);
  return fingerprint.facts;
}

function findFacts({ plan, sentence }: Statement): string {
  const found: string[] = [];
  for (let word = sentence.firstWord; word < sentence.endWord; word += 1) {
    const surface = surfaceOf(plan, word);
    if (isNumber(surface) || isNegation(surface) || (word > sentence.firstWord && /^\p{Lu}/u.test(surface)))
      found.push(surface);
  }
  return found.join(" ");
}
