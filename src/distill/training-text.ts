import { wordShape } from "../core/text/shapes.js";
import type { Sentence, Word } from "../core/types.js";

/** A text as training reads it: no offsets, so that both languages agree on every word. */
export interface TrainingText {
  /** The words as they stand in the source. */
  words: string[];
  /** One word shape per word, see `wordShape`. */
  shapes: number[];
  /** Half-open ranges of words. */
  sentences: [firstWord: number, endWord: number][];
}

/** Turns words and sentences with offsets into plain lists. */
export function cutForTraining(text: string, words: readonly Word[], sentences: readonly Sentence[]): TrainingText {
  return {
    words: words.map((word) => text.slice(word.start, word.end)),
    shapes: words.map((word, index) => wordShape(text, word, words[index - 1]?.end ?? 0)),
    sentences: sentences.map((sentence) => [sentence.firstWord, sentence.endWord]),
  };
}
