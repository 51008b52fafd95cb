import { beginsInverted, clausesOf } from "../document/clauses.js";
import { isPivotal } from "../document/pivotal-words.js";
import { isNumber, isUnitOfNumber, turnsMeaning } from "../document/protected-words.js";
import { bindsInverted, endOfPair, SIGN } from "../document/scope.js";
import type { AnalyzedDocument, Unit } from "../document/types.js";
import { foldWord } from "../text/fold.js";
import { surfaceOf } from "../text/words.js";
import type { Sentence, TextKind, Word } from "../types.js";
import { type RenderedDocument, startOf } from "./prose.js";
import { createSliceWriter } from "./slice-writer.js";

/** Kinds of which a part of a grain is no valid text, or says something else. */
const INDIVISIBLE: ReadonlySet<TextKind> = new Set<TextKind>([
  "json",
  "ndjson",
  "yaml",
  "toml",
  "ini",
  "xml",
  "csv",
  "table",
  "code",
  "diff",
  "latex",
]);
/** Kinds that others parse: half of a text is an error to them, and nothing is none. */
const PARSED: ReadonlySet<TextKind> = new Set<TextKind>(["json", "ndjson"]);
/** In a text of more grains, one that is no prose is never cut: another will fit, or none. */
const FEWEST_GRAINS = 2;
/** Scripts of languages whose verb, and what denies it, ends the sentence; and letters of Persian. */
const VERB_FINAL =
  /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}پچژگ]/u;

/** A sentence that may be printed in part, if nothing else fits: the units of a stretch that reads by itself. */
export interface Stretch {
  /** First unit, and the one after the last. */
  first: number;
  end: number;
  /** Whether it is shortened from its beginning: where the verb stands last, the end decides. */
  keepsEnd: boolean;
  /** The first unit that turns what stands around it; the first unit, if none does. */
  turn: number;
  /** Where what is printed begins: the last condition or exception, else `turn`. */
  anchor: number;
  /** The unit after the last one that it turns: the next `and`, `or`, `but`, or the end. */
  reach: number;
}

/**
 * The clause of a sentence that may be printed in part; undefined if the kind of text does not allow it.
 *
 * @param opening Units of the clause's opening move.
 */
export function stretchOf(document: AnalyzedDocument, sentence: number, opening: Uint32Array): Stretch | undefined {
  const { outline, sentenceUnits, units, text, words } = document;
  if (outline && (INDIVISIBLE.has(outline.kind) || outline.heads[sentence] !== -1)) return undefined;
  if (outline && document.sentences[sentence]?.kind !== "prose" && document.sentences.length > FEWEST_GRAINS)
    return undefined;
  const first = sentenceUnits[sentence] as number;
  const end = sentenceUnits[sentence + 1] as number;
  const { start, end: stop } = document.sentences[sentence] as { start: number; end: number };
  const keepsEnd = VERB_FINAL.test(text.slice(start, stop));
  if (document.sentences[sentence]?.kind !== "prose" || document.readBy[sentence] === 0)
    return { first, end, keepsEnd, turn: first, anchor: first, reach: end };
  const { clauseOf } = clausesOf(text, words, units.slice(first, end));
  const clause = clauseOf[(opening[0] as number) - first] as number;
  const from = first + clauseOf.indexOf(clause);
  const to = first + clauseOf.lastIndexOf(clause) + 1;
  let turn = from;
  const isInverted = from === first && beginsInverted(document, units.slice(first, end));
  while (turn < to && !isInverted && !turns(document, turn)) turn += 1;
  if (turn === to) return { first: from, end: to, keepsEnd, turn: from, anchor: from, reach: to };
  let anchor = to - 1;
  while (anchor > turn && (isInverted || !binds(document, anchor, to))) anchor -= 1;
  // Behind an exception comes who is left out, not who is meant.
  for (let at = from; at < anchor; at += 1) if (EXCEPTION.test(surfaceOfUnit(document, at))) anchor = from;
  turn = startOfTurn(document, turn, from);
  anchor = Math.max(turn, startOfTurn(document, anchor, from));
  let reach = anchor + 1;
  while (reach < to && !COORDINATION.test(surfaceOfUnit(document, reach))) reach += 1;
  return { first: from, end: to, keepsEnd, turn, anchor, reach };
}

/** Where what turns begins, with what turns that. */
function startOfTurn(document: AnalyzedDocument, unit: number, from: number): number {
  let start = firstOfTurn(document, unit, from);
  while (start > from && LEADS.test(surfaceOfUnit(document, start - 1))) start -= 1;
  return start;
}

const EXCEPTION = /^(?:except|excepting|excluding|save|außer|sauf|salvo|excepto)$/iu;

/** What turns what turns: `even if`, `wasn't until`, `anything but`, `not after`. */
const LEADS = /^(?:even|only|just|not|never|anything|nothing|\p{L}+n['’]t)$/iu;

/** `at` in front of `most`, `for` in front of `against`: where what turns begins. */
function firstOfTurn(document: AnalyzedDocument, unit: number, from: number): number {
  const word = foldWord(surfaceOfUnit(document, unit));
  if (unit > from && /^(?:least|most|than)$/u.test(word)) return unit - 1;
  if (word !== "against") return unit;
  for (let at = unit - 1; at >= from; at -= 1) if (foldWord(surfaceOfUnit(document, at)) === "for") return at;
  return unit;
}

const MODAL = /^(?:will|would|shall|should|can|could|may|might|must|to|not)$/iu;

function turns(document: AnalyzedDocument, unit: number): boolean {
  const word = foldWord(surfaceOfUnit(document, unit));
  // Lithuanian's `without`, and no word of weight in English.
  if (word === "be" && unit > 0 && MODAL.test(surfaceOfUnit(document, unit - 1))) return false;
  return turnsMeaning(word) || isPivotal(word, false);
}

function surfaceOfUnit(document: AnalyzedDocument, unit: number): string {
  const { firstWord, endWord } = document.units[unit] as Unit;
  return surfaceOf(document, firstWord, endWord);
}

/**
 * What may stay of a grain where not even one fits with its heads: the grain alone, a row without its header; undefined if
 * the kind of text allows neither, or grains lose words anyway.
 */
export function grainAlone(document: AnalyzedDocument, sentence: number): RenderedDocument | undefined {
  const { outline, sentences } = document;
  const own = sentences[sentence] as Sentence;
  if (!outline || PARSED.has(outline.kind) || own.firstWord === own.endWord) return undefined;
  const writer = createSliceWriter(document.text, outline.hidden);
  writer.write(startOf(document.text, own, outline.hidden), own.end, "");
  return { ...writer.done(), isFragment: true };
}

/** So many words of a grain, from its beginning. */
export function beginningOf(document: AnalyzedDocument, sentence: number, count: number): RenderedDocument {
  const { outline, text, sentences, words } = document;
  const { firstWord } = sentences[sentence] as Sentence;
  const writer = createSliceWriter(text, outline?.hidden ?? []);
  if (count > 0) writer.write((words[firstWord] as Word).start, (words[firstWord + count - 1] as Word).end, "");
  return { ...writer.done(), isFragment: true };
}

/** What precedes the word that turns a stretch. */
export function aheadOf(stretch: Stretch): Stretch {
  const { first, turn } = stretch;
  return { ...stretch, end: turn, turn: first, anchor: first, reach: turn };
}

/** So many units of a stretch, to the letter; a question keeps its mark. */
export function renderStretch(document: AnalyzedDocument, stretch: Stretch, count: number): RenderedDocument {
  const { text, words, units, outline } = document;
  const writer = createSliceWriter(text, outline?.hidden ?? []);
  const [first, end] = runOf(document, stretch, count);
  const from = units[first];
  const to = units[end - 1];
  if (first >= end || !from || !to) return writer.done();
  const lastWord = end === stretch.end ? to.trailWord : to.endWord;
  writer.write((words[from.leadWord] as Word).start, (words[lastWord - 1] as Word).end, "");
  const { endWord } = document.sentences[from.sentence] as Sentence;
  const mark = words[endWord - 1] as Word;
  if (lastWord < endWord && QUESTION_MARK.test(text.slice(mark.start, mark.end)))
    writer.write(mark.start, mark.end, "");
  return writer.done();
}

const QUESTION_MARK = /^[?？؟]$/u;

/**
 * The run of units that is printed: from the anchor to its reach, then what precedes it, then the rest. A figure never
 * loses what it counts.
 */
function runOf(
  document: AnalyzedDocument,
  { first, end, keepsEnd, turn, anchor, reach }: Stretch,
  count: number,
): [number, number] {
  if (keepsEnd) return [end - count, end];
  // Before the anchor nothing comes without what turns it.
  const from = count < reach - turn ? anchor : Math.max(first, reach - count);
  const to = Math.min(from + count, end);
  const behind = to + 1 < end ? surfaceOfUnit(document, to + 1) : undefined;
  const isCut =
    to < end &&
    to - from > 1 &&
    isNumber(surfaceOfUnit(document, to - 1)) &&
    isUnitOfNumber(surfaceOfUnit(document, to), behind);
  const whole = withoutHalfPair(document, from, isCut ? to - 1 : to, end);
  if (whole === end) return [from, end];
  const stop = withoutLooseEnd(document, from, withoutHalfArm(document, from, whole));
  return [from, withoutLooseEnd(document, from, withoutHalfPair(document, from, stop, end))];
}

/** What says nothing at the end of a run that is cut: it joins or turns what is left out. */
const LOOSE =
  /^(?:of|by|for|with|from|to|in|on|at|across|below|above|into|onto|over|under|between|among|through|during|upon|within|along|around|towards?|as|and|or|but|nor|than|that|which|who|whom|whose|the|an?|is|are|was|were|be|been|has|have|had|not|without|ohne|und|oder|nicht|der|die|das|den|dem|ein|eine|in|im|mit|von|zu|für|et|ou|le|la|les|de|du|des|y|o|e|não|no|el|los|las|del|ao|aos|do|da|dos|das|il|lo|di|che)$/u;

/** Ends a run in front of the words at its end that say nothing without what follows; not if nothing else is in it. */
function withoutLooseEnd(document: AnalyzedDocument, from: number, to: number): number {
  let end = to;
  const isLoose = (unit: number) => {
    const surface = surfaceOfUnit(document, unit);
    return SIGN.test(surface) || LOOSE.test(foldWord(surface));
  };
  while (end > from && isLoose(end - 1)) end -= 1;
  return end > from ? end : to;
}

/** Units behind an `and` that are no statement yet, at most. */
const SHORT_ARM = 3;

/** Ends a run that is cut in front of an `and` or `or` of which too little is left to say what it adds. */
function withoutHalfArm(document: AnalyzedDocument, from: number, to: number): number {
  for (let at = to - 1; at > from && at >= to - 1 - SHORT_ARM; at -= 1)
    if (COORDINATION.test(surfaceOfUnit(document, at))) return at;
  return to;
}

/** Units that `from` reaches to its `to` at most. */
const LONGEST_PAIR = 6;
/** Units that words of one pair stand apart at most. */
const LONGEST_TIE = 2;

/** Ends a run in front of a `from` whose `to` would be cut off, or of a verb or pair of which half would. */
function withoutHalfPair(document: AnalyzedDocument, from: number, to: number, end: number): number {
  if (to < end) {
    const first = Math.max(from + 1, to - LONGEST_TIE);
    const words = foldedWords(document, first, Math.min(end, to + LONGEST_TIE));
    for (let at = first; at < to; at += 1) if (endOfPair(words, at - first) >= to - first) return at;
  }
  for (let at = to - 1; at > from && at > to - LONGEST_PAIR; at -= 1) {
    if (surfaceOfUnit(document, at) !== "from") continue;
    for (let next = at + 1; next < Math.min(end, at + LONGEST_PAIR); next += 1)
      if (surfaceOfUnit(document, next) === "to") return next < to ? to : at;
  }
  return to;
}

function foldedWords(document: AnalyzedDocument, from: number, to: number): string[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, offset) =>
    foldWord(surfaceOfUnit(document, from + offset)),
  );
}

function binds(document: AnalyzedDocument, unit: number, end: number): boolean {
  if (BINDER.test(surfaceOfUnit(document, unit))) return true;
  return bindsInverted(foldedWords(document, unit, Math.min(end, unit + 3)), 0);
}

/** What binds a clause to its condition, exception or time. */
const BINDER =
  /^(?:if|unless|until|till|while|before|after|provided|except|wenn|falls|bis|si|sauf|salvo|excepto|se|als|tenzij|om)$/iu;
const COORDINATION = /^(?:and|or|but|und|oder|aber|et|ou|mais|y|o|pero|e|ma|en|of|maar|och|og|eller|men)$/iu;
