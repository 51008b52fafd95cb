import { availableParallelism } from "node:os";
import * as onnxruntime from "onnxruntime-node";
import type { LoadedModel } from "../../src/core/model/load/manifest.js";
import type { Window } from "../../src/core/model/windows.js";

/** How windows are put into runs: padded tokens of a run, and the most windows. */
export interface Schedule {
  maxTokens: number;
  maxRows: number;
}

/** The feeds of one run, made ahead: the session's time is all that is measured. */
export type Feeds = Record<string, onnxruntime.Tensor>;

/** Schedules to choose the best from: one window a run, and windows of like length together. */
export const SCHEDULES: readonly Schedule[] = [
  { maxTokens: 0, maxRows: 1 },
  { maxTokens: 512, maxRows: 64 },
  { maxTokens: 1024, maxRows: 64 },
  { maxTokens: 2048, maxRows: 64 },
  { maxTokens: 4096, maxRows: 64 },
];

/** A session of onnxruntime-node with nothing around it, with as many threads as the library uses, waiting as they do by default. */
export async function openBareSession({ modelPath }: LoadedModel): Promise<onnxruntime.InferenceSession> {
  return onnxruntime.InferenceSession.create(modelPath, {
    executionProviders: ["cpu"],
    intraOpNumThreads: Math.min(8, availableParallelism()),
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  });
}

/** Packs windows into runs, sorted by length so that little is padded. */
export function packRuns(windows: readonly Window[], { manifest }: LoadedModel, schedule: Schedule): Feeds[] {
  const sorted = [...windows].sort((a, b) => a.inputIds.length - b.inputIds.length);
  const runs: Window[][] = [];
  let current: Window[] = [];
  for (const window of sorted) {
    const isFull =
      current.length >= schedule.maxRows || window.inputIds.length * (current.length + 1) > schedule.maxTokens;
    if (current.length > 0 && isFull) {
      runs.push(current);
      current = [];
    }
    current.push(window);
  }
  if (current.length > 0) runs.push(current);
  return runs.map((run) => feedsOf(run, manifest.specialTokens.pad, manifest.tokenTypes !== "none"));
}

/** Milliseconds of all runs, one after another. */
export async function timeRuns(session: onnxruntime.InferenceSession, runs: readonly Feeds[]): Promise<number> {
  const started = performance.now();
  for (const feeds of runs) await session.run(feeds);
  return performance.now() - started;
}

function feedsOf(run: readonly Window[], pad: number, hasTypes: boolean): Feeds {
  const length = Math.max(...run.map(({ inputIds }) => inputIds.length));
  const ids = new BigInt64Array(run.length * length).fill(BigInt(pad));
  const mask = new BigInt64Array(run.length * length);
  const types = new BigInt64Array(run.length * length);
  for (const [row, { inputIds, tokenTypeIds }] of run.entries()) {
    ids.set(Array.from(inputIds, BigInt), row * length);
    types.set(Array.from(tokenTypeIds, BigInt), row * length);
    mask.fill(1n, row * length, row * length + inputIds.length);
  }
  const tensor = (values: BigInt64Array) => new onnxruntime.Tensor("int64", values, [run.length, length]);
  return {
    input_ids: tensor(ids),
    attention_mask: tensor(mask),
    ...(hasTypes ? { token_type_ids: tensor(types) } : {}),
  };
}
