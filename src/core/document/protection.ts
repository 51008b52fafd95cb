import { foldWord } from "../text/fold.js";
import { surfaceOf } from "../text/words.js";
import type { Word } from "../types.js";
import { isForeignPivot, isPivotal } from "./pivotal-words.js";
import {
  isBound,
  isEnglishToo,
  isForeignNumber,
  isNegation,
  isNumber,
  isRangeWord,
  isUnit,
  isUnitOfNumber,
  protectionOf,
} from "./protected-words.js";
import { protectScope, SIGN } from "./scope.js";
import type { Unit } from "./types.js";
import { languageCareOf } from "./word-lists/languages.js";
import { INFLECTED_NEGATIONS } from "./word-lists/negations.js";

const OPERATOR = /^[+−=<>≤≥×*/÷^±≈≠~!-]{1,3}$/u;
/** From this P(pivot) on, a word stays with its neighbours. */
export const PIVOT_THRESHOLD = 0.5;
/** An inline code span of more units than this is left to the model. */
const LONGEST_SPAN = 16;

/**
 * Marks what must stay in a kept sentence: each unit by its surface, then by its neighbours (the units of
 * numbers, operators and range words between figures, bounds such as `at most` before them), code in
 * backticks, and labels in brackets such as `(b)`. Marks the pivots among the others: they stay with their neighbours.
 *
 * @param first Index of the first unit of the sentence; it ends where the units do.
 * @param pivot Of each of the text's words, where a model read it.
 */
export function protectUnits(
  text: string,
  words: readonly Word[],
  units: readonly Unit[],
  first: number,
  pivot?: Float32Array,
): void {
  const own = units.slice(first);
  const surface = (word: number) => surfaceOf({ text, words }, word);
  const surfaces = own.map(({ firstWord, endWord }) => surfaceOf({ text, words }, firstWord, endWord));
  const numeric = surfaces.map((part) => isNumber(part));
  const folded = surfaces.map(foldWord);
  const care = languageCareOf(folded);
  const pivots = own.map(({ firstWord, endWord }) => largest(pivot, firstWord, endWord));
  // No word of what a model with pivots has read has none at all.
  const isJudged = pivots.some((score) => score > 0);
  for (const [index, unit] of own.entries()) {
    const part = surfaces[index] as string;
    const kind = protectionOf(part);
    unit.isProtected ||=
      (kind !== undefined && !(kind === "negation" && care === "english" && isEnglishToo(folded[index] as string))) ||
      (care === "english" && isPivotal(folded[index] as string, isJudged)) ||
      SIGN.test(part) ||
      isEmptyBox(text, words, unit) ||
      isMeaningfulBeside(surfaces, numeric, index) ||
      isLabel(surface, unit);
    unit.isPivot = care === "english" && unit.isSolid && (pivots[index] as number) >= PIVOT_THRESHOLD;
  }
  const marks = own.map(({ endWord }, index) => marksBetween(surface, endWord, own[index + 1]?.firstWord, own.at(-1)));
  if (care === "english") protectScope({ words: folded, surfaces, units: own, marks, numeric });
  else protectForeign(folded, own, marks, care === "other");
  protectCodeSpans(surface, own);
}

function largest(scores: Float32Array | undefined, from: number, to: number): number {
  let most = 0;
  for (let word = from; scores && word < to; word += 1) most = Math.max(most, scores[word] as number);
  return most;
}

/** The marks that stand between a unit and the next one, or behind the last. */
function marksBetween(surface: (word: number) => string, from: number, to: number | undefined, last?: Unit): string {
  let marks = "";
  for (let word = from; word < (to ?? last?.trailWord ?? from); word += 1) marks += surface(word);
  return marks;
}

/** A longer run of letters is no word of any language, in code units. */
const LONGEST_INFLECTED = 64;
/** Units behind a negation of another language than English that stay with it. */
const FOREIGN_REACH = 2;

/**
 * Protects by the lists of other languages: negations, also inside of words, with what follows them; number words; what
 * else decides. In a language of which only the commonest words are known, all of it.
 */
function protectForeign(words: readonly string[], units: readonly Unit[], marks: readonly string[], isWhole: boolean) {
  const sentence = words.join(" ");
  const inflected = INFLECTED_NEGATIONS.filter((rule) => rule.sentence.test(sentence));
  for (const [index, word] of words.entries()) {
    const unit = units[index] as Unit;
    if (isWhole) unit.isProtected ||= unit.isSolid;
    const isDenied = isNegation(word);
    unit.isProtected ||=
      isDenied ||
      isForeignPivot(word) ||
      isForeignNumber(word) ||
      (word.length <= LONGEST_INFLECTED && inflected.some((rule) => rule.word.test(word)));
    if (!isDenied) continue;
    for (let next = index + 1; next <= index + FOREIGN_REACH && next < units.length; next += 1) {
      if (marks[next - 1] !== "") break;
      (units[next] as Unit).isProtected ||= (units[next] as Unit).isSolid;
    }
  }
}

function isMeaningfulBeside(surfaces: readonly string[], numeric: readonly boolean[], index: number): boolean {
  const surface = surfaces[index] as string;
  const isAfter = numeric[index - 1] === true;
  const isBefore = numeric[index + 1] === true;
  // No preposition is an inch, nor what stands before a number.
  if (/^in$/iu.test(surface)) return isAfter && isUnitOfNumber(surface, surfaces[index + 1]);
  if ((isAfter || isBefore) && (OPERATOR.test(surface) || isUnit(surface))) return true;
  if (isAfter && isBefore && isRangeWord(surface)) return true;
  if (isAfter && /^per$/iu.test(surface) && /^cent/iu.test(surfaces[index + 1] ?? "")) return true;
  if (numeric[index - 2] === true && isUnit(surfaces[index - 1] as string) && isUnit(surface)) return true;
  if (isBefore && isBound(surface)) return true;
  if (numeric[index + 2] === true && isBound(surfaces[index + 1] as string)) return isComparison(surface);
  return /^no$/iu.test(surfaces[index - 1] ?? "") && isComparison(surface);
}

/** The first word of `at most`, `more than`, `no longer`. */
function isComparison(surface: string): boolean {
  return /^(?:at|up|more|less|fewer|greater|higher|lower|longer|shorter|older|younger|better|worse)$/iu.test(surface);
}

/** A box of a list that is not ticked: `[ ]`. */
function isEmptyBox(text: string, words: readonly Word[], { isSolid, leadWord, trailWord }: Unit): boolean {
  return !isSolid && SIGN.test(surfaceOf({ text, words }, leadWord, trailWord));
}

/** A single letter or Roman figure in brackets. */
function isLabel(surface: (word: number) => string, { firstWord, endWord, leadWord, trailWord }: Unit): boolean {
  if (leadWord === firstWord || trailWord === endWord || endWord !== firstWord + 1) return false;
  return (
    /^(?:\p{L}|[ivx]{1,4})$/iu.test(surface(firstWord)) &&
    /^(?:\(\)|\[\])$/u.test(surface(firstWord - 1) + surface(endWord))
  );
}

/** Protects what is between backticks: names, commands and values, whatever they look like. */
function protectCodeSpans(surface: (word: number) => string, units: readonly Unit[]): void {
  const hasTick = (from: number, to: number) => {
    for (let word = from; word < to; word += 1) if (surface(word) === "`") return true;
    return false;
  };
  let open = -1;
  for (const [index, unit] of units.entries()) {
    // A free-standing run may itself hold the backtick.
    const inside = unit.isSolid ? unit.endWord : unit.firstWord;
    if (open >= 0 && hasTick(inside, unit.trailWord)) {
      markCode(units.slice(open, index + 1));
      open = -1;
    } else if (open < 0 && hasTick(unit.leadWord, unit.isSolid ? unit.firstWord : unit.trailWord)) {
      open = index;
      if (!hasTick(unit.endWord, unit.trailWord)) continue;
      markCode([unit]);
      open = -1;
    }
  }
}

function markCode(units: readonly Unit[]): void {
  if (units.length > LONGEST_SPAN) return;
  for (const unit of units) {
    unit.isProtected = true;
    unit.isCode = true;
  }
}
