import type { PlannedDocument } from "./plan.js";
import { isNegation, isNumber } from "./text/protect.js";
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
}

/** What is left of the documents, and what is out. */
export interface Selection {
  /** In the caller's order. */
  kept: Candidate[];
  dropped: Candidate[];
}

/**
 * What documents are ranked by: the log-odds of the best sentence where there is a question, the mean mass
 * of the units where there is none, plus the caller's own scores, standardised over the documents that
 * have one.
 */
export function rankOf(
  plan: PlannedDocument,
  relevance: number | undefined,
  score: number | undefined,
  scores: readonly number[],
  scoreWeight: number,
): number {
  const own = relevance ?? 10 * (plan.mass.reduce((sum, mass) => sum + mass, 0) / Math.max(1, plan.mass.length));
  if (scoreWeight === 0 || score === undefined || scores.length < 2) return own;
  const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
  const deviation = Math.sqrt(scores.reduce((sum, value) => sum + (value - mean) ** 2, 0) / scores.length);
  return deviation === 0 ? own : own + (scoreWeight * (score - mean)) / deviation;
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
  let room = maxTokens * OVERSUBSCRIPTION;
  for (const candidate of ranked) {
    if (room <= 0) break;
    kept.push(candidate);
    room -= candidate.tokens * share;
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

interface Seen {
  candidate: Candidate;
  index: number;
  sentence: Sentence;
  sketch: number;
}

/**
 * Marks the sentences that another sentence already says: the lower-ranked copy of each pair of
 * near-duplicates. Found by the cosine of their vectors (by their words, where there are none), checked
 * against their figures and negations, so that "limit 5" and "limit 6" both stay.
 *
 * @returns One flag a sentence for each candidate.
 */
export function findDuplicates(candidates: readonly Candidate[]): Uint8Array[] {
  const flags = candidates.map(({ plan }) => new Uint8Array(plan.sentences.length));
  const order = candidates
    .flatMap((candidate, place) =>
      candidate.plan.sentences.map((sentence, index) => ({
        candidate,
        place,
        index,
        sentence,
        value: candidate.relevance?.[index] ?? 0,
      })),
    )
    .filter(({ sentence }) => sentence.kind === "prose" && sentence.endWord - sentence.firstWord >= SHORTEST)
    .sort((a, b) => b.value - a.value || a.place - b.place || a.index - b.index);
  const seen: Seen[] = [];
  const exact = new Map<string, true>();
  for (const { candidate, place, index, sentence } of order) {
    const text = normalise(candidate.plan.text.slice(sentence.start, sentence.end));
    const current: Seen = { candidate, index, sentence, sketch: sketchOf(candidate.plan, index) };
    const isCopy =
      exact.has(text) || (candidate.plan.dimension > 0 && seen.some((other) => isNearDuplicate(other, current)));
    if (isCopy) (flags[place] as Uint8Array)[index] = 1;
    else {
      exact.set(text, true);
      seen.push(current);
    }
  }
  return flags;
}

function normalise(text: string): string {
  return text.toLowerCase().replace(/[\s\p{P}]+/gu, " ");
}

/** Signs of the first 32 components: near-duplicates differ in few of them. */
function sketchOf({ vectors, dimension }: PlannedDocument, sentence: number): number {
  let sketch = 0;
  for (let bit = 0; bit < Math.min(32, dimension); bit += 1) {
    if ((vectors[sentence * dimension + bit] as number) > 0) sketch |= 1 << bit;
  }
  return sketch;
}

function isNearDuplicate(a: Seen, b: Seen): boolean {
  if (bitCount(a.sketch ^ b.sketch) > SKETCH_DISTANCE) return false;
  return cosine(a, b) >= DUPLICATE_COSINE && facts(a) === facts(b);
}

function bitCount(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

function cosine(a: Seen, b: Seen): number {
  const { vectors: left, dimension } = a.candidate.plan;
  const right = b.candidate.plan.vectors;
  let sum = 0;
  for (let column = 0; column < dimension; column += 1) {
    sum += (left[a.index * dimension + column] as number) * (right[b.index * dimension + column] as number);
  }
  return sum;
}

/** A sentence's figures, negations and names in order: what two sentences may not differ in. */
function facts({ candidate: { plan }, sentence }: Seen): string {
  const found: string[] = [];
  for (let word = sentence.firstWord; word < sentence.endWord; word += 1) {
    const surface = plan.text.slice(plan.words[word]?.start, plan.words[word]?.end);
    if (isNumber(surface) || isNegation(surface) || (word > sentence.firstWord && /^\p{Lu}/u.test(surface)))
      found.push(surface);
  }
  return found.join(" ");
}
