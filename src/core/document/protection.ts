import { surfaceOf } from "../text/words.js";
import type { Word } from "../types.js";
import { isPivotal } from "./pivotal-words.js";
import { isBound, isNumber, isRangeWord, isUnit, protectionOf } from "./protected-words.js";
import type { Unit } from "./types.js";

const OPERATOR = /^[+−=<>≤≥×*/÷^±≈≠~-]$/u;
const NEGATOR = /^(?:no|not|never|without|cannot|\p{L}+n['’]t)$/iu;
/** Words that are between a negation and what it negates. */
const LINK_WORD = /^(?:an?|the|any|be|been|being|to|yet|have|has|had|only|just|even|more|of|in|so)$/iu;
/** Units that a negation reaches at most. */
const NEGATION_REACH = 3;
/** An inline code span of more units than this is left to the model. */
const LONGEST_SPAN = 16;

/**
 * Marks what must stay in a kept sentence: each unit by its surface, then by its neighbours (the units of
 * numbers, operators and range words between figures, bounds such as `at most` before them), code in
 * backticks, and labels in brackets such as `(b)`.
 *
 * @param first Index of the first unit of the sentence; it ends where the units do.
 */
export function protectUnits(text: string, words: readonly Word[], units: readonly Unit[], first: number): void {
  const own = units.slice(first);
  const surface = (word: number) => surfaceOf({ text, words }, word);
  const surfaces = own.map(({ firstWord, endWord }) => surfaceOf({ text, words }, firstWord, endWord));
  const numeric = surfaces.map((part) => isNumber(part));
  for (const [index, unit] of own.entries()) {
    unit.isProtected ||=
      protectionOf(surfaces[index] as string) !== undefined ||
      isPivotal(surfaces[index] as string) ||
      isMeaningfulBeside(surfaces, numeric, index) ||
      isLabel(surface, unit);
  }
  protectNegated(surfaces, own);
  protectCodeSpans(surface, own);
}

/** Protects what a negation in English negates: `no data` must not become `no`. Punctuation ends its reach. */
function protectNegated(surfaces: readonly string[], units: readonly Unit[]): void {
  for (const [index, surface] of surfaces.entries()) {
    if (!NEGATOR.test(surface)) continue;
    for (let next = index + 1; next <= index + NEGATION_REACH && next < units.length; next += 1) {
      const [previous, unit] = [units[next - 1] as Unit, units[next] as Unit];
      if (previous.trailWord > previous.endWord || unit.leadWord < unit.firstWord) break;
      unit.isProtected = true;
      if (!LINK_WORD.test(surfaces[next] as string)) break;
    }
  }
}

function isMeaningfulBeside(surfaces: readonly string[], numeric: readonly boolean[], index: number): boolean {
  const surface = surfaces[index] as string;
  const isAfter = numeric[index - 1] === true;
  const isBefore = numeric[index + 1] === true;
  if ((isAfter || isBefore) && (OPERATOR.test(surface) || isUnit(surface))) return true;
  if (isAfter && isBefore && isRangeWord(surface)) return true;
  if (numeric[index - 2] === true && isUnit(surfaces[index - 1] as string) && isUnit(surface)) return true;
  if (isBefore && isBound(surface)) return true;
  if (numeric[index + 2] === true && isBound(surfaces[index + 1] as string)) return isComparison(surface);
  return /^no$/iu.test(surfaces[index - 1] ?? "") && isComparison(surface);
}

/** The first word of `at most`, `more than`, `no longer`. */
function isComparison(surface: string): boolean {
  return /^(?:at|up|more|less|fewer|greater|higher|lower|longer|shorter|older|younger|better|worse)$/iu.test(surface);
}

/** A single letter or Roman figure in brackets. */
function isLabel(surface: (word: number) => string, { firstWord, endWord, leadWord, trailWord }: Unit): boolean {
  if (leadWord === firstWord || trailWord === endWord || endWord !== firstWord + 1) return false;
  return (
    /^(?:\p{L}|[ivx]{1,4})$/iu.test(surface(firstWord)) && surface(firstWord - 1) === "(" && surface(endWord) === ")"
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
