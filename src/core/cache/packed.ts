import type { EncodedText } from "../types.js";
import { stepRows } from "./stepped-rows.js";

/** "CSv3": the layout of {@link packScores}. */
const MAGIC = 0x43537633;
/** Magic, words, sentences, dimension. */
const HEADER_BYTES = 16;
/** Scores per word: keep, core, pivot. */
const SCORES = 3;
/** Steps of a probability. 0.5 lies between two of them, so that no score crosses it. */
const STEPS = 255;

/**
 * Scores in a quarter of their size: probabilities in 8 bits each, vectors as 8-bit integers with one power of two for
 * each row. What comes back is the same however often it is packed ({@link roundScores}).
 */
export function packScores({ keep, core, pivot, vectors, dimension }: EncodedText): Uint8Array<ArrayBuffer> {
  const words = keep.length;
  const sentences = dimension === 0 ? 0 : vectors.length / dimension;
  const bytes = new Uint8Array(HEADER_BYTES + SCORES * words + sentences * (1 + dimension));
  const header = new DataView(bytes.buffer);
  for (const [place, value] of [MAGIC, words, sentences, dimension].entries()) header.setUint32(4 * place, value, true);
  for (const [place, scores] of [keep, core, pivot].entries()) {
    const offset = HEADER_BYTES + place * words;
    for (let word = 0; word < words; word += 1) {
      const score = scores[word] as number;
      bytes[offset + word] = score > 0 ? Math.round(Math.min(1, score) * STEPS) : 0;
    }
  }
  const exponents = new Int8Array(bytes.buffer, HEADER_BYTES + SCORES * words, sentences);
  const steps = new Int8Array(bytes.buffer, HEADER_BYTES + SCORES * words + sentences);
  stepRows(vectors, dimension, { steps, exponents });
  return bytes;
}

/**
 * Scores from bytes of {@link packScores}. The rows of vectors are of unit length to within a thousandth or so.
 *
 * @returns Undefined if the bytes are none: of another layout or length.
 */
export function unpackScores(bytes: Uint8Array): EncodedText | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [magic, words, sentences, dimension] = [0, 4, 8, 12].map((offset) => header.getUint32(offset, true)) as [
    number,
    number,
    number,
    number,
  ];
  if (magic !== MAGIC || bytes.length !== HEADER_BYTES + SCORES * words + sentences * (1 + dimension)) return undefined;
  const scoresAt = (place: number) => {
    const offset = HEADER_BYTES + place * words;
    const scores = new Float32Array(words);
    for (let word = 0; word < words; word += 1) scores[word] = (bytes[offset + word] as number) / STEPS;
    return scores;
  };
  const vectors = new Float32Array(sentences * dimension);
  const first = HEADER_BYTES + SCORES * words;
  for (let row = 0; row < sentences; row += 1) {
    const from = first + sentences + row * dimension;
    const scale = 2 ** header.getInt8(first + row);
    for (let at = 0; at < dimension; at += 1) vectors[row * dimension + at] = header.getInt8(from + at) * scale;
  }
  return { keep: scoresAt(0), core: scoresAt(1), pivot: scoresAt(2), vectors, dimension };
}

/** Scores as a cache will give them back: a text that was just encoded compresses exactly as a cached one. */
export function roundScores(scores: EncodedText): EncodedText {
  return unpackScores(packScores(scores)) as EncodedText;
}
