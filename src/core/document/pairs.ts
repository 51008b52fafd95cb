import type { Sliced } from "../runtime/event-loop.js";
import { surfaceOf } from "../text/words.js";
import type { EncodedDocument, Sentence } from "../types.js";
import type { Unit } from "./types.js";

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
/** Marks that open or close inside a glued run too, as in `fetch(first, second)`. */
const INSIDE = new Set(["(", ")", "[", "]", "{", "}", '"', "`"]);

/** Units whose marks are paired before the event loop may run. */
const UNITS_PER_SLICE = 2048;

/**
 * Pairs the brackets and quotes at the sides of units, paragraph by paragraph: a quotation may have many sentences.
 *
 * @returns Per word: the index of the mark that is paired with it, else -1.
 */
export function* pairPunctuation(
  { text, words, sentences }: EncodedDocument,
  units: readonly Unit[],
): Sliced<Int32Array> {
  const partners = new Int32Array(words.length).fill(-1);
  const open: { mark: string; word: number }[] = [];
  /** By mark: its places in `open`, outermost first. */
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
    if (index % UNITS_PER_SLICE === UNITS_PER_SLICE - 1) yield;
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
