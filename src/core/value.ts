import type { PlannedDocument } from "./plan.js";
import { markPhrases } from "./text/protect.js";
import type { Unit } from "./text/units.js";
import { atOnce, type Parts } from "./turn.js";

/** A document's part in the ranking. */
export interface RankedDocument {
  /** Place in the caller's documents. */
  index: number;
  plan: PlannedDocument;
  /** Log-odds of each sentence's relevance; absent where there is no question. */
  relevance?: Float32Array | undefined;
  /** Sentences that are out: not relevant enough, or said better elsewhere. */
  excluded?: Uint8Array | undefined;
  /** Units inside a forced phrase, kept wherever their sentence is: 1, or 2 with the punctuation at their sides. */
  forced?: Uint8Array | undefined;
}

/** One move of the fine mesh before the question: units that come in together, at their mass. */
interface Move {
  units: readonly number[];
  /** Log of the mass that the move is ranked by. */
  logMass: number;
  /** True for the move that opens its sentence: its best units with all that is protected in it. */
  opens: boolean;
  /** Units that must be worth keeping for the sentence to open; 0 for the moves that follow. */
  openingUnits: number;
}

/** One move of the fine mesh, placed and valued. */
export interface Step extends Move {
  /** Place in the ranked documents. */
  document: number;
  sentence: number;
  /** Higher comes first. Log scale: only the order matters. */
  value: number;
}

/** Weight of a sentence's log-odds of relevance against the log of a word's mass. Tuned on training questions. */
const RELEVANCE_WEIGHT = 0.5;
const NEIGHBOUR_SHARE = 0.3;
const DOCUMENT_SHARE = 0.15;
/** A sentence opens when this share of the units that it would keep is worth keeping: else it would be crumbs. */
const OPENING_SHARE = 0.34;
const OPENING_UNITS = 2;
/** A unit of at least this mass is one that the teacher would keep. */
const LIKELY_MASS = 0.4;
const SMALLEST_MASS = 1e-4;

/**
 * What a question adds to the value of each sentence's units: `RELEVANCE_WEIGHT` times the log-odds of the
 * sentence's relevance, lifted `NEIGHBOUR_SHARE` of the way to its better neighbour's (an answer often leans on
 * the sentence before it), then `DOCUMENT_SHARE` of the way to the document's best. Undefined without a question.
 */
export function questionGains(relevance: Float32Array | undefined): Float32Array | undefined {
  if (relevance === undefined) return undefined;
  const best = relevance.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  return relevance.map((own, sentence) => {
    const neighbour = Math.max(relevance[sentence - 1] ?? own, relevance[sentence + 1] ?? own);
    const lifted = own + NEIGHBOUR_SHARE * Math.max(0, neighbour - own);
    return RELEVANCE_WEIGHT * (lifted + DOCUMENT_SHARE * (best - lifted));
  });
}

/**
 * Value of a unit: `log(mass) + gain`, with the gain of its sentence from `questionGains`. Both terms are logarithms of probabilities or odds, so the value
 * is the logarithm of "kept anyway" times "needed now"; it depends on the unit's document and the question
 * alone, never on its neighbours in the request.
 */
export function unitValue(mass: number, gain: number): number {
  return logMass(mass) + gain;
}

/**
 * Ranks all words of all documents at once, best first. A sentence comes in through one opening step that
 * brings its best units and everything protected; its other units follow one by one at their own value.
 * Code lines, table rows, headings and data come whole. Ties keep the source's order.
 */
export function valueWords(documents: readonly RankedDocument[]): Step[] {
  return atOnce(valueInParts(documents));
}

/** Sentences that are valued in one go. */
const PART = 256;

/** The same, with pauses: a long document has a step for every other word. */
export function* valueInParts(documents: readonly RankedDocument[]): Parts<Step[]> {
  const steps: Step[] = [];
  for (const [document, ranked] of documents.entries()) {
    const moves = yield* movesOf(ranked);
    const gains = questionGains(ranked.relevance);
    for (const [sentence, own] of moves.entries()) {
      if (sentence % PART === PART - 1) yield;
      if (ranked.excluded?.[sentence]) continue;
      const gain = gains?.[sentence] ?? 0;
      for (const { units, logMass: mass, opens, openingUnits } of own) {
        steps.push({ units, logMass: mass, opens, openingUnits, document, sentence, value: mass + gain });
      }
    }
  }
  const values = Float64Array.from(steps, ({ value }) => value);
  yield;
  // Moves stand in the order document, sentence, opening first: the index settles ties.
  const order = Uint32Array.from(steps.keys()).sort((a, b) => (values[b] as number) - (values[a] as number) || a - b);
  yield;
  return Array.from(order, (index) => steps[index] as Step);
}

/** Marks the units that hold a word of a forced phrase: 1, or 2 where the punctuation at their sides is in it too. */
export function markForcedUnits(plan: PlannedDocument, phrases: readonly string[]): Uint8Array | undefined {
  if (phrases.length === 0) return undefined;
  const words = markPhrases(plan.text, plan.words, phrases);
  return Uint8Array.from(plan.units, ({ leadWord, firstWord, endWord, trailWord }) => {
    const isForced = (from: number, to: number) => words.subarray(from, to).includes(1);
    if (isForced(leadWord, firstWord) || isForced(endWord, trailWord)) return 2;
    return isForced(firstWord, endWord) ? 1 : 0;
  });
}

const known = new WeakMap<PlannedDocument, Move[][]>();

/** The moves of each sentence, best first. The question moves whole sentences, so they are made once a text. */
function* movesOf({ plan, forced }: RankedDocument): Parts<Move[][]> {
  const remembered = known.get(plan);
  if (remembered && !forced) return remembered;
  const moves: Move[][] = [];
  for (let sentence = 0; sentence < plan.sentences.length; sentence += 1) {
    moves.push(sentenceMoves(plan, sentence, forced));
    if (sentence % PART === PART - 1) yield;
  }
  if (!forced) known.set(plan, moves);
  return moves;
}

function sentenceMoves(plan: PlannedDocument, sentence: number, forced: Uint8Array | undefined): Move[] {
  const first = plan.sentenceUnits[sentence] as number;
  const end = plan.sentenceUnits[sentence + 1] as number;
  const all = Array.from({ length: end - first }, (_, offset) => first + offset);
  const mass = (unit: number) => plan.mass[unit] as number;
  const solid = all.filter((unit) => (plan.units[unit] as Unit).isSolid).sort((a, b) => mass(b) - mass(a) || a - b);
  if (plan.sentences[sentence]?.kind !== "prose" || solid.length === 0) {
    const ranked = solid.length > 0 ? solid : all;
    const mean = ranked.reduce((sum, unit) => sum + mass(unit), 0) / ranked.length;
    return [{ units: all, logMass: logMass(mean), opens: true, openingUnits: Math.ceil(ranked.length / 2) }];
  }
  const likely = solid.filter((unit) => mass(unit) >= LIKELY_MASS).length;
  const opening = solid.slice(0, Math.max(OPENING_UNITS, Math.ceil(OPENING_SHARE * likely)));
  const openingMass = logMass(mass(opening.at(-1) as number));
  const isIn = new Set(opening);
  const units = all.filter((unit) => isIn.has(unit) || (plan.units[unit] as Unit).isProtected || forced?.[unit]);
  for (const unit of units) isIn.add(unit);
  const rest = all
    .filter((unit) => !isIn.has(unit))
    .map((unit) => ({
      units: [unit],
      logMass: Math.min(openingMass, logMass(mass(unit))),
      opens: false,
      openingUnits: 0,
    }))
    .sort((a, b) => b.logMass - a.logMass);
  return [{ units, logMass: openingMass, opens: true, openingUnits: opening.length }, ...rest];
}

function logMass(mass: number): number {
  return Math.log(Math.max(mass, SMALLEST_MASS));
}
