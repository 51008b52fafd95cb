import { sigmoid } from "../../log-odds.js";
import { readHeads } from "../../model/heads.js";
import type { Chunk } from "./chunks.js";
import type { ForcedString } from "./sections.js";
import type { CheckpointTokenizer } from "./tokenizer.js";

/**
 * Gives P(keep) for each token of each sequence. A sequence is complete: what is around its content is
 * part of it. The answer has one probability per token of the sequence, special tokens included.
 */
export type KeepScorer = (sequences: readonly Int32Array[], signal?: AbortSignal) => Promise<Float32Array[]>;

/** Runs one sequence and gives its logits, `tokens x labels`. */
export type LogitsRunner = (inputIds: Int32Array, signal?: AbortSignal) => Promise<Float32Array>;

/**
 * A scorer on any encoder.
 *
 * @param run Runs one sequence; many run at once, so that a batcher can gather them.
 * @param labels The manifest's labels.
 */
export function keepScorer(run: LogitsRunner, labels: readonly string[]): KeepScorer {
  const { keepLogit } = readHeads(labels);
  return async (sequences, signal) =>
    Promise.all(
      sequences.map(async (sequence) => {
        const logits = await run(sequence, signal);
        return Float32Array.from(sequence, (_, token) => sigmoid(keepLogit(logits, token)));
      }),
    );
}

/**
 * Scores chunks. A forced string outside the vocabulary is read as its ordinary pieces (none for a line
 * feed), so that the model sees text as it was trained on; the reference gives it a random embedding.
 *
 * @returns Per chunk, P(keep) per item; NaN for forced strings, which need none.
 */
export async function scoreChunks(
  chunks: readonly Chunk[],
  forced: readonly ForcedString[],
  tokenizer: CheckpointTokenizer,
  maxSequenceTokens: number,
  score: KeepScorer,
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const forcedIds = forced.map(({ text }) => tokenizer.tokenize(text).map(tokenizer.id));
  const sequences = chunks.map((chunk) => sequenceOf(chunk, forcedIds, tokenizer, maxSequenceTokens));
  const scores = await score(
    sequences.map(({ inputIds }) => inputIds),
    signal,
  );
  return sequences.map(({ places }, index) =>
    Float32Array.from(places, (place) => (place < 0 ? Number.NaN : ((scores[index] as Float32Array)[place] as number))),
  );
}

/** Input ids of a chunk, and the place of each item in them; -1 for forced strings. */
function sequenceOf(
  { items }: Chunk,
  forcedIds: readonly (readonly number[])[],
  tokenizer: CheckpointTokenizer,
  maxSequenceTokens: number,
): { inputIds: Int32Array; places: Int32Array } {
  // A full chunk without an end token leaves no room for the closing token.
  const closing = items.length <= maxSequenceTokens - 2 ? [tokenizer.last] : [];
  const room = maxSequenceTokens - 1 - closing.length;
  const expanded = items.reduce((sum, item) => sum + (idsOf(item.forced, forcedIds)?.length ?? 1), 0);
  const ids = [tokenizer.first];
  const places = items.map((item) => {
    const pieces = idsOf(item.forced, forcedIds);
    if (!pieces) return ids.push(tokenizer.id(item.piece)) - 1;
    // Pieces that would push text out of the sequence give way to one unknown token.
    ids.push(...(expanded <= room ? pieces : [tokenizer.id(tokenizer.unknown)]));
    return -1;
  });
  return { inputIds: Int32Array.from([...ids, ...closing]), places: Int32Array.from(places) };
}

function idsOf(forced: number | undefined, forcedIds: readonly (readonly number[])[]): readonly number[] | undefined {
  return forced === undefined ? undefined : forcedIds[forced];
}
