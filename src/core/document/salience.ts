import type { SentenceOutline } from "../structure/sentence-outline.js";
import { surfaceOf } from "../text/words.js";
import type { EncodedDocument, Sentence, Word } from "../types.js";
import type { AnalyzedDocument, Unit } from "./types.js";

/** How far the parts of a name or date are lifted to its best part's salience: all of it stays, or all of it goes. */
const NAME_SHARE = 0.7;
/** How far a unit follows the better of its neighbours: runs read better than scattered words. Tuned on training questions. */
const RUN_SHARE = 0.25;

/**
 * Salience of each unit, what it is worth by itself, 0..1: the mean of P(keep) and P(core) over its own words, then lifted towards the best
 * part of the name, date or figure it belongs to, and towards its better neighbour. Punctuation ends a name
 * and a neighbourhood.
 */
export function unitSalience({ text, words, keep, core }: EncodedDocument, units: readonly Unit[]): Float32Array {
  const salience = Float32Array.from(units, ({ firstWord, endWord }) => {
    let sum = 0;
    for (let word = firstWord; word < endWord; word += 1) sum += (keep[word] as number) + (core[word] as number);
    return sum / (2 * (endWord - firstWord));
  });
  shareNames(text, words, units, salience);
  return shareRuns(units, salience);
}

/** Gives the units of grains that are no prose what the kind of text says of them: the model's word scores are noise there. */
export function grainSalience(
  sentences: readonly Sentence[],
  { priors }: SentenceOutline,
  sentenceUnits: Uint32Array,
  salience: Float32Array,
): void {
  for (const [index, { kind }] of sentences.entries()) {
    if (kind === "prose") continue;
    salience.fill(priors[index] as number, sentenceUnits[index], sentenceUnits[index + 1]);
  }
}

/** Score of every word that no model reads. */
const UNREAD_SALIENCE = 0.5;
/** How much less a sentence is worth for each one before it: if nothing else decides, a text's beginning stays. */
const UNREAD_DECAY = 0.001;

/**
 * Salience of what no model reads: scores of it would be noise, so a sentence stays or goes as a whole (unless the
 * ceiling cuts it), and the question alone decides between sentences.
 */
export function unreadSalience(readBy: Uint8Array, sentenceUnits: Uint32Array, salience: Float32Array): void {
  for (const [sentence, reader] of readBy.entries()) {
    if (reader !== 0) continue;
    salience.fill(
      UNREAD_SALIENCE / (1 + UNREAD_DECAY * sentence),
      sentenceUnits[sentence],
      sentenceUnits[sentence + 1],
    );
  }
}

/** The document without P(keep), P(core) and P(pivot) of what no model reads. */
export function forgetUnread<Document extends EncodedDocument>(document: Document, readBy: Uint8Array): Document {
  if (!readBy.includes(0)) return document;
  const [keep, core, pivot] = [document.keep.slice(), document.core.slice(), document.pivot.slice()];
  for (const [index, { firstWord, endWord }] of document.sentences.entries()) {
    if (readBy[index] !== 0) continue;
    keep.fill(UNREAD_SALIENCE, firstWord, endWord);
    core.fill(UNREAD_SALIENCE, firstWord, endWord);
    pivot.fill(0, firstWord, endWord);
  }
  return { ...document, keep, core, pivot };
}

function shareNames(text: string, words: readonly Word[], units: readonly Unit[], salience: Float32Array): void {
  for (let first = 0; first < units.length; first += 1) {
    let end = first;
    let best = 0;
    while (end < units.length && isNamePart(text, words, units[end] as Unit)) {
      if (end > first && !isJoined(units[end - 1] as Unit, units[end] as Unit)) break;
      best = Math.max(best, salience[end] as number);
      end += 1;
    }
    if (end - first < 2) continue;
    for (let unit = first; unit < end; unit += 1) {
      salience[unit] = (salience[unit] as number) + NAME_SHARE * (best - (salience[unit] as number));
    }
    first = end - 1;
  }
}

function shareRuns(units: readonly Unit[], salience: Float32Array): Float32Array {
  return salience.map((own, index) => {
    const unit = units[index] as Unit;
    const before = units[index - 1];
    const after = units[index + 1];
    const best = Math.max(
      before && isJoined(before, unit) ? (salience[index - 1] as number) : 0,
      after && isJoined(unit, after) ? (salience[index + 1] as number) : 0,
    );
    return own + RUN_SHARE * Math.max(0, best - own);
  });
}

/** Whether a unit and the next one are parts of one name or date. */
export function isOneName({ text, words, units }: AnalyzedDocument, unit: number): boolean {
  const [first, second] = [units[unit], units[unit + 1]];
  if (!first || !second) return false;
  return isJoined(first, second) && isNamePart(text, words, first) && isNamePart(text, words, second);
}

/** In one sentence, with no punctuation between. */
function isJoined(left: Unit, right: Unit): boolean {
  return left.sentence === right.sentence && left.trailWord === left.endWord && right.leadWord === right.firstWord;
}

function isNamePart(text: string, words: readonly Word[], { firstWord, endWord }: Unit): boolean {
  return /^\p{Lu}|\p{Nd}/u.test(surfaceOf({ text, words }, firstWord, endWord));
}
