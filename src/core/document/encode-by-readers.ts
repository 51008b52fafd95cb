import { runSliced } from "../runtime/event-loop.js";
import type { SegmentedText } from "../text/segment.js";
import type { EncodedText } from "../types.js";
import type { Readers } from "./assign-readers.js";
import { partOf, type Reading, readingOf, scoresOfSource, wholeOf } from "./reading.js";

/** A text with its words and sentences. */
type CutText = SegmentedText & { text: string };

/**
 * Scores a text; of an outlined one, what is read in its place. A text of two models is read in two parts, each by the
 * model that knows its language.
 */
export async function encodeByReaders(
  source: CutText,
  { encoders, readBy }: Readers,
  signal: AbortSignal,
): Promise<EncodedText> {
  const { outline } = source;
  const [only] = encoders.values();
  if (only && encoders.size === 1) {
    if (!outline) return only.encode(source, signal);
    const reading = await runSliced(readingOf({ ...source, outline }));
    return scoresOfSource(source, reading, await only.encode(reading, signal));
  }
  const whole: Reading = outline ? await runSliced(readingOf({ ...source, outline })) : wholeOf(source);
  const parts = await Promise.all(
    [...encoders].map(async ([reader, encoder]) => {
      const part = partOf(whole, (sentence) => readBy[sentence] === reader);
      return [reader, scoresOfSource(source, part, await encoder.encode(part, signal))] as const;
    }),
  );
  return joinParts(source, new Map(parts), readBy);
}

/** Takes each sentence's scores from the part that holds it; of those that none holds, from any: they say nothing. */
function joinParts({ sentences }: CutText, parts: ReadonlyMap<number, EncodedText>, readBy: Uint8Array): EncodedText {
  const joined = parts.values().next().value as EncodedText;
  const { dimension } = joined;
  for (const [index, { firstWord, endWord }] of sentences.entries()) {
    const part = parts.get(readBy[index] as number);
    if (!part || part === joined) continue;
    joined.keep.set(part.keep.subarray(firstWord, endWord), firstWord);
    joined.core.set(part.core.subarray(firstWord, endWord), firstWord);
    joined.pivot.set(part.pivot.subarray(firstWord, endWord), firstWord);
    joined.vectors.set(part.vectors.subarray(index * dimension, (index + 1) * dimension), index * dimension);
  }
  return joined;
}

/** What is known of a text that no model reads: scores that say nothing, and vectors of zeros. */
export function unreadText(source: Pick<CutText, "words" | "sentences">, dimension: number): EncodedText {
  const nothing: Reading = partOf(wholeOf({ text: "", ...source }), () => false);
  const empty = new Float32Array(0);
  return scoresOfSource(source, nothing, { keep: empty, core: empty, pivot: empty, vectors: empty, dimension });
}
