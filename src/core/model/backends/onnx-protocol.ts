import type { EncoderBatch, EncoderOutput } from "./backend.js";

/** What the inference thread is started with. */
export interface OnnxWorkerData {
  modelPath: string;
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
