import { oncePerDocument } from "../document/derived.js";
import { isNumber, isUnit } from "../document/protected-words.js";
import type { AnalyzedDocument, Unit } from "../document/types.js";
import type { Sliced } from "../runtime/event-loop.js";
import { surfaceOf } from "../text/words.js";
import type { Moves, RankedDocument } from "./types.js";

/** What kind of words a question asks for, one bit each. */
const FIGURE = 1;
const PLACE = 2;
const NAME = 4;
/** How questions ask for each. */
const QUESTIONS: readonly (readonly [number, RegExp])[] = [
  [
    FIGURE,
    /\b(?:when|how (?:many|much|long|far|tall|high|large|big|old|fast|often)|(?:what|which) (?:\w+ )?(?:year|date|day|month|decade|century|number|percentage|amount|price|age)|(?:date|number|percentage|population|amount) of)\b/iu,
  ],
  [
    PLACE,
    /\b(?:where|place of|nationality|(?:what|which) (?:\w+ )?(?:country|nation|city|town|village|state|county|province|region|district|borough|continent|place|area|part|location))\b/iu,
  ],
  [NAME, /\b(?:who|whose|whom)\b/iu],
];

/** How much more a word of the kind that is asked for is worth. Tuned on development questions of several hops. */
const LIFT = 0.5;
/** What stands before a place; a name behind it, and those behind its commas, may be one. */
const BEFORE_PLACE = /^(?:in|at|near|from|to|of|outside|around)$/iu;
/** So does a date's comma: `born 6 June 1906, Graz`. */
const ENDS_DATE = /\p{Nd}$/u;
const CAPITAL = /^\P{L}*\p{Lu}/u;
/** Units whose kind is told before the event loop may run. */
const UNITS_PER_SLICE = 4096;

/** The kinds of words that any part of a question asks for, one bit each; 0 if it does not say. English. */
export function askedKinds(parts: readonly string[]): number {
  return QUESTIONS.reduce((all, [kind, asks]) => (parts.some((part) => asks.test(part)) ? all | kind : all), 0);
}

/** What the question adds to the value of each unit of a document by its kind; undefined if it asks for none. */
export function* askedLifts({ document, asked = 0 }: RankedDocument): Sliced<((unit: number) => number) | undefined> {
  if (asked === 0) return undefined;
  const kinds = yield* kindsOf(document);
  return (unit) => ((kinds[unit] as number) & asked ? LIFT : 0);
}

/**
 * Raises the moves that bring a word of the kind that is asked for, and the clauses that these stand in, up to the value of what must be in
 * before: within a sentence that stays, the answer comes first. Sentences open as without it.
 *
 * @param values Of each move; changed in place.
 */
export function* liftAsked(ranked: RankedDocument, moves: Moves, values: Float64Array): Sliced<void> {
  const liftOf = yield* askedLifts(ranked);
  if (!liftOf) return;
  const { units, starts, requires } = moves;
  for (let move = 0; move < requires.length; move += 1) {
    if (move % UNITS_PER_SLICE === UNITS_PER_SLICE - 1) yield;
    if ((requires[move] as number) < 0) continue;
    let lift = 0;
    for (let at = starts[move] as number; at < (starts[move + 1] as number); at += 1)
      lift = Math.max(lift, liftOf(units[at] as number));
    if (lift > 0) raise(move, (values[move] as number) + lift, requires, values);
  }
}

/** Raises a move and those that it needs, all but the sentence's opening, which none may pass. */
function raise(move: number, wanted: number, requires: Int32Array, values: Float64Array): number {
  const required = requires[move] as number;
  const own = values[move] as number;
  if (required < 0) return own;
  const most = raise(required, wanted, requires, values);
  values[move] = Math.min(most, Math.max(own, wanted));
  return values[move] as number;
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
    if (index % UNITS_PER_SLICE === UNITS_PER_SLICE - 1) yield;
    if (sentences[unit.sentence]?.kind !== "prose") continue;
    const surface = surfaceOf({ text, words }, unit.firstWord, unit.endWord);
    const isFirst = units[index - 1]?.sentence !== unit.sentence;
    isPlace &&= !isFirst;
    if (isNumber(surface)) kinds[index] = FIGURE;
    if (CAPITAL.test(surface) && !isFirst && kinds[index] === 0) {
      kinds[index] = NAME | (isPlace ? PLACE : 0) | (isUnit(surface) ? FIGURE : 0);
    } else isPlace = BEFORE_PLACE.test(surface) || (ENDS_DATE.test(surface) && hasComma(document, unit));
  }
  remembered.kinds = kinds;
  return kinds;
}

function hasComma({ text, words }: AnalyzedDocument, { endWord }: Unit): boolean {
  return text[words[endWord - 1]?.end ?? 0] === ",";
}
