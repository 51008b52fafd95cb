import type { EncodedText } from "../types.js";

/** "CSv3": the layout of {@link packScores}. */
const MAGIC = 0x43537633;
/** Magic, words, sentences, dimension. */
const HEADER_BYTES = 16;
/** Scores per word: keep, core, pivot. */
const SCORES = 3;
/** Steps of a probability. 0.5 lies between two of them, so that no score crosses it. */
const STEPS = 255;
/** Largest number of a vector, in steps. */
const MOST_STEPS = 127;
/** No number of a vector, but far below what overflows when it is rounded up. */
const MOST_NUMBER = 2 ** 100;
/** What fits in a byte. */
const LEAST_EXPONENT = -128;

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
  for (let row = 0; row < sentences; row += 1) {
    const from = row * dimension;
    const exponent = exponentOf(vectors, from, from + dimension);
    if (exponent === undefined) continue;
    exponents[row] = exponent;
    const scale = 2 ** -exponent;
    for (let at = from; at < from + dimension; at += 1) steps[at] = Math.round((vectors[at] as number) * scale);
  }
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
    return Float32Array.from(bytes.subarray(offset, offset + words), (steps) => steps / STEPS);
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

/**
 * The power of two in whose steps a row's largest number is 127 at most, and more than half of that: so that it is the
 * same for the rounded row. Undefined for a row of zeros, or of what is no number.
 */
function exponentOf(vectors: Float32Array, from: number, to: number): number | undefined {
  let largest = 0;
  for (let at = from; at < to; at += 1) largest = Math.max(largest, Math.abs(vectors[at] as number));
  if (!(largest > 0 && largest < MOST_NUMBER)) return undefined;
  let exponent = Math.max(LEAST_EXPONENT, Math.ceil(Math.log2(largest / MOST_STEPS)) - 1);
  while (Math.round(largest * 2 ** -exponent) > MOST_STEPS) exponent += 1;
  return exponent;
}
