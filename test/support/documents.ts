import { analyzeDocument } from "../../src/core/document/analyze.js";
import type { AnalyzedDocument } from "../../src/core/document/types.js";
import { unreadByScript } from "../../src/core/document/unread.js";
import { runAtOnce } from "../../src/core/runtime/event-loop.js";
import { splitSentences } from "../../src/core/text/sentences.js";
import { splitWords } from "../../src/core/text/words.js";
import type { Word } from "../../src/core/types.js";

/**
 * A text with scores that a test chooses, as the steps after the encoder see it.
 *
 * @param keep Probability of each word, by its surface; 0.9 for all by default. Core is the same.
 * @param vectors Rows of unit length, one per sentence; none by default.
 * @param scripts Scripts that the model reads; all by default.
 * @param pivot P(pivot) of each word, by its surface; 0 for all by default, as of a model without pivots.
 */
export function documentOf(
  text: string,
  keep: (surface: string, word: Word) => number = () => 0.9,
  vectors: readonly (readonly number[])[] = [],
  scripts?: readonly string[],
  pivot: (surface: string, word: Word) => number = () => 0,
): AnalyzedDocument {
  const words = splitWords(text);
  const sentences = splitSentences(text, words);
  const scoresBy = (score: typeof keep) =>
    Float32Array.from(words, (word) => score(text.slice(word.start, word.end), word));
  const scores = scoresBy(keep);
  return runAtOnce(
    analyzeDocument(
      {
        text,
        words,
        sentences,
        keep: scores,
        core: scores,
        pivot: scoresBy(pivot),
        vectors: Float32Array.from(vectors.flat()),
        dimension: vectors[0]?.length ?? 0,
      },
      runAtOnce(unreadByScript({ text, words, sentences }, scripts)).map((isUnread) => 1 - isUnread),
    ),
  );
}

/** The surfaces of a document's units, without the punctuation at their sides. */
export function unitsOf({ text, words, units }: AnalyzedDocument): string[] {
  return units.map(({ firstWord, endWord }) => text.slice(words[firstWord]?.start, words[endWord - 1]?.end));
}
