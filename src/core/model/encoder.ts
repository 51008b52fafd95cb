import { BackendError } from "../errors.js";
import { segmentText } from "../text/segment.js";
import { breathe } from "../turn.js";
import type { EncodedDocument, EncodedText } from "../types.js";
import { untilAborted } from "../until-aborted.js";
import type { EncoderBackend } from "./backends/backend.js";
import { createBatcher, type WindowOutput } from "./batcher.js";
import type { LoadedModel } from "./manifest.js";
import { poolSentences } from "./sentence-vectors.js";
import { createPieceTokenizer, type DocumentPieces } from "./tokenizer.js";
import { cutWindows, questionWindows, type Window } from "./windows.js";

/** One loaded model with its batcher: texts go in, word scores and sentence vectors come out. */
export interface Encoder {
  readonly model: LoadedModel;
  readonly device: string;
  /** Length of a vector; 0 for models without. */
  readonly dimension: number;
  /** Encoder runs so far: windows of many callers share one. */
  readonly runs: number;
  /** Scores a segmented text: one pass, whatever is asked later. @throws BackendError */
  encode(document: Pick<EncodedDocument, "text" | "words" | "sentences">, signal?: AbortSignal): Promise<EncodedText>;
  /** The question's unit vector, `dimension` long; empty for models without vectors. @throws BackendError */
  encodeQuestion(question: string, signal?: AbortSignal): Promise<Float32Array>;
  /** Logits of one sequence as it is, special tokens included, `tokens x labels`. @throws BackendError */
  run(inputIds: Int32Array, signal?: AbortSignal): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Joins a checked model and a backend into an encoder. */
export function createEncoder(model: LoadedModel, backend: EncoderBackend, device: string): Encoder {
  const { manifest } = model;
  const tokenizer = createPieceTokenizer(model);
  const batcher = createBatcher(backend);
  const dimension = manifest.outputs.hidden === undefined ? 0 : (manifest.outputs.dimension ?? 0);
  const labels = manifest.outputs.labels.length;
  const readWord = manifest.outputs.labels[0] === "drop" ? readSoftmax : readSigmoids(labels);

  const encode: Encoder["encode"] = async ({ text, words, sentences }, signal) => {
    const keep = new Float32Array(words.length);
    const core = new Float32Array(words.length);
    const pivot = new Float32Array(words.length);
    const pieces = await tokenizer.piecesInTurns(text, words);
    const vectors = poolSentences(pieces, dimension > 0 ? sentences : [], dimension);
    const windows = cutWindows(pieces, sentences, manifest);
    await Promise.all(
      windows.map(async (window, place) => {
        const spans = vectors.spansOf(window);
        const output = await batcher.submit(window, { signal, spans });
        await breathe();
        checkOutput(window, output, labels, spans.length / 2, dimension);
        readScores(window, output, pieces, readWord, { keep, core, pivot });
        vectors.add(place, window, output);
      }),
    );
    return { keep, core, pivot, vectors: vectors.finish(), dimension };
  };

  const encodeQuestion: Encoder["encodeQuestion"] = async (question, signal) => {
    if (dimension === 0) return new Float32Array(0);
    const { words } = await segmentText(question);
    const pieces = await tokenizer.piecesInTurns(question, words);
    const windows = questionWindows(pieces, manifest);
    // The question is one sentence, whatever its words.
    const vector = poolSentences(pieces, [{ firstWord: 0, endWord: words.length }], dimension);
    const runs = windows.map((window) =>
      batcher.submit(window, { signal, urgent: true, spans: vector.spansOf(window) }),
    );
    const outputs = await untilAborted(Promise.all(runs), signal);
    await breathe();
    for (const [place, output] of outputs.entries()) {
      checkOutput(windows[place] as Window, output, labels, 1, dimension);
      vector.add(place, windows[place] as Window, output);
    }
    return vector.finish();
  };

  return {
    model,
    device,
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

type WordScores = Pick<EncodedText, "keep" | "core" | "pivot">;
type ReadWord = (logits: Float32Array, from: number, to: number) => Record<keyof WordScores, number>;

function readScores(
  window: Window,
  output: WindowOutput,
  pieces: DocumentPieces,
  readWord: ReadWord,
  { keep, core, pivot }: WordScores,
): void {
  const shift = window.firstPiece - (pieces.starts[window.firstWord] as number);
  for (let word = window.firstWord; word < window.endWord; word += 1) {
    const from = (pieces.starts[word] as number) + shift;
    const score = readWord(output.logits, from, (pieces.starts[word + 1] as number) + shift);
    // A score that is no number would rank as anything.
    checkNumber(score.keep + score.core + score.pivot);
    keep[word] = score.keep;
    core[word] = score.core;
    pivot[word] = score.pivot;
  }
}

/** A logit a label and piece: keep, core and, where there is a third, pivot. A word's is the mean of its pieces'. */
function readSigmoids(labels: number): ReadWord {
  const mean = (logits: Float32Array, label: number, from: number, to: number) => {
    let sum = 0;
    for (let piece = from; piece < to; piece += 1) sum += logits[labels * piece + label] as number;
    return sum / (to - from);
  };
  return (logits, from, to) => ({
    keep: sigmoid(mean(logits, 0, from, to)),
    core: sigmoid(mean(logits, 1, from, to)),
    pivot: labels > 2 ? sigmoid(mean(logits, 2, from, to)) : 0,
  });
}

/** Two logits a piece, drop and keep, as published: a word's probability is the mean of its pieces'. */
function readSoftmax(logits: Float32Array, from: number, to: number): ReturnType<ReadWord> {
  let keep = 0;
  for (let piece = from; piece < to; piece += 1) {
    keep += sigmoid((logits[2 * piece + 1] as number) - (logits[2 * piece] as number));
  }
  keep /= to - from;
  return { keep, core: keep, pivot: 0 };
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
