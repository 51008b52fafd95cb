import { oncePerDocument } from "../document/derived.js";
import type { AnalyzedDocument, Unit } from "../document/types.js";
import type { Sliced } from "../runtime/event-loop.js";
import { surfaceOf } from "../text/words.js";
import type { Moves } from "./types.js";

/** What kind of words a question asks for, one bit each. Figures need no help: they are protected where their clause stays. */
const PLACE = 1;
const NAME = 2;
/** How questions ask for each. */
const QUESTIONS: readonly (readonly [number, RegExp])[] = [
  [
    PLACE,
    /\b(?:where|place of|nationality|(?:what|which) (?:\w+ )?(?:country|nation|city|town|village|state|county|province|region|district|borough|continent|place|area|part|location))\b/iu,
  ],
  [NAME, /\b(?:who|whose|whom)\b/iu],
];

/** How much more a word of the kind that is asked for is worth. Tuned on development questions of several hops. */
const LIFT = 0.7;
/** What stands before a place; a name behind it, and those behind its commas, may be one. */
const BEFORE_PLACE = /^(?:in|at|near|from|to|of|outside|around)$/iu;
/** So does a date's comma: `born 6 June 1906, Graz`. */
const ENDS_DATE = /\p{Nd}$/u;
const CAPITAL = /^\P{L}*\p{Lu}/u;
/** Units whose kind is told, and moves that are raised, before the event loop may run. */
const PER_SLICE = 4096;

/** The kinds of words that any part of a question asks for, one bit each; 0 if it does not say. English. */
export function askedKinds(parts: readonly string[]): number {
  return QUESTIONS.reduce((all, [kind, asks]) => (parts.some((part) => asks.test(part)) ? all | kind : all), 0);
}

/**
 * Raises what brings a word of the kind that is asked for above the rest of its sentence: with what is worth more in its own clause,
 * which may turn it (`doubted that Lind wrote`), and never above what must be in before. Sentences open as without it; for a
 * place clauses are raised, too: `(born 1931 in Molde)`.
 *
 * @param asked See {@link askedKinds}.
 * @param values Of each move; changed in place.
 */
export function* liftAsked(
  asked: number,
  document: AnalyzedDocument,
  moves: Moves,
  values: Float64Array,
): Sliced<void> {
  if (asked === 0) return;
  const kinds = yield* kindsOf(document);
  const { units, starts, openingUnits, requires } = moves;
  const isOpening = (move: number) => (openingUnits[move] as number) > 0;
  /** By a clause's opening move: the least that a word of it is worth which is asked for. */
  const least = new Map<number, number>();
  for (let move = 0; move < requires.length; move += 1) {
    if (move % PER_SLICE === PER_SLICE - 1) yield;
    const required = requires[move] as number;
    if (required < 0) continue;
    let found = 0;
    for (let at = starts[move] as number; at < (starts[move + 1] as number); at += 1)
      found |= (kinds[units[at] as number] as number) & asked;
    if (found === 0) continue;
    // What a move requires precedes it: nothing has raised it yet.
    const value = values[move] as number;
    if (found & PLACE) raiseClause(isOpening(move) ? move : required, value + LIFT, requires, values);
    if (!isOpening(move)) least.set(required, Math.min(value, least.get(required) ?? value));
  }
  for (let move = 0; move < requires.length; move += 1) {
    if (move % PER_SLICE === PER_SLICE - 1) yield;
    const required = requires[move] as number;
    const value = values[move] as number;
    if (isOpening(move) || value < (least.get(required) ?? Number.POSITIVE_INFINITY)) continue;
    values[move] = Math.min(values[required] as number, value + LIFT);
  }
}

/** Raises a clause and those that it hangs on, all but the sentence's own, which none may pass; its value then. */
function raiseClause(move: number, wanted: number, requires: Int32Array, values: Float64Array): number {
  const required = requires[move] as number;
  const value = values[move] as number;
  if (required < 0) return value;
  const raised = Math.min(raiseClause(required, wanted, requires, values), Math.max(value, wanted));
  values[move] = raised;
  return raised;
}

const rememberedOf = oncePerDocument((): { kinds?: Uint8Array } => ({}));

/** The kind of each unit of prose, 0 for most: told once per text. */
function* kindsOf(document: AnalyzedDocument): Sliced<Uint8Array> {
  const remembered = rememberedOf(document);
  if (remembered.kinds) return remembered.kinds;
  const { text, words, units, sentences } = document;
  const kinds = new Uint8Array(units.length);
  let isPlace = false;
  for (const [index, unit] of units.entries()) {
    if (index % PER_SLICE === PER_SLICE - 1) yield;
    if (sentences[unit.sentence]?.kind !== "prose") continue;
    const surface = surfaceOf({ text, words }, unit.firstWord, unit.endWord);
    const isFirst = units[index - 1]?.sentence !== unit.sentence;
    isPlace &&= !isFirst;
    if (CAPITAL.test(surface) && !isFirst) kinds[index] = NAME | (isPlace ? PLACE : 0);
    else isPlace = BEFORE_PLACE.test(surface) || (ENDS_DATE.test(surface) && hasComma(document, unit));
  }
  remembered.kinds = kinds;
  return kinds;
}

function hasComma({ text, words }: AnalyzedDocument, { endWord }: Unit): boolean {
  return text[words[endWord - 1]?.end ?? 0] === ",";
}
