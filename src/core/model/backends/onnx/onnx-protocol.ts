import type { EncoderBatch, EncoderOutput } from "../backend.js";

/**
 * State of the thread, in the first slot of its `state`. Terminating a worker during a native run aborts the process.
 * Before terminating it, move the state from `idle` to `stopped`.
 */
export const ThreadState = { idle: 0, running: 1, stopped: 2 } as const;

/** What the inference thread is started with. */
export interface OnnxWorkerData {
  /** One {@link ThreadState}, in shared memory. Starts as `running`: the session is being made. */
  state: Int32Array;
  modelPath: string;
  /** Names of the files beside it that its weights may lie in. */
  dataFiles: string[];
  executionProvider: string;
  threads: number;
  /** Value of padding tokens. */
  padId: number;
  inputs: { tokenTypeIds: boolean };
  outputs: { logits: string; hidden?: string | undefined };
}

/** One batch for the inference thread; its answer carries the same id. */
export interface OnnxWorkerRequest {
  id: number;
  batch: EncoderBatch;
}

/** What the inference thread says: once that it is ready or why not, then an answer to each request. */
export type OnnxWorkerReply =
  | { kind: "ready" }
  | { kind: "failed"; stage: "runtime" | "session"; message: string }
  | { kind: "output"; id: number; output: EncoderOutput }
  | { kind: "error"; id: number; message: string };
