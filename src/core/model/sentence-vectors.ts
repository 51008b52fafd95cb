import { BackendError } from "../errors.js";
import type { Sentence } from "../types.js";
import type { WindowOutput } from "./batcher.js";
import type { DocumentPieces } from "./tokenizer.js";
import type { Window } from "./windows.js";

/** Gathers the vectors of a text's sentences from its windows, in whatever order they come. */
export interface SentenceVectors {
  /** Adds what one window says; `place` is the window's among the text's. */
  add(place: number, window: Window, output: WindowOutput): void;
  /** The sentences' vectors at unit length, row by row. @throws BackendError Where one holds no number. */
  finish(): Float32Array;
}

/** What one window adds to a sentence that lies in several. */
interface Part {
  place: number;
  sentence: number;
  sum: Float32Array;
}

/**
 * Sums the hidden states of each sentence's pieces. The parts of a sentence that lies in several windows are
 * added in the windows' order, so that the last bit does not depend on which of them was run first.
 */
export function poolSentences(
  pieces: DocumentPieces,
  sentences: readonly Pick<Sentence, "firstWord" | "endWord">[],
  dimension: number,
): SentenceVectors {
  const vectors = new Float32Array(sentences.length * dimension);
  const parts: Part[] = [];

  return {
    add(place, window, { hidden }) {
      const shift = window.firstPiece - (pieces.starts[window.firstWord] as number);
      for (let sentence = sentenceAt(sentences, window.firstWord); sentence < sentences.length; sentence += 1) {
        const { firstWord, endWord } = sentences[sentence] as Sentence;
        if (firstWord >= window.endWord) break;
        const isWhole = firstWord >= window.firstWord && endWord <= window.endWord;
        const sum = isWhole
          ? vectors.subarray(sentence * dimension, (sentence + 1) * dimension)
          : new Float32Array(dimension);
        const from = (pieces.starts[Math.max(firstWord, window.firstWord)] as number) + shift;
        const to = (pieces.starts[Math.min(endWord, window.endWord)] as number) + shift;
        addRows(sum, hidden, from, to);
        if (!isWhole) parts.push({ place, sentence, sum });
      }
    },
    finish() {
      parts.sort((a, b) => a.place - b.place);
      for (const { sentence, sum } of parts) {
        addRows(vectors.subarray(sentence * dimension, (sentence + 1) * dimension), sum, 0, 1);
      }
      normalizeRows(vectors, dimension);
      return vectors;
    },
  };
}

/** The sentence that holds a word. */
function sentenceAt(sentences: readonly Pick<Sentence, "endWord">[], word: number): number {
  let low = 0;
  let high = sentences.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sentences[middle]?.endWord as number) > word) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Adds the rows `from` to `to`, each as long as the sum, to the sum. */
function addRows(sum: Float32Array, rows: Float32Array, from: number, to: number): void {
  const dimension = sum.length;
  for (let at = from * dimension; at < to * dimension; at += dimension) {
    for (let column = 0; column < dimension; column += 1) {
      sum[column] = (sum[column] as number) + (rows[at + column] as number);
    }
  }
}

/** Scales each row to unit length; a zero row stays zero. */
function normalizeRows(vectors: Float32Array, dimension: number): void {
  for (let row = 0; row < vectors.length; row += dimension) {
    let squares = 0;
    for (let column = 0; column < dimension; column += 1) squares += (vectors[row + column] as number) ** 2;
    if (!Number.isFinite(squares)) {
      throw new BackendError("Expected the encoder to answer with finite numbers, got NaN or Infinity.");
    }
    if (squares === 0) continue;
    const scale = 1 / Math.sqrt(squares);
    for (let column = 0; column < dimension; column += 1)
      vectors[row + column] = (vectors[row + column] as number) * scale;
  }
}
