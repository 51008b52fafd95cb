import { BackendError } from "../errors.js";
import type { Sentence } from "../types.js";
import type { WindowOutput } from "./batcher.js";
import type { DocumentPieces } from "./piece-tokenizer.js";
import type { Window } from "./windows.js";

/** Gathers the vectors of a text's sentences from its windows, in whatever order they come. */
export interface SentenceVectors {
  /** Stretches of a window's tokens whose hidden states' sums are wanted, `[from, to]` each: one per sentence. */
  spansOf(window: Window): Int32Array;
  /** Adds what one window says, its sums over `spansOf`; `place` is the window's among the text's. */
  add(place: number, window: Window, output: WindowOutput): void;
  /** The sentences' vectors at unit length, row by row. @throws BackendError If one holds no number. */
  finish(): Float32Array;
}

/** What one window adds to a sentence that lies in several. */
interface Part {
  place: number;
  sentence: number;
  sum: Float32Array;
}

/**
 * The sum of the hidden states of each sentence's pieces. The parts of a sentence that lies in several windows are
 * added in the windows' order, so that the last bit does not depend on which of them was run first.
 */
export function poolSentences(
  pieces: DocumentPieces,
  sentences: readonly Pick<Sentence, "firstWord" | "endWord">[],
  dimension: number,
): SentenceVectors {
  const vectors = new Float32Array(sentences.length * dimension);
  const parts: Part[] = [];
  /** Places of the sentences of which a window holds a part. */
  const sentencesIn = ({ firstWord, endWord }: Window): number[] => {
    const places: number[] = [];
    for (let place = sentenceAt(sentences, firstWord); place < sentences.length; place += 1) {
      if ((sentences[place] as Sentence).firstWord >= endWord) break;
      places.push(place);
    }
    return places;
  };

  return {
    spansOf(window) {
      if (dimension === 0) return new Int32Array(0);
      const shift = window.firstPiece - (pieces.starts[window.firstWord] as number);
      return Int32Array.from(
        sentencesIn(window).flatMap((sentence) => {
          const { firstWord, endWord } = sentences[sentence] as Sentence;
          return [
            (pieces.starts[Math.max(firstWord, window.firstWord)] as number) + shift,
            (pieces.starts[Math.min(endWord, window.endWord)] as number) + shift,
          ];
        }),
      );
    },
    add(place, window, { sums }) {
      for (const [index, sentence] of sentencesIn(window).entries()) {
        const { firstWord, endWord } = sentences[sentence] as Sentence;
        const sum = sums.subarray(index * dimension, (index + 1) * dimension);
        if (firstWord >= window.firstWord && endWord <= window.endWord) vectors.set(sum, sentence * dimension);
        else parts.push({ place, sentence, sum });
      }
    },
    finish() {
      parts.sort((a, b) => a.place - b.place);
      for (const { sentence, sum } of parts) {
        const row = sentence * dimension;
        for (let column = 0; column < dimension; column += 1) {
          vectors[row + column] = (vectors[row + column] as number) + (sum[column] as number);
        }
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
