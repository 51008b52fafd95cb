import type { Encoder } from "../model/encoder.js";
import type { EncoderPair } from "../model/encoder-pair.js";
import type { SegmentedText } from "../text/segment.js";
import { unreadSentences } from "./unread.js";

/** Who reads a text. */
export interface Readers {
  /** Per sentence: 1 or 2, which model reads it; 0 if none knows its language. */
  readBy: Uint8Array;
  /** The models that are named there, with their numbers. */
  encoders: ReadonlyMap<number, Encoder>;
}

/**
 * Assigns each sentence to the first model if that knows its language, else to the second, if there is one.
 *
 * @param bySecond Whether one model is to read all it can, the second where there is one: so that its vectors can be compared.
 */
export async function assignReaders(
  source: SegmentedText & { text: string },
  { first, second }: EncoderPair,
  bySecond = false,
): Promise<Readers> {
  const sentences = source.sentences.length;
  if (bySecond && !second) return { readBy: new Uint8Array(sentences).fill(1), encoders: new Map([[1, first]]) };
  const foreign = bySecond ? new Uint8Array(sentences).fill(1) : await unreadSentences(source, first.model.manifest);
  if (!second || !foreign.includes(1)) {
    const readBy = foreign.map((isForeign) => 1 - isForeign);
    return { readBy, encoders: new Map(readBy.includes(1) ? [[1, first]] : []) };
  }
  const other = await second();
  const unread = await unreadSentences(source, other.model.manifest);
  const readBy = foreign.map((isForeign, sentence) => (isForeign ? 2 * (1 - (unread[sentence] as number)) : 1));
  const all: [number, Encoder][] = [
    [1, first],
    [2, other],
  ];
  return { readBy, encoders: new Map(all.filter(([number]) => readBy.includes(number))) };
}
