import type { EncoderBatch, EncoderOutput } from "../backend.js";

/**
 * State of the thread, in the first slot of its `state`. Terminating a worker during a native run aborts the process.
 * Before terminating it, move the state from `idle` to `stopped`.
 */
export const ThreadState = { idle: 0, running: 1, stopped: 2 } as const;

/** What the inference thread is started with: it loads the runtime before it is told what to open. */
export interface OnnxWorkerData {
  /** One {@link ThreadState}, in shared memory. Starts as `running`: the runtime is being loaded. */
  state: Int32Array;
}

/** What a session is made of. */
export interface SessionData {
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

/** What the inference thread is told: once what to open, then batches; an answer carries its batch's id. */
export type OnnxWorkerRequest = { kind: "open"; data: SessionData } | { kind: "run"; id: number; batch: EncoderBatch };

/** What the inference thread says: once that it is ready or why not, then an answer to each batch. */
export type OnnxWorkerReply =
  | { kind: "ready" }
  | { kind: "failed"; stage: "runtime" | "session"; message: string }
  | { kind: "output"; id: number; output: EncoderOutput }
  | { kind: "error"; id: number; message: string };
