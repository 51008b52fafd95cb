import { UNSPACED } from "../text/scripts.js";
import type { Sentence, Word } from "../types.js";
import { protectUnits } from "./protection.js";
import type { Unit } from "./types.js";

const LEAD = /^["'“”‘’«»„‚([{<*`「『（【¿¡]$/u;
const TRAIL = /^["'“”‘’«»)\]}>*`」』）】,.;:!?…。、，；：！？।؟۔،]$/u;
/** Marks that can only open or only close, wherever white space is (French, or words cut apart by a tokenizer). */
const OPENS_ONLY = /^[“‘«„‚([{「『（【¿¡]$/u;
const CLOSES_ONLY = /^[»”)\]}」』）】,.;:!?…。、，；：！？।؟۔،]$/u;
/** No more than one space. */
const NEAR = /^[^\S\r\n\u2028\u2029]?$/u;
const BREAK = /^[—–―…→]$/u;
/** A call is followed over white space for so many words. */
const LONGEST_CALL = 24;
const CLOSERS: Record<string, string> = { "(": ")", "[": "]", "{": "}", "<": ">" };
const OPENERS: Record<string, string> = { ")": "(", "]": "[", "}": "{", ">": "<" };
/** Words of an interval at most, brackets and points included: `[-0.5, 1.25)`. */
const LONGEST_INTERVAL = 12;
const LIST_MARK = /^[-*+•‣–#>]$/u;
/** A glued run longer than this is several units, in UTF-16 code units: minified code and data. */
const LONG_RUN = 160;

/**
 * Cuts each sentence's words into units, in order; every word lies in exactly one unit's range. Marks that
 * stand free follow the word that they close, or go before the one that they open.
 */
export function splitUnits(text: string, words: readonly Word[], sentences: readonly Sentence[]): Unit[] {
  const units: Unit[] = [];
  for (const [index, sentence] of sentences.entries()) pushUnits(units, text, words, sentence, index);
  return units;
}

/**
 * Adds the units of one sentence; `index` is its place among the sentences.
 *
 * @param pivot Of each of the text's words, where a model read it.
 */
export function pushUnits(
  units: Unit[],
  text: string,
  words: readonly Word[],
  { firstWord, endWord }: Sentence,
  index: number,
  pivot?: Float32Array,
): void {
  const surface = (word: number) => text.slice(words[word]?.start ?? 0, words[word]?.end ?? 0);
  const first = units.length;
  let lead = firstWord;
  for (let from = firstWord; from < endWord; ) {
    const to = callEnd(words, surface, from, runEnd(words, surface, from, endWord), endWord);
    const previous = units.length > first ? units[units.length - 1] : undefined;
    if (previous && lead === from && closes(text, words, surface, from, to)) {
      previous.trailWord = to;
      lead = to;
    } else if (to === endWord || !isSide(LEAD, OPENS_ONLY, surface, from, to) || !isNear(text, words, to)) {
      units.push(trim(surface, index, lead, from, to, from === firstWord));
      lead = to;
    }
    from = to;
  }
  protectUnits(text, words, units, first, pivot);
}

/** Whether a run is punctuation that belongs to what is before it. */
function closes(text: string, words: readonly Word[], surface: (word: number) => string, from: number, to: number) {
  const isGlued = words[from - 1]?.end === words[from]?.start;
  if (isGlued) return isAll(TRAIL, surface, from, to);
  return isSide(TRAIL, CLOSES_ONLY, surface, from, to) && isNear(text, words, from);
}

/** Whether no more than a space is before the word. */
function isNear(text: string, words: readonly Word[], word: number): boolean {
  return NEAR.test(text.slice((words[word - 1] as Word).end, (words[word] as Word).start));
}

/** End of the glued run that starts at word `from`. */
function runEnd(words: readonly Word[], surface: (word: number) => string, from: number, limit: number): number {
  const start = (words[from] as Word).start;
  let hasUnspaced = UNSPACED.test(surface(from));
  let to = from + 1;
  while (to < limit) {
    const word = words[to] as Word;
    const previous = words[to - 1] as Word;
    if (word.start !== previous.end) {
      // Joiners and other invisible characters glue; white space does not.
      if (word.spaceBefore) break;
    }
    const current = surface(to);
    const isTrail = TRAIL.test(current);
    const isUnspaced = UNSPACED.test(current) || UNSPACED.test(surface(to - 1));
    if (!isTrail && isUnspaced && !isAll(LEAD, surface, from, to)) break;
    if (!isTrail && hasUnspaced && TRAIL.test(surface(to - 1))) break;
    if (isBreak(surface, to, limit) || isBreak(surface, to - 1, limit)) break;
    if (word.end - start > LONG_RUN && /[,;{}[\]&|]/u.test(surface(to - 1))) break;
    hasUnspaced ||= UNSPACED.test(current);
    to += 1;
  }
  return to;
}

/** End of a run whose glued bracket, as in `fetch(first, second)`, is closed only after white space; else `to`. */
function callEnd(
  words: readonly Word[],
  surface: (word: number) => string,
  from: number,
  to: number,
  limit: number,
): number {
  if (to === from + 1) return to;
  const open: string[] = [];
  let isInside = false;
  for (let word = from; word < Math.min(limit, to + LONGEST_CALL); word += 1) {
    const mark = surface(word);
    const closer = CLOSERS[mark];
    if (closer && isInside && word < to) open.push(closer);
    else if (open.at(-1) === mark) open.pop();
    isInside ||= !LEAD.test(mark);
    if (word >= to - 1 && open.length === 0) return word < to ? to : runEnd(words, surface, word, limit);
  }
  return to;
}

/** A dash between words parts them; between figures it is a range. */
function isBreak(surface: (word: number) => string, word: number, limit: number): boolean {
  if (!BREAK.test(surface(word))) return false;
  const digits = /\p{Nd}$/u;
  return !(word > 0 && word + 1 < limit && digits.test(surface(word - 1)) && /^\p{Nd}/u.test(surface(word + 1)));
}

/**
 * Takes the punctuation at the sides off a run; a bracket whose other half is inside the unit stays with it.
 *
 * @param leadWord Where the marks begin that stand free in front of the run.
 */
function trim(
  surface: (word: number) => string,
  sentence: number,
  leadWord: number,
  from: number,
  to: number,
  isFirst: boolean,
): Unit {
  let [first, end] = to === from + 1 ? [from, to] : withoutSides(surface, from, to);
  const isSolid = hasSolid(surface, first, end);
  if (!isSolid && isPunctuation(surface, from, to)) {
    first = from;
    end = to;
  }
  const isMark = isFirst && !isSolid && LIST_MARK.test(surface(from));
  // Written out: the engine gives an object that is spread from another twice the room.
  return {
    sentence,
    firstWord: first,
    endWord: end,
    leadWord,
    trailWord: to,
    isProtected: isMark,
    isPivot: false,
    isSolid,
    isCode: false,
  };
}

/** A run of several words without the punctuation at its sides: its first word, and where it ends. */
function withoutSides(surface: (word: number) => string, from: number, to: number): [first: number, end: number] {
  let first = from;
  let end = to;
  let inner = to;
  while (inner > from + 1 && TRAIL.test(surface(inner - 1))) inner -= 1;
  const lastPlace = new Map<string, number>();
  for (let word = from; word < inner; word += 1) lastPlace.set(surface(word), word);
  while (first < end - 1 && LEAD.test(surface(first)) && !isLeadingOperator(surface, first, to)) {
    const closer = CLOSERS[surface(first)];
    if (closer && (lastPlace.get(closer) ?? -1) > first) break;
    first += 1;
  }
  const firstPlace = new Map<string, number>();
  for (let word = end - 1; word >= first; word -= 1) firstPlace.set(surface(word), word);
  while (end > first + 1 && TRAIL.test(surface(end - 1)) && !isTrailingOperator(surface, from, end)) {
    const opener = OPENERS[surface(end - 1)];
    if (opener && (firstPlace.get(opener) ?? end) < end - 1) break;
    end -= 1;
  }
  return [first, end];
}

/** `<` in front of a figure, `<=`, `[` or `(` of an interval: what says something of what follows. */
function isLeadingOperator(surface: (word: number) => string, word: number, to: number): boolean {
  const mark = surface(word);
  if (word + 1 >= to) return false;
  const next = surface(word + 1);
  if (mark === "<") return /^(?:[=<>~\-+.$€£]|\p{N}.*)$/u.test(next);
  if (mark === "*") return /^=$/u.test(next);
  return intervalEnd(surface, word) > 0;
}

/** `->`, `=>`, `>=`, the inches of `27"`, `]` or `)` of an interval: what says something of what precedes it. */
function isTrailingOperator(surface: (word: number) => string, from: number, end: number): boolean {
  const mark = surface(end - 1);
  const previous = end - 2 >= from ? surface(end - 2) : "";
  if (mark === ">") return /^[-=<~|]$/u.test(previous);
  if (mark === '"' || mark === "'") return /^\p{N}+$/u.test(previous) && !isOpenQuote(surface, from, end - 2, mark);
  if (mark !== ")" && mark !== "]") return false;
  for (let word = end - 2; word >= Math.max(0, end - LONGEST_INTERVAL); word -= 1) {
    if (surface(word) === "[" || surface(word) === "(") return intervalEnd(surface, word) === end - 1;
  }
  return false;
}

/** The bracket that ends an interval such as `[0, 1)`, by the one that begins it; 0 if it is none. */
function intervalEnd(surface: (word: number) => string, open: number): number {
  let commas = 0;
  for (let word = open + 1; word < open + LONGEST_INTERVAL; word += 1) {
    const mark = surface(word);
    if (mark === "," || mark === ";") commas += 1;
    else if (mark === ")" || mark === "]") return commas === 1 && word > open + 3 ? word : 0;
    else if (!/^(?:\p{N}+|[-+−.∞])$/u.test(mark)) return 0;
  }
  return 0;
}

/** Whether a quote of the same mark opens in the run. */
function isOpenQuote(surface: (word: number) => string, from: number, to: number, mark: string): boolean {
  for (let word = from; word < to; word += 1) if (surface(word) === mark) return true;
  return false;
}

/** Nothing but marks of one side, at least one of which cannot be of the other. */
function isSide(marks: RegExp, telling: RegExp, surface: (word: number) => string, from: number, to: number): boolean {
  let tells = false;
  for (let word = from; word < to; word += 1) {
    if (!marks.test(surface(word))) return false;
    tells ||= telling.test(surface(word));
  }
  return tells;
}

function isAll(marks: RegExp, surface: (word: number) => string, from: number, to: number): boolean {
  for (let word = from; word < to; word += 1) if (!marks.test(surface(word))) return false;
  return true;
}

/** Nothing but marks of the sides: there is no word that they would be at the side of. */
function isPunctuation(surface: (word: number) => string, from: number, to: number): boolean {
  for (let word = from; word < to; word += 1) {
    if (!LEAD.test(surface(word)) && !TRAIL.test(surface(word))) return false;
  }
  return true;
}

function hasSolid(surface: (word: number) => string, from: number, to: number): boolean {
  for (let word = from; word < to; word += 1) if (/[\p{L}\p{N}\p{So}]/u.test(surface(word))) return true;
  return false;
}
