// How far the same model is apart from itself in two places: scores and vectors as they come, before they are rounded.
import type { Encoder } from "../src/core/model/encoder.js";
import { type EncoderRequest, leaseEncoder } from "../src/core/model/encoder-pool.js";
import { runSliced } from "../src/core/runtime/event-loop.js";
import { cutWords } from "../src/core/text/segment.js";

/** What was compared, and the largest differences. */
export interface Comparison {
  texts: number;
  words: number;
  scores: number;
  vectors: number;
}

/** Encodes the texts in both places; each text is one sentence. */
export async function compareEncoders(
  first: EncoderRequest,
  second: EncoderRequest,
  texts: readonly string[],
): Promise<Comparison> {
  const leases = [await leaseEncoder(first), await leaseEncoder(second)];
  try {
    const [own, others] = await Promise.all(leases.map(({ encoder }) => encodeAll(encoder, texts)));
    const compared: Comparison = { texts: texts.length, words: 0, scores: 0, vectors: 0 };
    for (const [place, text] of (own ?? []).entries()) {
      const other = others?.[place];
      compared.words += text.keep.length;
      for (const name of ["keep", "core", "pivot"] as const) {
        compared.scores = Math.max(compared.scores, farthest(text[name], other?.[name]));
      }
      compared.vectors = Math.max(compared.vectors, farthest(text.vectors, other?.vectors));
    }
    return compared;
  } finally {
    for (const lease of leases) await lease.release();
  }
}

function encodeAll(encoder: Encoder, texts: readonly string[]) {
  return Promise.all(
    texts.map(async (text) => {
      const words = await runSliced(cutWords(text));
      const sentence = { kind: "prose", start: 0, end: text.length, firstWord: 0, endWord: words.length } as const;
      return encoder.encode({ text, words, sentences: [sentence] });
    }),
  );
}

function farthest(own: ArrayLike<number>, other?: ArrayLike<number>): number {
  if (own.length !== other?.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let at = 0; at < own.length; at += 1) {
    most = Math.max(most, Math.abs((own[at] as number) - (other[at] as number)));
  }
  return most;
}
