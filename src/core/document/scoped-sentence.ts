import type { Unit } from "./types.js";

/** A sentence as the rules of scope read it. */
export interface ScopedSentence {
  /** Folded words of each unit. */
  words: readonly string[];
  /** The same as they are written. */
  surfaces: readonly string[];
  units: readonly Unit[];
  /** The marks behind each unit, up to the next one; empty if nothing parts the two. */
  marks: readonly string[];
  /** Whether each unit is a figure. */
  numeric: readonly boolean[];
}

const FUNCTION_WORDS = new Set(
  (
    "a an the any some this that these those its his her their our your my it he she they we you i who which whose " +
    "be been being is are was were am do does did have has had having will would shall should can could may might must " +
    "to of in on at by for with from as into onto upon about under over and or but so yet even more most only just also " +
    "very quite then there here than too"
  ).split(" "),
);
/** Small words that say which way what follows is meant. */
const DIRECTION = /^(?:to|of|for|from|with|into|onto|upon|under|over|by|so|yet|any|more|all|be|have)$/u;
/** Verbs that help others. */
export const AUXILIARY =
  /^(?:is|are|was|were|be|been|am|do|does|did|has|have|had|will|would|shall|should|can|could|may|might|must|gets?|got|becomes?)$/u;
/** How most verbs of a third person, or of the past, end; plurals too. */
export const VERB_ENDING = /\p{L}{2}(?:ed|[^s]s)$/u;
/** Units that a negation or a verb of denial reaches at most. */
const REACH = 4;

/** Protects the units at places, marks that stand free left out. */
export function keep(units: readonly Unit[], ...places: readonly number[]): void {
  for (const place of places) {
    const unit = units[place];
    if (unit?.isSolid) unit.isProtected = true;
  }
}

/** Whether a unit names something: it is no mark and no word that only joins others. */
export function isContent({ words, units }: ScopedSentence, index: number): boolean {
  return units[index]?.isSolid === true && !FUNCTION_WORDS.has(words[index] as string);
}

/** What follows a word up to the next content word. Punctuation ends its reach. */
export function keepNext(sentence: ScopedSentence, index: number, withWord = false): void {
  const { units, marks } = sentence;
  if (withWord) keep(units, index);
  for (let next = index + 1; next <= index + REACH && next < units.length; next += 1) {
    if (marks[next - 1] !== "") return;
    if (isContent(sentence, next)) {
      keep(units, next);
      return;
    }
    if (DIRECTION.test(sentence.words[next] as string)) keep(units, next);
  }
}
