import { clausesOf } from "../document/clauses.js";
import { oncePerDocument } from "../document/derived.js";
import { isOneName } from "../document/salience.js";
import type { AnalyzedDocument, Unit } from "../document/types.js";
import { FUNCTION_WORDS } from "../relevance/function-words.js";
import type { Sliced } from "../runtime/event-loop.js";
import { sideBySide } from "../runtime/side-by-side.js";
import { foldWord } from "../text/fold.js";
import { surfaceOf } from "../text/words.js";
import { logOfSalience } from "./gains.js";
import type { Moves, RankedDocument } from "./types.js";

/**
 * Share of a sentence's likely units (`LIKELY_SALIENCE` or more) that its opening move brings. A smaller share would
 * leave isolated words.
 */
const OPENING_SHARE = 0.34;
const OPENING_UNITS = 1;
/** Words that name something that a sentence opens with at least, if it has as many: fewer are a scrap. */
const LEAST_CONTENT = 3;
/** So many of an opening's units must reach a threshold: a lone one is a crumb. */
const WORTHY_UNITS = 2;
/** A unit of at least this salience is one that the teacher would keep. */
const LIKELY_SALIENCE = 0.4;
/**
 * Power of how many times its best units an opening brings, beyond `FREE_LOAD`, that its value falls by: where all that
 * must come in with a sentence is much more than what it is opened for, the same tokens say more elsewhere.
 */
const LOAD_WEIGHT = 0.7;
/** So many times its best units an opening may bring at no loss. */
const FREE_LOAD = 2;
/** Sentences whose moves are made before the event loop may run. */
const SENTENCES_PER_SLICE = 64;

/** The moves of a document without forced phrases, once they are made. */
const rememberedOf = oncePerDocument((): { moves?: Moves } => ({}));

/** The moves of a text. The question raises or lowers whole sentences, so they are made once per text. */
export function* movesOf({ document, forced }: RankedDocument): Sliced<Moves> {
  const remembered = rememberedOf(document);
  if (remembered.moves && !forced) return remembered.moves;
  const draft: MovesDraft = { units: [], starts: [0], sentences: [], logSalience: [], openingUnits: [], requires: [] };
  for (let sentence = 0; sentence < document.sentences.length; sentence += 1) {
    addMoves(draft, document, sentence, forced);
    if (sentence % SENTENCES_PER_SLICE === SENTENCES_PER_SLICE - 1) yield;
  }
  const moves: Moves = sideBySide({
    units: Uint32Array.from(draft.units),
    starts: Uint32Array.from(draft.starts),
    sentences: Uint32Array.from(draft.sentences),
    logSalience: Float64Array.from(draft.logSalience),
    openingUnits: Uint32Array.from(draft.openingUnits),
    requires: Int32Array.from(draft.requires),
  });
  if (!forced) remembered.moves = moves;
  return moves;
}

type MovesDraft = { [Key in keyof Moves]: number[] };

/** Adds the moves of one sentence. */
function addMoves(
  draft: MovesDraft,
  document: AnalyzedDocument,
  sentence: number,
  forced: Uint8Array | undefined,
): void {
  // Heads come with what is under them; waste comes only if nothing is cut.
  if (document.outline && document.outline.roles[sentence] !== "content") return;
  const first = document.sentenceUnits[sentence] as number;
  const end = document.sentenceUnits[sentence + 1] as number;
  const all = Array.from({ length: end - first }, (_, offset) => first + offset);
  const solid = all.filter((unit) => (document.units[unit] as Unit).isSolid);
  const isUnread = document.readBy[sentence] === 0;
  if (document.sentences[sentence]?.kind !== "prose" || solid.length === 0 || isUnread) {
    const ranked = solid.length > 0 ? solid : all;
    const mean = ranked.reduce((sum, unit) => sum + (document.salience[unit] as number), 0) / ranked.length;
    addMove(draft, sentence, all, logOfSalience(mean), Math.ceil(ranked.length / 2), -1);
    return;
  }
  addClauses(draft, document, sentence, all, forced);
}

/**
 * Opens a sentence by its best units, with all that is protected in their clauses and in those that these hang on;
 * then its other clauses, each with what is protected in it; then its other units one by one. Pivots come in with the
 * first of their neighbours.
 */
function addClauses(
  draft: MovesDraft,
  document: AnalyzedDocument,
  sentence: number,
  all: readonly number[],
  forced: Uint8Array | undefined,
): void {
  const { text, words, units } = document;
  const first = all[0] as number;
  const { clauseOf, needs } = clausesOf(text, words, units.slice(first, first + all.length));
  const clause = (unit: number) => clauseOf[unit - first] as number;
  const salience = (unit: number) => document.salience[unit] as number;
  const isStaying = (unit: number) => (units[unit] as Unit).isProtected || forced?.[unit];
  const best = mostSalient(document, all, OPENING_SHARE);
  /** What the opening is for: the best, and what else makes it more than a scrap. */
  const wanted = [...best];
  const opened = new Set<number>();
  const isIn = new Set<number>();
  const open = (unit: number) => {
    isIn.add(unit);
    for (let at = clause(unit); at >= 0 && !opened.has(at); at = needs[at] as number) opened.add(at);
  };
  // What the caller forces stays wherever its sentence does; what is protected, in the clauses that are open.
  const takeStaying = () => {
    for (const unit of all) if (forced?.[unit] || (isStaying(unit) && opened.has(clause(unit)))) isIn.add(unit);
  };
  for (const unit of best) open(unit);
  takeStaying();
  const content = bySalience(
    document,
    all.filter((unit) => isContent(document, unit)),
  );
  for (const unit of content) {
    if (content.filter((own) => isIn.has(own)).length >= LEAST_CONTENT) break;
    if (isIn.has(unit)) continue;
    wanted.push(unit);
    open(unit);
    takeStaying();
  }
  /** Takes in the pivots of its clause that stand beside a unit, and returns them. */
  const takePivots = (unit: number) => {
    const pivots = [unit - 1, unit + 1].filter(
      (beside) =>
        beside >= first &&
        beside < first + all.length &&
        !isIn.has(beside) &&
        units[beside]?.isPivot &&
        clause(beside) === clause(unit),
    );
    for (const pivot of pivots) isIn.add(pivot);
    return pivots;
  };
  for (const unit of [...isIn]) takePivots(unit);
  const load = Math.max(0, Math.log(isIn.size / (FREE_LOAD * wanted.length)));
  const log = logOfSalience(salience(best.at(-1) as number)) - LOAD_WEIGHT * load;
  const opening = draft.sentences.length;
  addMove(
    draft,
    sentence,
    all.filter((unit) => isIn.has(unit)),
    log,
    Math.max(WORTHY_UNITS, best.length),
    -1,
  );

  /** The move that opens each clause, and its value: no unit comes before its clause is open. */
  const openings = Array.from(needs, () => opening);
  const logs = Array.from(needs, () => log);
  for (let place = 0; place < needs.length; place += 1) {
    if (opened.has(place)) continue;
    const own = all.filter((unit) => clause(unit) === place);
    const ownBest = mostSalient(document, own, OPENING_SHARE);
    if (ownBest.length === 0) continue;
    const need = needs[place] as number;
    const required = need < 0 ? opening : (openings[need] as number);
    const above = need < 0 ? log : (logs[need] as number);
    // What the caller forces came with the opening: a unit of two moves would go with either.
    const known = own.filter((unit) => isIn.has(unit));
    for (const unit of own) if (isStaying(unit) || ownBest.includes(unit)) isIn.add(unit);
    for (const unit of own.filter((unit) => isIn.has(unit))) takePivots(unit);
    const fresh = own.filter((unit) => isIn.has(unit) && !known.includes(unit));
    openings[place] = fresh.length === 0 ? required : draft.sentences.length;
    logs[place] = Math.min(above, logOfSalience(salience(ownBest.at(-1) as number)));
    if (fresh.length === 0) continue;
    addMove(draft, sentence, fresh, logs[place] as number, Math.max(WORTHY_UNITS, ownBest.length), required);
  }
  // Above the opening's salience the source's order counts.
  const value = (unit: number) => Math.min(logs[clause(unit)] as number, logOfSalience(salience(unit)));
  const rest = all.filter((unit) => !isIn.has(unit)).sort((a, b) => value(b) - value(a));
  /** Takes in a unit with the parts of its name, and returns them. */
  const takeName = (unit: number) => {
    const isFree = (at: number) => !isIn.has(at) && clause(at) === clause(unit);
    let from = unit;
    let to = unit;
    while (isOneName(document, from - 1) && isFree(from - 1)) from -= 1;
    while (isOneName(document, to) && isFree(to + 1)) to += 1;
    const name = Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
    for (const part of name) isIn.add(part);
    return name;
  };
  for (const unit of rest) {
    if (isIn.has(unit)) continue;
    const name = takeName(unit);
    const group = [...name, ...name.flatMap(takePivots)].sort((a, b) => a - b);
    addMove(draft, sentence, group, value(unit), 0, openings[clause(unit)] as number);
  }
}

/** The best units of a sentence or clause: a share of those that are likely to be kept, best first. */
function mostSalient(document: AnalyzedDocument, own: readonly number[], share: number): number[] {
  const solid = bySalience(
    document,
    own.filter((unit) => (document.units[unit] as Unit).isSolid),
  );
  const likely = solid.filter((unit) => (document.salience[unit] as number) >= LIKELY_SALIENCE).length;
  return solid.slice(0, Math.max(OPENING_UNITS, Math.ceil(share * likely)));
}

function bySalience({ salience }: AnalyzedDocument, units: readonly number[]): number[] {
  return [...units].sort((a, b) => (salience[b] as number) - (salience[a] as number) || a - b);
}

/** Whether a unit names something: it is no free-standing mark and no word that only joins others. */
function isContent({ text, words, units }: AnalyzedDocument, index: number): boolean {
  const { isSolid, firstWord, endWord } = units[index] as Unit;
  return isSolid && !FUNCTION_WORDS.has(foldWord(surfaceOf({ text, words }, firstWord, endWord)));
}

function addMove(
  draft: MovesDraft,
  sentence: number,
  units: readonly number[],
  logSalience: number,
  openingUnits: number,
  requires: number,
): void {
  for (const unit of units) draft.units.push(unit);
  draft.starts.push(draft.units.length);
  draft.sentences.push(sentence);
  draft.logSalience.push(logSalience);
  draft.openingUnits.push(openingUnits);
  draft.requires.push(requires);
}
