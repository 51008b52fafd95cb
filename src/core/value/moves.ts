import { clausesOf } from "../document/clauses.js";
import { oncePerDocument } from "../document/derived.js";
import type { AnalyzedDocument, Unit } from "../document/types.js";
import type { Sliced } from "../runtime/event-loop.js";
import { logOfSalience } from "./gains.js";
import type { Moves, RankedDocument } from "./types.js";

/**
 * Share of a sentence's likely units (`LIKELY_SALIENCE` or more) that its opening move brings. A smaller share would
 * leave isolated words.
 */
const OPENING_SHARE = 0.34;
const OPENING_UNITS = 2;
/** A unit of at least this salience is one that the teacher would keep. */
const LIKELY_SALIENCE = 0.4;
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
  const moves: Moves = {
    units: Uint32Array.from(draft.units),
    starts: Uint32Array.from(draft.starts),
    sentences: Uint32Array.from(draft.sentences),
    logSalience: Float64Array.from(draft.logSalience),
    openingUnits: Uint32Array.from(draft.openingUnits),
    requires: Int32Array.from(draft.requires),
  };
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
  if (document.sentences[sentence]?.kind !== "prose" || solid.length === 0 || !document.isRead) {
    const ranked = solid.length > 0 ? solid : all;
    const mean = ranked.reduce((sum, unit) => sum + (document.salience[unit] as number), 0) / ranked.length;
    addMove(draft, sentence, all, logOfSalience(mean), Math.ceil(ranked.length / 2), -1);
    return;
  }
  addClauses(draft, document, sentence, all, forced);
}

/** Opens a sentence clause by clause, each with what it hangs on before it; then its other units one by one. */
function addClauses(
  draft: MovesDraft,
  document: AnalyzedDocument,
  sentence: number,
  all: readonly number[],
  forced: Uint8Array | undefined,
): void {
  const { text, words } = document;
  const first = all[0] as number;
  const { clauseOf, needs } = clausesOf(text, words, document.units.slice(first, first + all.length));
  const openings: number[] = [];
  const logs: number[] = [];
  for (const [clause, need] of needs.entries()) {
    const own = all.filter((unit) => clauseOf[unit - first] === clause);
    const opening = openingOf(document, own, forced);
    // A clause of marks alone has nothing that opens it.
    if (opening.best.length === 0) {
      openings.push(need < 0 ? -1 : (openings[need] as number));
      logs.push(need < 0 ? 0 : (logs[need] as number));
      if (own.length > 0)
        for (const unit of own) addMove(draft, sentence, [unit], logs[clause] as number, 0, openings[clause] as number);
      continue;
    }
    const log = Math.min(need < 0 ? 0 : (logs[need] as number), opening.log);
    const required = need < 0 ? -1 : (openings[need] as number);
    openings.push(draft.sentences.length);
    logs.push(log);
    addMove(draft, sentence, opening.units, log, opening.best.length, required);
    const isIn = new Set(opening.units);
    const rest = own.filter((unit) => !isIn.has(unit));
    // No unit comes before its clause is open: above the opening's salience the source's order counts.
    const value = (unit: number) => Math.min(log, logOfSalience(document.salience[unit] as number));
    for (const unit of rest.sort((a, b) => value(b) - value(a))) {
      addMove(draft, sentence, [unit], value(unit), 0, openings[clause] as number);
    }
  }
}

/** What opens a clause: its best units, with all that is protected or forced in it. */
function openingOf(document: AnalyzedDocument, own: readonly number[], forced: Uint8Array | undefined) {
  const salience = (unit: number) => document.salience[unit] as number;
  const solid = own
    .filter((unit) => (document.units[unit] as Unit).isSolid)
    .sort((a, b) => salience(b) - salience(a) || a - b);
  const likely = solid.filter((unit) => salience(unit) >= LIKELY_SALIENCE).length;
  const best = solid.slice(0, Math.max(OPENING_UNITS, Math.ceil(OPENING_SHARE * likely)));
  const log = best.length === 0 ? 0 : logOfSalience(salience(best.at(-1) as number));
  const isIn = new Set(best);
  const units = own.filter((unit) => isIn.has(unit) || (document.units[unit] as Unit).isProtected || forced?.[unit]);
  return { best, log, units };
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
