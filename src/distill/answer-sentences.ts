import { splitWords } from "../core/text/words.js";
import type { Sentence, Word } from "../core/types.js";

const ARTICLES = new Set(["a", "an", "the"]);
const VISIBLE = /[\p{L}\p{N}\p{M}_]/u;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/**
 * Indices of the sentences that hold an answer: its words, lower-cased and without punctuation and
 * articles, stand there one behind the other. An answer that runs across a sentence's end counts for every
 * sentence it touches. Scripts without spaces are compared letter by letter.
 */
export function findAnswerSentences(
  text: string,
  words: readonly Word[],
  sentences: readonly Sentence[],
  answers: readonly string[],
): number[] {
  const passage = comparable(text, words);
  const found = new Set<number>();
  for (const answer of answers) {
    const sought = comparable(answer, splitWords(answer)).map((entry) => entry.key);
    if (sought.length === 0) continue;
    const ranges = UNSPACED.test(answer) ? findLetters(passage, sought.join("")) : findWords(passage, sought);
    for (const [first, last] of ranges) {
      sentences.forEach((sentence, index) => {
        if (sentence.firstWord <= last && first < sentence.endWord) found.add(index);
      });
    }
  }
  return [...found].sort((a, b) => a - b);
}

interface ComparableWord {
  key: string;
  /** Index among the passage's words. */
  index: number;
}

function comparable(text: string, words: readonly Word[]): ComparableWord[] {
  const entries: ComparableWord[] = [];
  words.forEach((word, index) => {
    const key = text.slice(word.start, word.end).normalize("NFKC").toLowerCase();
    if (VISIBLE.test(key) && !ARTICLES.has(key)) entries.push({ key, index });
  });
  return entries;
}

/** Word ranges, both ends included, where the sought words stand. */
function* findWords(passage: readonly ComparableWord[], sought: readonly string[]): Generator<[number, number]> {
  for (let start = 0; start + sought.length <= passage.length; start += 1) {
    if (sought.every((key, offset) => passage[start + offset]?.key === key)) {
      yield [(passage[start] as ComparableWord).index, (passage[start + sought.length - 1] as ComparableWord).index];
    }
  }
}

function* findLetters(passage: readonly ComparableWord[], sought: string): Generator<[number, number]> {
  const joined = passage.map((entry) => entry.key).join("");
  const owner: number[] = [];
  for (const entry of passage) for (let unit = 0; unit < entry.key.length; unit += 1) owner.push(entry.index);
  for (let at = joined.indexOf(sought); at >= 0; at = joined.indexOf(sought, at + 1)) {
    yield [owner[at] as number, owner[at + sought.length - 1] as number];
  }
}
