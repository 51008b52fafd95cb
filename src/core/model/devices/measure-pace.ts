import type { EncoderBackend, EncoderBatch } from "../backends/backend.js";
import type { LoadedModel } from "../load/manifest.js";
import type { Pace } from "./device-memory.js";

/** A larger run has to gain so much, as a factor, to be worth its memory and its wait. */
const WORTH = 1.05;
/** Sizes in a row that gain nothing, after which no larger one is tried. */
const MOST_WITHOUT_GAIN = 2;
/** Padded tokens of the largest run that is tried. */
const MOST_TOKENS = 32_768;
/** No larger run is tried after so long, in milliseconds. */
const LONGEST_MEASURE_MS = 4_000;

/** A clock may be coarse: no run is taken to be shorter, in milliseconds. */
const SHORTEST_RUN_MS = 1e-3;

/** How the sizes of runs are tried. */
export interface PaceOptions {
  /** Windows of the first run, doubled each time. @default 1 */
  firstRows?: number;
  /** Most windows of a run. @default as many as there is room for */
  mostRows?: number;
  /** Runs of each size that are timed; the fastest counts. @default 1 */
  timedRuns?: number;
  /** The clock, in milliseconds. */
  now?: () => number;
}

/**
 * Measures how fast a backend runs a model, by windows of full length, in runs of more and more of them, each after one
 * that warms it up: a shape that is new may be compiled first.
 *
 * @throws BackendError If not even the first can be run.
 */
export async function measurePace(
  backend: Pick<EncoderBackend, "run">,
  { manifest }: Pick<LoadedModel, "manifest">,
  options: PaceOptions = {},
): Promise<Pace> {
  const { firstRows = 1, mostRows = Number.POSITIVE_INFINITY, timedRuns = 1, now = () => performance.now() } = options;
  const length = manifest.window.maxTokens;
  const started = now();
  const best: Pace = { tokensPerSecond: 0, batchTokens: length };
  let withoutGain = 0;
  for (let rows = firstRows; rows <= mostRows && rows * length <= Math.max(MOST_TOKENS, length); rows *= 2) {
    let shortest = Number.POSITIVE_INFINITY;
    try {
      for (let run = 0; run <= timedRuns; run += 1) {
        const from = now();
        await backend.run(fullBatch(rows, length, manifest.specialTokens.unk));
        // The first one warms up.
        if (run > 0) shortest = Math.min(shortest, now() - from);
      }
    } catch (error) {
      if (best.tokensPerSecond === 0) throw error;
      // Too large for the device's memory.
      break;
    }
    const tokensPerSecond = Math.max(1, Math.round((1000 * rows * length) / Math.max(shortest, SHORTEST_RUN_MS)));
    const isWorth = tokensPerSecond > best.tokensPerSecond * WORTH;
    withoutGain = isWorth ? 0 : withoutGain + 1;
    if (isWorth) Object.assign(best, { tokensPerSecond, batchTokens: rows * length });
    if (withoutGain >= MOST_WITHOUT_GAIN || now() - started > LONGEST_MEASURE_MS) break;
  }
  return best;
}

/** Windows without padding, whose hidden states are summed where they are, as a document's. */
function fullBatch(rows: number, length: number, token: number): EncoderBatch {
  return {
    rows,
    length,
    inputIds: new Int32Array(rows * length).fill(token),
    lengths: new Int32Array(rows).fill(length),
    tokenTypeIds: new Int32Array(rows * length),
    spans: Int32Array.from(Array.from({ length: rows }, (_, row) => [row, 0, length]).flat()),
  };
}
