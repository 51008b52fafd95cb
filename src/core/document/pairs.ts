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

/**
 * Pairs the brackets and quotes at the sides of units, paragraph by paragraph: a quotation may have many sentences.
 *
 * @returns Per word: the index of the mark that is paired with it, else -1.
 */
export function pairPunctuation({ text, words, sentences }: EncodedDocument, units: readonly Unit[]): Int32Array {
  const partners = new Int32Array(words.length).fill(-1);
  let open: { mark: string; word: number }[] = [];
  const visit = (word: number, side: "lead" | "inside" | "trail") => {
    const mark = surfaceOf({ text, words }, word);
    if (side === "inside" && !INSIDE.has(mark)) return;
    const wanted = SYMMETRIC.has(mark) ? mark : PAIRS[mark];
    const at = side === "lead" ? -1 : open.findLastIndex((opener) => opener.mark === wanted);
    if (at >= 0) {
      const opener = (open[at] as { word: number }).word;
      open = open.slice(0, at);
      partners[word] = opener;
      partners[opener] = word;
    } else if (side !== "trail" && (OPENERS.has(mark) || SYMMETRIC.has(mark))) {
      open.push({ mark, word });
    }
  };
  let sentence = -1;
  for (const unit of units) {
    if (unit.sentence !== sentence) {
      if (startsParagraph(text, sentences, unit.sentence)) open = [];
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
