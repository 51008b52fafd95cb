import type { Encoder } from "./encoder.js";
import type { EncoderPair } from "./encoder-pair.js";

/** Questions that are remembered, and the longest of them in code units. */
const MOST_QUESTIONS = 256;
const LONGEST_QUESTION = 2048;

/** The remembering form of each encoder: the sieves that share it share what it remembers. */
const remembering = new WeakMap<Encoder, Encoder>();

/**
 * The models, with the vectors of their last questions remembered: an agent asks the same of many tool results, a
 * retriever and a compressor the same of the same model.
 */
export function rememberQuestions({ first, second }: EncoderPair): EncoderPair {
  return { first: remember(first), second: second && (async () => remember(await second())) };
}

function remember(encoder: Encoder): Encoder {
  const known = remembering.get(encoder);
  if (known) return known;
  const own = Object.create(encoder, {
    encodeQuestion: { value: rememberVectors((text, signal) => encoder.encodeQuestion(text, signal)) },
  }) as Encoder;
  remembering.set(encoder, own);
  return own;
}

/**
 * Remembers the last vectors of an encoder's questions.
 *
 * @param encode Called for a text that is not known. What it fails with is not remembered.
 */
export function rememberVectors(encode: Encoder["encodeQuestion"]): Encoder["encodeQuestion"] {
  const known = new Map<string, Float32Array>();
  return async (text, signal) => {
    signal?.throwIfAborted();
    const vector = known.get(text) ?? (await encode(text, signal));
    if (text.length > LONGEST_QUESTION) return vector;
    // The latest is the last to go.
    known.delete(text);
    known.set(text, vector);
    if (known.size > MOST_QUESTIONS) known.delete(known.keys().next().value as string);
    return vector.slice();
  };
}
