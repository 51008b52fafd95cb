import type { Unit } from "./text/units.js";
import { surfaceOf } from "./text/words.js";
import type { EncodedDocument, Word } from "./types.js";

/** How far a name or date takes its parts up to its best part's mass: all of it stays, or all of it goes. */
const NAME_SHARE = 0.7;
/** How far a unit follows the better of its neighbours: runs read better than scattered words. Tuned on training questions. */
const RUN_SHARE = 0.25;

/**
 * Mass of each unit, 0..1: the mean of P(keep) and P(core) over its own words, then lifted towards the best
 * part of the name, date or figure it belongs to, and towards its better neighbour. Punctuation ends a name
 * and a neighbourhood.
 */
export function unitMasses({ text, words, keep, core }: EncodedDocument, units: readonly Unit[]): Float32Array {
  const mass = Float32Array.from(units, ({ firstWord, endWord }) => {
    let sum = 0;
    for (let word = firstWord; word < endWord; word += 1) sum += (keep[word] as number) + (core[word] as number);
    return sum / (2 * (endWord - firstWord));
  });
  shareNames(text, words, units, mass);
  return shareRuns(units, mass);
}

/** Scores of the words of a text that the model does not read: nothing is known of any. */
const UNREAD_MASS = 0.5;
/** How much less a sentence is worth for each one before it: where nothing else tells, a text's lead stays. */
const UNREAD_DECAY = 0.001;

/**
 * Masses for a text in a script that the model does not read: what it says of the words is noise, so a sentence
 * stays or goes as a whole, save where the ceiling cuts it, and the question alone tells sentences apart.
 */
export function unreadMasses(sentenceUnits: Uint32Array): Float32Array {
  const sentences = sentenceUnits.length - 1;
  const mass = new Float32Array(sentenceUnits[sentences] as number);
  for (let sentence = 0; sentence < sentences; sentence += 1) {
    mass.fill(UNREAD_MASS / (1 + UNREAD_DECAY * sentence), sentenceUnits[sentence], sentenceUnits[sentence + 1]);
  }
  return mass;
}

/** P(keep), P(core) and P(pivot) of the words of such a text. */
export function unreadScores(words: number): Pick<EncodedDocument, "keep" | "core" | "pivot"> {
  const scores = new Float32Array(words).fill(UNREAD_MASS);
  return { keep: scores, core: scores, pivot: new Float32Array(words) };
}

function shareNames(text: string, words: readonly Word[], units: readonly Unit[], mass: Float32Array): void {
  for (let first = 0; first < units.length; first += 1) {
    let end = first;
    let best = 0;
    while (end < units.length && isNamePart(text, words, units[end] as Unit)) {
      if (end > first && !isJoined(units[end - 1] as Unit, units[end] as Unit)) break;
      best = Math.max(best, mass[end] as number);
      end += 1;
    }
    if (end - first < 2) continue;
    for (let unit = first; unit < end; unit += 1) {
      mass[unit] = (mass[unit] as number) + NAME_SHARE * (best - (mass[unit] as number));
    }
    first = end - 1;
  }
}

function shareRuns(units: readonly Unit[], mass: Float32Array): Float32Array {
  return mass.map((own, index) => {
    const unit = units[index] as Unit;
    const before = units[index - 1];
    const after = units[index + 1];
    const best = Math.max(
      before && isJoined(before, unit) ? (mass[index - 1] as number) : 0,
      after && isJoined(unit, after) ? (mass[index + 1] as number) : 0,
    );
    return own + RUN_SHARE * Math.max(0, best - own);
  });
}

/** In one sentence, with no punctuation between. */
function isJoined(left: Unit, right: Unit): boolean {
  return left.sentence === right.sentence && left.trailWord === left.endWord && right.leadWord === right.firstWord;
}

function isNamePart(text: string, words: readonly Word[], { firstWord, endWord }: Unit): boolean {
  return /^\p{Lu}|\p{Nd}/u.test(surfaceOf({ text, words }, firstWord, endWord));
}
