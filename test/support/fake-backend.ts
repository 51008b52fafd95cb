import type { BackendCapabilities, EncoderBackend, EncoderBatch, EncoderOutput } from "../../src/core/index.js";
import { FAKE_DIMENSION } from "./fake-model.js";

export interface FakeBackendOptions extends Partial<BackendCapabilities> {
  /** Length of the hidden states; 0 for none. */
  dimension?: number;
  /** Logits per token. @default 2 */
  labels?: number;
  /** Called before each run with its number from 0; what it throws or rejects with fails the run. */
  before?: (run: number, batch: EncoderBatch) => unknown;
}

export interface FakeBackend extends EncoderBackend {
  /** Lengths of the real rows of each run so far. */
  readonly batches: number[][];
  /** Padded tokens of each run so far. */
  readonly paddedTokens: number[];
  readonly disposals: number;
  /** Most runs that were in flight at once. */
  readonly mostInFlight: number;
}

/**
 * An encoder that computes nothing but hashes: the logits of a token come from its id, its neighbours', its
 * place and its type; its hidden state from its id and its neighbours'. So what it says of a row never
 * depends on the other rows, equal texts are equal, and different texts are far apart.
 */
export function fakeBackend(options: FakeBackendOptions = {}): FakeBackend {
  const {
    maxBatchTokens = 1024,
    maxBatchRows = 16,
    concurrency = 2,
    dimension = FAKE_DIMENSION,
    labels = 2,
    before,
  } = options;
  const batches: number[][] = [];
  const paddedTokens: number[] = [];
  let disposals = 0;
  let inFlight = 0;
  let mostInFlight = 0;
  return {
    capabilities: { maxBatchTokens, maxBatchRows, concurrency },
    batches,
    paddedTokens,
    get disposals() {
      return disposals;
    },
    get mostInFlight() {
      return mostInFlight;
    },
    async run(batch) {
      const run = batches.push([...batch.lengths]) - 1;
      paddedTokens.push(batch.rows * batch.length);
      inFlight += 1;
      mostInFlight = Math.max(mostInFlight, inFlight);
      try {
        await before?.(run, batch);
        // As a thread's answer would, this one comes in a turn of its own.
        await new Promise(setImmediate);
        return hashed(batch, dimension, labels);
      } finally {
        inFlight -= 1;
      }
    },
    async dispose() {
      disposals += 1;
    },
  };
}

function hashed(
  { rows, length, inputIds, tokenTypeIds, lengths }: EncoderBatch,
  dimension: number,
  labels: number,
): EncoderOutput {
  const logits = new Float32Array(rows * length * labels);
  const hidden = new Float32Array(rows * length * dimension);
  for (let row = 0; row < rows; row += 1) {
    const end = lengths[row] as number;
    for (let place = 0; place < end; place += 1) {
      const at = row * length + place;
      const id = (offset: number) =>
        place + offset < 0 || place + offset >= end ? -1 : (inputIds[at + offset] as number);
      const near = mix(mix(id(-1), id(0)), id(1));
      const here = mix(mix(near, place), tokenTypeIds?.[at] ?? 0);
      logits[labels * at] = 6 * unit(here) - 3;
      for (let label = 1; label < labels; label += 1) {
        logits[labels * at + label] = 6 * unit(mix(here, 76 + label)) - 4.5;
      }
      for (let column = 0; column < dimension; column += 1) {
        hidden[at * dimension + column] = 2 * unit(mix(near, column)) - 1;
      }
    }
    // Padding holds nothing of meaning: whoever reads it finds out.
    logits.fill(Number.NaN, labels * (row * length + end), labels * (row + 1) * length);
    hidden.fill(Number.NaN, dimension * (row * length + end), dimension * (row + 1) * length);
  }
  return { logits, labels, dimension, ...(dimension > 0 ? { hidden } : {}) };
}

/** Two numbers into one of 32 bits (the finaliser of MurmurHash3). */
function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function unit(hash: number): number {
  return (hash >>> 0) / 2 ** 32;
}
