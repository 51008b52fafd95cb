import { surfaceOf } from "../text/words.js";
import type { Word } from "../types.js";
import { INVERTED } from "./scope.js";
import type { Unit } from "./types.js";

/** The clauses of one sentence. */
export interface Clauses {
  /** Clause of each of the sentence's units; clauses are numbered in the order of the text. */
  clauseOf: Uint16Array;
  /** The clause that each clause means nothing without, or -1. Chains end at a clause that stands by itself. */
  needs: Int16Array;
}

/** What begins a clause that says when, if or save in which case the rest holds: neither stays without the other. */
const BINDERS = new Set(
  (
    "if suppose supposing assuming failing aside unless until till except excepting excluding provided providing once when whenever while before after as because since without but apart save besides whether where lest " +
    "wenn falls sofern solange bis außer ausgenommen sobald ohne bevor nachdem als weil indem ob " +
    "si sauf quand lorsque avant après sans jusqu tant excepté hormis puisque dès " +
    "cuando salvo excepto hasta antes después mientras sin aunque a-menos menos siempre " +
    "se quando salvo exceto até antes depois enquanto sem a-menos-que tranne finché prima dopo mentre senza qualora eccetto " +
    "als tenzij tot totdat behalve voordat nadat zonder mits om når hvis medmindre indtil undtagen før uden " +
    "jeśli jeżeli chyba dopóki zanim oprócz bez если пока кроме когда прежде без"
  ).split(" "),
);
/** What adds a clause that may go: it hangs on what stands in front of it. */
const LINKS = new Set(
  (
    "and or so yet nor which who whom whose although though whereas including such like especially particularly namely however therefore then thus " +
    "und oder aber sondern denn die der das dessen deren obwohl sowie et ou mais donc dont qui que bien y o pero sino e ed ma che cui en of maar dat og eller men som och i a ale lub który która które"
  ).split(" "),
);
/** `but` behind these is an exception, not a contrast. */
const ALL_OR_NONE =
  /^(?:no|none|nobody|nothing|nowhere|all|any|anything|anyone|every|everything|everyone|everybody|never|not)$/iu;
const HARD_BREAK = /^[;；]$/u;
const COLON = /^[:：]$/u;
const DASH = /^[—–]$/u;
const COMMA = /^[,，、،]$/u;
const QUESTION_MARK = /^[?？]$/u;
const OPENING_BRACKET = /^[([（]$/u;
const CLOSING_BRACKET = /^[)\]）]$/u;
const RELATIVE = /^(?:who|whom|whose|which)$/u;
/** What goes on with a statement behind what a relative pronoun added: `Emil, whom Jonas saw, was there`. */
const RESUMES =
  /^(?:is|are|was|were|has|have|had|will|would|may|might|must|can|cannot|could|shall|should|do|does|did|never|not)$/u;
/** An entity of HTML up to its semicolon, which parts no statements. */
const ENTITY = /&#?\w{1,10};$/u;
const LONGEST_ENTITY = 13;
/** So many short stretches between commas are a list, whose items may go one by one. */
const LIST_ITEMS = 4;
/** Units of a list's item at most. */
const LONGEST_ITEM = 5;

/**
 * Cuts a sentence into clauses by its punctuation and its conjunctions. Statements on both sides of a semicolon stand
 * by themselves; what a conjunction, a relative pronoun, a colon, a dash or a bracket adds hangs on what precedes it;
 * a condition, an exception or a time and what it governs are one clause.
 *
 * @param units The sentence's units, in order.
 */
export function clausesOf(text: string, words: readonly Word[], units: readonly Unit[]): Clauses {
  const clauseOf = new Uint16Array(units.length);
  const needs: number[] = [-1];
  const source = { text, words };
  const marks = (from: number, to: number, pattern: RegExp) => hasWord(source, from, to, pattern);
  const lower = units.map(({ firstWord, endWord }) => surfaceOf(source, firstWord, endWord).toLowerCase());
  const isListed = listedUnits(units, (unit) => marks(unit.endWord, unit.trailWord, COMMA));
  let clause = 0;
  /** The clause that the statement under way stands on. */
  let main = 0;
  /** The clause to go back to behind a bracket. */
  let outer = -1;
  /** The same behind the comma that ends what a relative pronoun adds. */
  let relative = -1;
  const open = (need: number) => {
    needs.push(need);
    clause = needs.length - 1;
  };
  // A sentence that begins with a condition: what it governs follows its comma, and is one clause with it.
  let isFronted = beginsCondition(lower, 0) || beginsInverted(source, units);
  for (const [index, unit] of units.entries()) {
    if (index > 0) {
      const previous = units[index - 1] as Unit;
      const hasComma = marks(previous.endWord, previous.trailWord, COMMA);
      if (outer >= 0 && marks(previous.firstWord, previous.trailWord, CLOSING_BRACKET)) {
        clause = outer;
        outer = -1;
      }
      if (relative >= 0 && hasComma && RESUMES.test(lower[index] as string)) {
        clause = relative;
        relative = -1;
      }
      if (marks(previous.endWord, previous.trailWord, HARD_BREAK) && !endsEntity(text, words, previous)) {
        open(lower[index] === "then" ? main : -1);
        main = clause;
        isFronted = beginsCondition(lower, index);
      } else if (
        marks(previous.firstWord, previous.trailWord, COLON) ||
        (!previous.isSolid && marks(previous.leadWord, previous.trailWord, DASH))
      ) {
        open(main);
      } else if (outer < 0 && marks(unit.leadWord, unit.firstWord, OPENING_BRACKET) && !isBox(source, unit)) {
        outer = clause;
        open(main);
      } else if (isFronted && hasComma) {
        isFronted = false;
      } else if (BINDERS.has(lower[index] as string)) {
        // One with what it governs: back to the statement's own clause, unless it is inside of something added.
        if (hasComma && lower[index] === "but" && !ALL_OR_NONE.test(lower[index - 1] as string)) open(main);
      } else if (hasComma && (LINKS.has(lower[index] as string) || isListed[index])) {
        if (RELATIVE.test(lower[index] as string)) relative = clause;
        open(main);
      }
    }
    clauseOf[index] = clause;
  }
  return { clauseOf, needs: Int16Array.from(needs) };
}

/** Conditions and exceptions of several words. */
const CONDITIONS = [
  ["so", "long", "as"],
  ["as", "long", "as"],
  ["in", "the", "event"],
  ["with", "the", "exception"],
  ["on", "condition"],
];

/** Whether a condition, an exception or a time begins at a place. */
function beginsCondition(lower: readonly string[], at: number): boolean {
  if (BINDERS.has(lower[at] ?? "")) return true;
  return CONDITIONS.some((condition) => condition.every((word, offset) => lower[at + offset] === word));
}

/** Whether a sentence begins with a condition whose verb stands in front (`Had it not been for`), and asks nothing. */
export function beginsInverted(source: WordedText, units: readonly Unit[]): boolean {
  const [first, last] = [units[0], units.at(-1)];
  if (!first || !last || !INVERTED.test(surfaceOf(source, first.firstWord, first.endWord).toLowerCase())) return false;
  return !hasWord(source, last.firstWord, last.trailWord, QUESTION_MARK);
}

/** A text with its words. */
interface WordedText {
  text: string;
  words: readonly Word[];
}

function hasWord(source: WordedText, from: number, to: number, pattern: RegExp): boolean {
  for (let word = from; word < to; word += 1) if (pattern.test(surfaceOf(source, word))) return true;
  return false;
}

/** A box of a list, which adds nothing in brackets. */
function isBox(source: WordedText, { leadWord, trailWord }: Unit): boolean {
  return /^\[[ xX]?\]$/u.test(surfaceOf(source, leadWord, trailWord));
}

/** Whether the last semicolon behind a unit is of an entity: `&quot;`. */
function endsEntity(text: string, words: readonly Word[], { firstWord, trailWord }: Unit): boolean {
  const end = words[trailWord - 1]?.end ?? 0;
  return ENTITY.test(text.slice(Math.max(words[firstWord]?.start ?? 0, end - LONGEST_ENTITY), end));
}

/** Marks the units that begin an item of a list: one of many short stretches between commas. */
function listedUnits(units: readonly Unit[], endsWithComma: (unit: Unit) => boolean): Uint8Array {
  const starts: number[] = [];
  for (const [index, unit] of units.entries())
    if (index > 0 && endsWithComma(units[index - 1] ?? unit)) starts.push(index);
  const flags = new Uint8Array(units.length);
  let run: number[] = [];
  const flush = () => {
    if (run.length >= LIST_ITEMS) for (const start of run) flags[start] = 1;
    run = [];
  };
  for (const start of starts) {
    const last = run.at(-1);
    if (last !== undefined && start - last > LONGEST_ITEM) flush();
    run.push(start);
  }
  flush();
  return flags;
}
