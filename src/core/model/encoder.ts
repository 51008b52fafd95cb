import { BackendError } from "../errors.js";
import { runSliced, yieldToEventLoop } from "../runtime/event-loop.js";
import { endTogether, untilAborted } from "../runtime/until-aborted.js";
import { cutWords } from "../text/segment.js";
import type { EncodedDocument, EncodedText } from "../types.js";
import type { EncoderBackend } from "./backends/backend.js";
import { createBatcher, type WindowOutput } from "./batcher.js";
import { type Heads, readHeads, type WordScores } from "./heads.js";
import type { LoadedModel } from "./load/manifest.js";
import { type DocumentPieces, pieceTokenizerOf } from "./piece-tokenizer.js";
import { poolSentences } from "./sentence-vectors.js";
import { cutWindows, questionWindows, type Window } from "./windows.js";

/** A text as the encoder takes it. */
export interface EncoderInput extends Pick<EncodedDocument, "text" | "words" | "sentences"> {
  /** One flag per sentence: read alone, without its neighbours. @default none */
  apart?: Uint8Array | undefined;
}

/** One loaded model with its batcher: texts go in, word scores and sentence vectors come out. */
export interface Encoder {
  readonly model: LoadedModel;
  readonly device: string;
  /** Why it is this device, where that was not the caller's choice. */
  readonly deviceReason: string | undefined;
  /** Length of a vector; 0 for models without. */
  readonly dimension: number;
  /** Encoder runs so far: windows of many callers share one. */
  readonly runs: number;
  /** Scores a segmented text: one pass, whatever is asked later. @throws BackendError */
  encode(document: EncoderInput, signal?: AbortSignal): Promise<EncodedText>;
  /** The question's unit vector, `dimension` long; empty for models without vectors. @throws BackendError */
  encodeQuestion(question: string, signal?: AbortSignal): Promise<Float32Array>;
  /** Logits of one sequence as it is, special tokens included, `tokens x labels`. @throws BackendError */
  run(inputIds: Int32Array, signal?: AbortSignal): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Joins a checked model and a backend into an encoder. */
export function createEncoder(
  model: LoadedModel,
  backend: EncoderBackend,
  device: string,
  deviceReason?: string,
): Encoder {
  const { manifest } = model;
  const tokenizer = pieceTokenizerOf(model);
  const batcher = createBatcher(backend, { device, model: manifest.name });
  const dimension = manifest.outputs.hidden === undefined ? 0 : (manifest.outputs.dimension ?? 0);
  const heads = readHeads(manifest.outputs.labels);

  const encode: Encoder["encode"] = async ({ text, words, sentences, apart }, signal) => {
    const keep = new Float32Array(words.length);
    const core = new Float32Array(words.length);
    const pivot = new Float32Array(words.length);
    const pieces = await tokenizer.piecesSliced(text, words);
    const vectors = poolSentences(pieces, dimension > 0 ? sentences : [], dimension);
    const windows = cutWindows(pieces, sentences, manifest, { apart });
    const read = async (window: Window, place: number, own: AbortSignal) => {
      const spans = vectors.spansOf(window);
      const output = await batcher.submit(window, { signal: own, spans });
      await yieldToEventLoop();
      checkOutput(window, output, heads.labels, spans.length / 2, dimension);
      readScores(window, output, pieces, heads, { keep, core, pivot });
      vectors.add(place, window, output);
    };
    // If one window fails, the others leave the queue at once.
    await endTogether(signal, (own) => Promise.all(windows.map((window, place) => read(window, place, own))));
    return { keep, core, pivot, vectors: vectors.finish(), dimension };
  };

  const encodeQuestion: Encoder["encodeQuestion"] = async (question, signal) => {
    if (dimension === 0) return new Float32Array(0);
    const words = await runSliced(cutWords(question));
    const pieces = await tokenizer.piecesSliced(question, words);
    const windows = questionWindows(pieces, manifest);
    // The question is one sentence, whatever its words.
    const vector = poolSentences(pieces, [{ firstWord: 0, endWord: words.length }], dimension);
    const runs = windows.map((window) =>
      batcher.submit(window, { signal, isQuestion: true, spans: vector.spansOf(window) }),
    );
    const outputs = await untilAborted(Promise.all(runs), signal);
    await yieldToEventLoop();
    for (const [place, output] of outputs.entries()) {
      checkOutput(windows[place] as Window, output, heads.labels, 1, dimension);
      vector.add(place, windows[place] as Window, output);
    }
    return vector.finish();
  };

  return {
    model,
    device,
    deviceReason,
    dimension,
    get runs() {
      return batcher.runs;
    },
    encode,
    encodeQuestion,
    async run(inputIds, signal) {
      const tokenTypeIds = new Int32Array(inputIds.length);
      const window: Window = { inputIds, tokenTypeIds, firstWord: 0, endWord: 0, firstPiece: 0 };
      return (await batcher.submit(window, { signal })).logits;
    },
    dispose: () => backend.dispose(),
  };
}

/** The manifest's labels a piece, and sums of vectors of its length. */
function checkOutput(
  { inputIds }: Window,
  { logits, sums }: WindowOutput,
  labels: number,
  sentences: number,
  dimension: number,
): void {
  if (logits.length !== labels * inputIds.length || sums.length !== sentences * dimension) {
    throw new BackendError(
      `Expected ${labels} logits for each of ${inputIds.length} tokens and ${sentences} sums of vectors of ${dimension}, got ${logits.length} and ${sums.length} values.`,
    );
  }
}

function checkNumber(value: number): void {
  if (!Number.isFinite(value)) {
    throw new BackendError("Expected the encoder to answer with finite numbers, got NaN or Infinity.");
  }
}

function readScores(
  window: Window,
  output: WindowOutput,
  pieces: DocumentPieces,
  heads: Heads,
  { keep, core, pivot }: Pick<EncodedText, keyof WordScores>,
): void {
  const shift = window.firstPiece - (pieces.starts[window.firstWord] as number);
  for (let word = window.firstWord; word < window.endWord; word += 1) {
    const from = (pieces.starts[word] as number) + shift;
    const score = heads.wordScores(output.logits, from, (pieces.starts[word + 1] as number) + shift);
    // A score that is no number would rank as anything.
    checkNumber(score.keep + score.core + score.pivot);
    keep[word] = score.keep;
    core[word] = score.core;
    pivot[word] = score.pivot;
  }
}
