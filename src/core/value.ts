import type { PlannedDocument } from "./plan.js";
import { orderInParts } from "./rank-order.js";
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

/**
 * The moves of a text's fine mesh before the question: units that come in together. Those of a sentence
 * stand together, the one that opens it first: its best units with all that is protected in it.
 */
export interface Moves {
  /** Units of all moves, one move after another. */
  units: Uint32Array;
  /** Index in `units` of each move's first; `moves + 1` long. */
  starts: Uint32Array;
  /** Sentence of each move. */
  sentences: Uint32Array;
  /** Log of the mass that each move is ranked by. */
  logMass: Float64Array;
  /** Units that must be worth keeping for the move to open its sentence; 0 for the moves that follow. */
  openingUnits: Uint32Array;
}

/** The moves of all documents, best first. */
export interface Ranking {
  /** Moves of each document that is ranked. */
  moves: readonly Moves[];
  /** Place of each step's document in `moves`. */
  documents: Uint32Array;
  /** Index of each step's move among its document's. */
  indices: Uint32Array;
  /** Values, falling. Log scale: only the order matters. */
  values: Float64Array;
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
 * Ranks all words of all documents at once, best first. A sentence comes in through one opening move that
 * brings its best units and everything protected; its other units follow one by one at their own value.
 * Code lines, table rows, headings and data come whole. Ties keep the source's order.
 */
export function valueWords(documents: readonly RankedDocument[]): Ranking {
  return atOnce(valueInParts(documents));
}

/** Sentences that are valued in one go. */
const PART = 64;
/** Moves that are placed in one go. */
const MOVES_PART = 8192;

/** The same, with pauses: a long document has a move for every other word. */
export function* valueInParts(ranked: readonly RankedDocument[]): Parts<Ranking> {
  const moves: Moves[] = [];
  for (const document of ranked) {
    moves.push(yield* movesOf(document));
    yield;
  }
  const most = moves.reduce((sum, { sentences }) => sum + sentences.length, 0);
  const documents = new Uint32Array(most);
  const indices = new Uint32Array(most);
  const values = new Float64Array(most);
  let length = 0;
  for (const [document, { sentences, logMass }] of moves.entries()) {
    const { relevance, excluded } = ranked[document] as RankedDocument;
    const gains = questionGains(relevance);
    for (let index = 0; index < sentences.length; index += 1) {
      if (index % MOVES_PART === MOVES_PART - 1) yield;
      const sentence = sentences[index] as number;
      if (excluded?.[sentence]) continue;
      documents[length] = document;
      indices[length] = index;
      values[length] = (logMass[index] as number) + (gains?.[sentence] ?? 0);
      length += 1;
    }
    yield;
  }
  // Moves stand in the order document, sentence, opening first: the index settles ties.
  const order = yield* orderInParts(values.subarray(0, length));
  yield;
  return {
    moves,
    documents: order.map((index) => documents[index] as number),
    indices: order.map((index) => indices[index] as number),
    values: Float64Array.from(order, (index) => values[index] as number),
  };
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

const known = new WeakMap<PlannedDocument, Moves>();

/** The moves of a text. The question moves whole sentences, so they are made once a text. */
function* movesOf({ plan, forced }: RankedDocument): Parts<Moves> {
  const remembered = known.get(plan);
  if (remembered && !forced) return remembered;
  const draft: MovesDraft = { units: [], starts: [0], sentences: [], logMass: [], openingUnits: [] };
  for (let sentence = 0; sentence < plan.sentences.length; sentence += 1) {
    addMoves(draft, plan, sentence, forced);
    if (sentence % PART === PART - 1) yield;
  }
  const moves: Moves = {
    units: Uint32Array.from(draft.units),
    starts: Uint32Array.from(draft.starts),
    sentences: Uint32Array.from(draft.sentences),
    logMass: Float64Array.from(draft.logMass),
    openingUnits: Uint32Array.from(draft.openingUnits),
  };
  if (!forced) known.set(plan, moves);
  return moves;
}

type MovesDraft = { [Key in keyof Moves]: number[] };

/** Adds the moves of one sentence, best first. */
function addMoves(draft: MovesDraft, plan: PlannedDocument, sentence: number, forced: Uint8Array | undefined): void {
  const add = (units: readonly number[], mass: number, openingUnits: number) => {
    for (const unit of units) draft.units.push(unit);
    draft.starts.push(draft.units.length);
    draft.sentences.push(sentence);
    draft.logMass.push(mass);
    draft.openingUnits.push(openingUnits);
  };
  const first = plan.sentenceUnits[sentence] as number;
  const end = plan.sentenceUnits[sentence + 1] as number;
  const all = Array.from({ length: end - first }, (_, offset) => first + offset);
  const mass = (unit: number) => plan.mass[unit] as number;
  const solid = all.filter((unit) => (plan.units[unit] as Unit).isSolid).sort((a, b) => mass(b) - mass(a) || a - b);
  if (plan.sentences[sentence]?.kind !== "prose" || solid.length === 0) {
    const ranked = solid.length > 0 ? solid : all;
    const mean = ranked.reduce((sum, unit) => sum + mass(unit), 0) / ranked.length;
    add(all, logMass(mean), Math.ceil(ranked.length / 2));
    return;
  }
  const likely = solid.filter((unit) => mass(unit) >= LIKELY_MASS).length;
  const opening = solid.slice(0, Math.max(OPENING_UNITS, Math.ceil(OPENING_SHARE * likely)));
  const openingMass = logMass(mass(opening.at(-1) as number));
  const isIn = new Set(opening);
  const units = all.filter((unit) => isIn.has(unit) || (plan.units[unit] as Unit).isProtected || forced?.[unit]);
  for (const unit of units) isIn.add(unit);
  add(units, openingMass, opening.length);
  const rest = all.filter((unit) => !isIn.has(unit));
  // No unit comes before its sentence is open: above the opening's mass the source's order counts.
  const own = (unit: number) => Math.min(openingMass, logMass(mass(unit)));
  for (const unit of rest.sort((a, b) => own(b) - own(a))) add([unit], own(unit), 0);
}

function logMass(mass: number): number {
  return Math.log(Math.max(mass, SMALLEST_MASS));
}
