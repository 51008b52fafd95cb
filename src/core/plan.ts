import { splitUnits, type Unit } from "./text/units.js";
import type { EncodedDocument } from "./types.js";

/** All that is known of a document before a question comes: computed once per text. */
export interface PlannedDocument extends EncodedDocument {
  units: readonly Unit[];
  /** Index of each sentence's first unit; `sentences + 1` long. */
  sentenceUnits: Uint32Array;
  /** Mean of P(keep) and P(core) per unit, over its own words, 0..1. */
  mass: Float32Array;
  /** Per word: the unit that holds the bracket or quote paired with it, else -1. */
  partners: Int32Array;
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

/** Groups a document's words into units and pairs its brackets and quotes. */
export function planDocument(document: EncodedDocument): PlannedDocument {
  const { text, words, sentences, keep, core } = document;
  const units = splitUnits(text, words, sentences);
  const sentenceUnits = new Uint32Array(sentences.length + 1);
  const mass = new Float32Array(units.length);
  for (const [index, unit] of units.entries()) {
    sentenceUnits[unit.sentence + 1] = index + 1;
    let sum = 0;
    for (let word = unit.firstWord; word < unit.endWord; word += 1)
      sum += (keep[word] as number) + (core[word] as number);
    mass[index] = sum / (2 * (unit.endWord - unit.firstWord));
  }
  return { ...document, units, sentenceUnits, mass, partners: pairPunctuation(document, units) };
}

/** Pairs the brackets and quotes at the sides of units, sentence by sentence. */
function pairPunctuation({ text, words }: EncodedDocument, units: readonly Unit[]): Int32Array {
  const partners = new Int32Array(words.length).fill(-1);
  let open: { mark: string; word: number; unit: number }[] = [];
  let sentence = -1;
  const visit = (word: number, unit: number, side: "lead" | "trail") => {
    const mark = text.slice(words[word]?.start, words[word]?.end);
    const wanted = SYMMETRIC.has(mark) ? mark : PAIRS[mark];
    if (side === "trail" && wanted !== undefined) {
      const at = open.findLastIndex((opener) => opener.mark === wanted);
      if (at < 0) return;
      const opener = open[at] as { word: number; unit: number };
      open = open.slice(0, at);
      partners[word] = opener.unit;
      partners[opener.word] = unit;
    } else if (side === "lead" && (OPENERS.has(mark) || SYMMETRIC.has(mark))) {
      open.push({ mark, word, unit });
    }
  };
  for (const [index, unit] of units.entries()) {
    if (unit.sentence !== sentence) {
      sentence = unit.sentence;
      open = [];
    }
    for (let word = unit.leadWord; word < unit.firstWord; word += 1) visit(word, index, "lead");
    for (let word = unit.endWord; word < unit.trailWord; word += 1) visit(word, index, "trail");
  }
  return partners;
}
