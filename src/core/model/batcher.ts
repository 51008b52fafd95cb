import Queue from "yocto-queue";
import { BackendError } from "../errors.js";
import type { Labels } from "../runtime/telemetry.js";
import { onAbort } from "../runtime/until-aborted.js";
import type { EncoderBackend, EncoderOutput } from "./backends/backend.js";
import { sumSpans } from "./backends/onnx/sum-spans.js";
import { startRun } from "./run-measures.js";
import { countDone, countGiven } from "./window-progress.js";
import type { Window } from "./windows.js";

/** What the encoder said of one window, without padding. */
export interface WindowOutput {
  /** Logits, `tokens x labels`. */
  logits: Float32Array;
  /** Sums of the hidden states over the spans asked for, `spans x dimension`. */
  sums: Float32Array;
}

/** How a window waits for its run. */
export interface SubmitOptions {
  signal?: AbortSignal | undefined;
  /** Questions go before documents: they are short, and a caller waits for them. @default false */
  isQuestion?: boolean | undefined;
  /** Stretches of the window's tokens whose hidden states are to be summed, `[from, to]` each. */
  spans?: Int32Array | undefined;
}

/** Gathers the windows of all callers of a process into batches. */
export interface Batcher {
  /** @throws BackendError If the backend failed. The signal's reason if it was aborted. */
  submit(window: Window, options?: SubmitOptions): Promise<WindowOutput>;
  /** Windows that wait for a run. */
  readonly waiting: number;
  /** Runs so far. */
  readonly runs: number;
}

interface Entry {
  window: Window;
  /** When it joined the queue, as `performance.now()` says. */
  queuedMs: number;
  spans: Int32Array;
  signal: AbortSignal | undefined;
  resolve(output: WindowOutput): void;
  reject(error: unknown): void;
}

/** Windows looked at for one batch: the sort is bounded, so that every window is run in the end. */
const LOOKAHEAD = 256;
/** Most windows of documents in the queue. When it is full, `submit` waits until there is room. */
const MAX_WAITING = 4096;
const NO_SPANS = new Int32Array(0);

/**
 * The queue of text-embeddings-inference for this core: the oldest window leads each batch, the windows
 * nearest to it in length join while `longest x count` stays under the backend's padded tokens, no batch
 * waits to be full, and an aborted window is dropped when it would be run.
 *
 * @param labels What its measurements are labelled with.
 */
export function createBatcher(backend: EncoderBackend, labels: Labels = {}): Batcher {
  const { maxBatchRows, maxBatchTokens, concurrency } = backend.capabilities;
  const questions: Entry[] = [];
  const documents: Entry[] = [];
  /** Resumes the calls of `submit` that wait until there is room, in order. */
  const waitingForRoom = new Queue<() => void>();
  /** Calls that were resumed, but whose windows are not in the queue yet. */
  let admitted = 0;
  let running = 0;
  let runs = 0;

  const pump = () => {
    while (running < concurrency) {
      let batch = nextBatch(questions, maxBatchRows, maxBatchTokens);
      if (batch.length === 0) batch = nextBatch(documents, maxBatchRows, maxBatchTokens);
      // There is room when windows leave for a run, and when aborted ones are dropped.
      admit();
      if (batch.length === 0) return;
      running += 1;
      runs += 1;
      void run(batch).finally(() => {
        running -= 1;
        pump();
      });
    }
  };

  const admit = () => {
    for (; waitingForRoom.size > 0 && documents.length + admitted < MAX_WAITING; admitted += 1) {
      waitingForRoom.dequeue()?.();
    }
  };

  const run = async (batch: Entry[]): Promise<void> => {
    const waiters = watchWaiters(batch);
    try {
      const length = Math.max(...batch.map((entry) => entry.window.inputIds.length));
      const packed = pack(batch, length);
      const measured = startRun(batch, length, labels);
      // The backend takes ownership of the arrays.
      const spans = Int32Array.from(packed.spans);
      const output = await backend.run(packed, waiters.signal);
      measured?.end();
      checkSize(output, batch.length * length, spans.length / 3);
      const sums = sumsOf(output, length, spans);
      let span = 0;
      for (const [row, entry] of batch.entries()) {
        const first = span;
        span += entry.spans.length / 2;
        entry.resolve({
          logits: rowOf(output, row, length, entry.window.inputIds.length),
          sums: sums.subarray(first * output.dimension, span * output.dimension),
        });
      }
    } catch (cause) {
      const error =
        cause instanceof BackendError ? cause : new BackendError(`The encoder failed: ${String(cause)}`, { cause });
      for (const entry of batch) entry.reject(error);
    } finally {
      waiters.forget();
    }
  };

  // Windows submitted in one turn are batched together: `pump` runs after the turn's code.
  let pumpScheduled = false;
  const schedulePump = () => {
    if (pumpScheduled) return;
    pumpScheduled = true;
    queueMicrotask(() => {
      pumpScheduled = false;
      pump();
    });
  };

  const submit: Batcher["submit"] = async (window, options = {}) => {
    options.signal?.throwIfAborted();
    const queuedMs = performance.now();
    if (!options.isQuestion && documents.length + admitted >= MAX_WAITING) {
      await new Promise<void>((resolve) => waitingForRoom.enqueue(resolve));
      admitted -= 1;
      if (options.signal?.aborted) {
        admit();
        throw options.signal.reason;
      }
    }
    return new Promise<WindowOutput>((resolve, reject) => {
      const { signal, spans = NO_SPANS } = options;
      (options.isQuestion ? questions : documents).push({ window, queuedMs, spans, signal, resolve, reject });
      schedulePump();
    });
  };

  return {
    submit(window, options = {}) {
      if (options.isQuestion) return submit(window, options);
      countGiven();
      return submit(window, options).finally(countDone);
    },
    get waiting() {
      return questions.length + documents.length;
    },
    get runs() {
      return runs;
    },
  };
}

function nextBatch(queue: Entry[], maxRows: number, maxTokens: number): Entry[] {
  let near: Entry[] = [];
  while (near.length === 0 && queue.length > 0) near = queue.splice(0, LOOKAHEAD).filter(isWanted);
  const head = near[0];
  if (!head) return [];
  const lengthOf = (entry: Entry) => entry.window.inputIds.length;
  const ranked = near
    .map((entry, index) => ({ entry, index, distance: Math.abs(lengthOf(entry) - lengthOf(head)) }))
    .sort((a, b) => a.distance - b.distance || a.index - b.index);
  const chosen = new Set<Entry>();
  let longest = 0;
  for (const { entry } of ranked) {
    const length = Math.max(longest, lengthOf(entry));
    if (chosen.size > 0 && (chosen.size >= maxRows || length * (chosen.size + 1) > maxTokens)) break;
    longest = length;
    chosen.add(entry);
  }
  queue.unshift(...near.filter((entry) => !chosen.has(entry)));
  return near.filter((entry) => chosen.has(entry));
}

/** False for an aborted window, whose caller is told so. */
function isWanted({ signal, reject }: Entry): boolean {
  if (!signal?.aborted) return true;
  reject(signal.reason);
  return false;
}

/** A signal that is aborted when all the callers of a batch have given it up; none if one of them cannot. */
function watchWaiters(batch: readonly Entry[]): { signal: AbortSignal | undefined; forget(): void } {
  const signals = new Set(batch.map(({ signal }) => signal));
  const gone = new AbortController();
  let waiting = signals.size;
  const onGone = () => {
    waiting -= 1;
    if (waiting === 0) gone.abort(batch[0]?.signal?.reason);
  };
  const forget = [...signals].map((signal) => signal && onAbort(signal, onGone));
  return {
    signal: signals.has(undefined) ? undefined : gone.signal,
    forget() {
      for (const end of forget) end?.();
    },
  };
}

function pack(batch: readonly Entry[], length: number) {
  const inputIds = new Int32Array(batch.length * length);
  const tokenTypeIds = new Int32Array(batch.length * length);
  const lengths = new Int32Array(batch.length);
  const spans: number[] = [];
  for (const [row, { window, spans: own }] of batch.entries()) {
    inputIds.set(window.inputIds, row * length);
    tokenTypeIds.set(window.tokenTypeIds, row * length);
    lengths[row] = window.inputIds.length;
    for (let at = 0; at < own.length; at += 2) spans.push(row, own[at] as number, own[at + 1] as number);
  }
  return { rows: batch.length, length, inputIds, tokenTypeIds, lengths, spans: Int32Array.from(spans) };
}

function checkSize({ logits, labels, hidden, sums, dimension }: EncoderOutput, tokens: number, spans: number): void {
  const isWhole =
    logits.length === tokens * labels &&
    (!hidden || hidden.length === tokens * dimension) &&
    (!sums || sums.length === spans * dimension);
  if (isWhole) return;
  throw new BackendError(
    `Expected the encoder to answer for ${tokens} tokens and ${spans} sums, got ${logits.length} logits of ${labels} labels, ${hidden?.length ?? 0} values of vectors and ${sums?.length ?? 0} of sums of ${dimension}.`,
  );
}

function sumsOf({ hidden, sums, dimension }: EncoderOutput, length: number, spans: Int32Array): Float32Array {
  if (sums) return sums;
  return hidden ? sumSpans(hidden, length, dimension, spans) : new Float32Array(0);
}

/** The logits of one row, without padding. */
function rowOf({ logits, labels }: EncoderOutput, row: number, length: number, tokens: number): Float32Array {
  return logits.subarray(row * length * labels, (row * length + tokens) * labels);
}
