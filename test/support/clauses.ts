import { clausesOf } from "../../src/core/document/clauses.js";
import type { Unit } from "../../src/core/document/types.js";
import { splitUnits } from "../../src/core/document/units.js";
import { splitSentences } from "../../src/core/text/sentences.js";
import { splitWords } from "../../src/core/text/words.js";

/** The clauses of a text of prose, each as the indices of its words. */
export function clauseWords(text: string): number[][] {
  const words = splitWords(text);
  const sentences = splitSentences(text, words);
  const units = splitUnits(text, words, sentences);
  return sentences.flatMap((_, sentence) => {
    const own: readonly Unit[] = units.filter((unit) => unit.sentence === sentence);
    const { clauseOf, needs } = clausesOf(text, words, own);
    return Array.from(needs, (_need, clause) =>
      own.flatMap(({ firstWord, endWord }, index) =>
        clauseOf[index] === clause ? Array.from({ length: endWord - firstWord }, (_word, at) => firstWord + at) : [],
      ),
    );
  });
}
