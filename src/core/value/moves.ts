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
  const draft: MovesDraft = { units: [], starts: [0], sentences: [], logSalience: [], openingUnits: [] };
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
  };
  if (!forced) remembered.moves = moves;
  return moves;
}

type MovesDraft = { [Key in keyof Moves]: number[] };

/** Adds the moves of one sentence, best first. */
function addMoves(
  draft: MovesDraft,
  document: AnalyzedDocument,
  sentence: number,
  forced: Uint8Array | undefined,
): void {
  const add = (units: readonly number[], logSalience: number, openingUnits: number) => {
    for (const unit of units) draft.units.push(unit);
    draft.starts.push(draft.units.length);
    draft.sentences.push(sentence);
    draft.logSalience.push(logSalience);
    draft.openingUnits.push(openingUnits);
  };
  // Heads come with what is under them; waste comes only where nothing is cut.
  if (document.outline && document.outline.roles[sentence] !== "content") return;
  const first = document.sentenceUnits[sentence] as number;
  const end = document.sentenceUnits[sentence + 1] as number;
  const all = Array.from({ length: end - first }, (_, offset) => first + offset);
  const salience = (unit: number) => document.salience[unit] as number;
  const solid = all
    .filter((unit) => (document.units[unit] as Unit).isSolid)
    .sort((a, b) => salience(b) - salience(a) || a - b);
  if (document.sentences[sentence]?.kind !== "prose" || solid.length === 0) {
    const ranked = solid.length > 0 ? solid : all;
    const mean = ranked.reduce((sum, unit) => sum + salience(unit), 0) / ranked.length;
    add(all, logOfSalience(mean), Math.ceil(ranked.length / 2));
    return;
  }
  const likely = solid.filter((unit) => salience(unit) >= LIKELY_SALIENCE).length;
  const opening = solid.slice(0, Math.max(OPENING_UNITS, Math.ceil(OPENING_SHARE * likely)));
  const openingSalience = logOfSalience(salience(opening.at(-1) as number));
  const isIn = new Set(opening);
  const units = all.filter((unit) => isIn.has(unit) || (document.units[unit] as Unit).isProtected || forced?.[unit]);
  for (const unit of units) isIn.add(unit);
  add(units, openingSalience, opening.length);
  const rest = all.filter((unit) => !isIn.has(unit));
  // No unit comes before its sentence is open: above the opening's salience the source's order counts.
  const own = (unit: number) => Math.min(openingSalience, logOfSalience(salience(unit)));
  for (const unit of rest.sort((a, b) => own(b) - own(a))) add([unit], own(unit), 0);
}
