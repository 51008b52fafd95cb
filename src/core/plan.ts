import { unitMasses, unreadMasses, unreadScores } from "./mass.js";
import { readsText } from "./text/scripts.js";
import { pushUnits, type Unit } from "./text/units.js";
import { surfaceOf } from "./text/words.js";
import { atOnce, type Parts } from "./turn.js";
import type { EncodedDocument, Sentence } from "./types.js";

/** All that is known of a document before a question comes: computed once per text. */
export interface PlannedDocument extends EncodedDocument {
  units: readonly Unit[];
  /** Index of each sentence's first unit; `sentences + 1` long. */
  sentenceUnits: Uint32Array;
  /** What each unit is worth by itself, 0..1: see `unitMasses`. */
  mass: Float32Array;
  /** Per word: the bracket or quote that is paired with this one, else -1. */
  partners: Int32Array;
  /** Fenced code: the sentences that open and close it; the text's end where nothing closes it. */
  fences: readonly (readonly [open: number, close: number])[];
  /** Per word: the unit in whose range it lies, punctuation at its sides included. */
  unitOf: Uint32Array;
}

const PAIRS: Record<string, string> = {
  ")": "(",
  "]": "[",
  "}": "{",
  ">": "<",
  "»": "«",
  "”": "“",
  "’": "‘",
  "」": "「",
  "』": "『",
  "）": "（",
  "】": "【",
};
const OPENERS = new Set(Object.values(PAIRS));
const SYMMETRIC = new Set(['"', "'", "`", "*"]);
const FENCE = /^(?:`{3,}|~{3,})/u;
/** Marks that open or close inside a glued run too, as in `fetch(first, second)`. */
const INSIDE = new Set(["(", ")", "[", "]", "{", "}", '"', "`"]);

/**
 * Groups a document's words into units and pairs its brackets and quotes.
 *
 * @param scripts Scripts that the model reads; in a text of others, a sentence's words are all worth the same.
 */
export function planDocument(document: EncodedDocument, scripts?: readonly string[]): PlannedDocument {
  return atOnce(planInParts(document, scripts));
}

/** Sentences that are planned in one go. */
const PART = 16;

/** The same, with pauses: a long document is a second's work. */
export function* planInParts(document: EncodedDocument, scripts?: readonly string[]): Parts<PlannedDocument> {
  const { text, words, sentences } = document;
  const isRead = readsText(text, scripts);
  const units: Unit[] = [];
  const sentenceUnits = new Uint32Array(sentences.length + 1);
  for (const [index, sentence] of sentences.entries()) {
    pushUnits(units, text, words, sentence, index);
    sentenceUnits[index + 1] = units.length;
    if (index % PART === PART - 1) yield;
  }
  yield;
  const unitOf = new Uint32Array(words.length);
  for (const [index, unit] of units.entries()) unitOf.fill(index, unit.leadWord, unit.trailWord);
  const mass = isRead ? unitMasses(document, units) : unreadMasses(sentenceUnits);
  yield;
  const partners = yield* pairPunctuation(document, units);
  const scored = isRead ? document : { ...document, ...unreadScores(words.length) };
  return { ...scored, units, sentenceUnits, mass, unitOf, partners, fences: findFences(document) };
}

function findFences({ text, sentences }: EncodedDocument): [open: number, close: number][] {
  const fences: [number, number][] = [];
  let open: { index: number; mark: string } | undefined;
  for (const [index, { kind, start, end }] of sentences.entries()) {
    const mark = kind === "code" ? FENCE.exec(text.slice(start, Math.min(end, start + 64)))?.[0] : undefined;
    if (mark === undefined) continue;
    if (!open) open = { index, mark };
    else if (mark.startsWith(open.mark)) {
      fences.push([open.index, index]);
      open = undefined;
    }
  }
  if (open) fences.push([open.index, sentences.length]);
  return fences;
}

/** Units whose marks are paired in one go. */
const PAIRED_UNITS = 2048;

/** Pairs the brackets and quotes at the sides of units, paragraph by paragraph: what is quoted may be many sentences. */
function* pairPunctuation({ text, words, sentences }: EncodedDocument, units: readonly Unit[]): Parts<Int32Array> {
  const partners = new Int32Array(words.length).fill(-1);
  const open: { mark: string; word: number }[] = [];
  /** By mark: where it stands in `open`, outermost first. */
  const places = new Map<string, number[]>();
  const closeTo = (depth: number) => {
    while (open.length > depth) places.get((open.pop() as { mark: string }).mark)?.pop();
  };
  const visit = (word: number, side: "lead" | "inside" | "trail") => {
    const mark = surfaceOf({ text, words }, word);
    if (side === "inside" && !INSIDE.has(mark)) return;
    const wanted = SYMMETRIC.has(mark) ? mark : PAIRS[mark];
    const at = side === "lead" || wanted === undefined ? undefined : places.get(wanted)?.at(-1);
    if (at !== undefined) {
      const opener = (open[at] as { word: number }).word;
      closeTo(at);
      partners[word] = opener;
      partners[opener] = word;
    } else if (side !== "trail" && (OPENERS.has(mark) || SYMMETRIC.has(mark))) {
      const own = places.get(mark);
      if (own) own.push(open.length);
      else places.set(mark, [open.length]);
      open.push({ mark, word });
    }
  };
  let sentence = -1;
  for (const [index, unit] of units.entries()) {
    if (index % PAIRED_UNITS === PAIRED_UNITS - 1) yield;
    if (unit.sentence !== sentence) {
      if (startsParagraph(text, sentences, unit.sentence)) closeTo(0);
      sentence = unit.sentence;
    }
    for (let word = unit.leadWord; word < unit.firstWord; word += 1) visit(word, "lead");
    for (let word = unit.firstWord; word < unit.endWord; word += 1) visit(word, "inside");
    for (let word = unit.endWord; word < unit.trailWord; word += 1) visit(word, "trail");
  }
  return partners;
}

function startsParagraph(text: string, sentences: readonly Sentence[], index: number): boolean {
  const previous = sentences[index - 1];
  const sentence = sentences[index];
  if (!previous || !sentence || previous.kind !== "prose" || sentence.kind !== "prose") return true;
  return /[\n\r\u2028\u2029]/u.test(text.slice(previous.end, sentence.start));
}
