import { parentPort, workerData } from "node:worker_threads";
import type { InferenceSession, TypedTensor } from "onnxruntime-node";
import type { EncoderBatch, EncoderOutput } from "./backend.js";

/** What the thread is started with. */
export interface OnnxWorkerData {
  modelPath: string;
  executionProvider: string;
  threads: number;
  /** Value of padding tokens. */
  padId: number;
  inputs: { tokenTypeIds: boolean };
  outputs: { logits: string; hidden?: string | undefined };
}

export type OnnxWorkerRequest = { id: number; batch: EncoderBatch };
export type OnnxWorkerReply =
  | { kind: "ready" }
  | { kind: "failed"; stage: "runtime" | "session"; message: string }
  | { kind: "output"; id: number; output: EncoderOutput }
  | { kind: "error"; id: number; message: string };

type Runtime = typeof import("onnxruntime-node");

const port = parentPort;
if (port) void serve(workerData as OnnxWorkerData);

async function serve(data: OnnxWorkerData): Promise<void> {
  const reply = (message: OnnxWorkerReply, transfer: ArrayBuffer[] = []) => port?.postMessage(message, transfer);
  let runtime: Runtime;
  try {
    const module = await import("onnxruntime-node");
    runtime = (module as { default?: Runtime }).default ?? module;
  } catch (cause) {
    reply({ kind: "failed", stage: "runtime", message: String(cause) });
    return;
  }
  let session: InferenceSession;
  try {
    session = await runtime.InferenceSession.create(data.modelPath, {
      executionProviders: [data.executionProvider],
      intraOpNumThreads: data.threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
    });
  } catch (cause) {
    reply({ kind: "failed", stage: "session", message: String(cause) });
    return;
  }
  // Runs follow one another: onnxruntime's run() blocks its thread, which is why it has one of its own.
  let last = Promise.resolve();
  port?.on("message", (request: OnnxWorkerRequest) => {
    last = last.then(async () => {
      try {
        const output = await run(runtime, session, data, request.batch);
        const transfer = [output.logits.buffer as ArrayBuffer];
        if (output.hidden) transfer.push(output.hidden.buffer as ArrayBuffer);
        reply({ kind: "output", id: request.id, output }, transfer);
      } catch (cause) {
        reply({ kind: "error", id: request.id, message: String(cause) });
      }
    });
  });
  reply({ kind: "ready" });
}

async function run(
  runtime: Runtime,
  session: InferenceSession,
  data: OnnxWorkerData,
  batch: EncoderBatch,
): Promise<EncoderOutput> {
  const { rows, length, lengths } = batch;
  const mask = new Int32Array(rows * length);
  for (let row = 0; row < rows; row += 1) {
    const end = row * length + (lengths[row] as number);
    mask.fill(1, row * length, end);
    if (data.padId !== 0) batch.inputIds.fill(data.padId, end, (row + 1) * length);
  }
  const tensor = (values: Int32Array) => new runtime.Tensor("int64", widen(values), [rows, length]);
  const feeds: Record<string, TypedTensor<"int64">> = {
    input_ids: tensor(batch.inputIds),
    attention_mask: tensor(mask),
  };
  if (data.inputs.tokenTypeIds) feeds.token_type_ids = tensor(batch.tokenTypeIds ?? new Int32Array(rows * length));
  const results = await session.run(feeds);
  const logits = results[data.outputs.logits];
  if (!logits) throw new Error(`the model has no output \`${data.outputs.logits}\``);
  const hidden = data.outputs.hidden === undefined ? undefined : results[data.outputs.hidden];
  return {
    logits: own(logits.data as Float32Array),
    labels: logits.dims[2] as number,
    ...(hidden ? { hidden: own(hidden.data as Float32Array) } : {}),
    dimension: hidden ? (hidden.dims[2] as number) : 0,
  };
}

/** int32 values as int64 tensor data: little-endian low words at even places. */
function widen(values: Int32Array): BigInt64Array {
  const wide = new BigInt64Array(values.length);
  const halves = new Int32Array(wide.buffer);
  for (let index = 0; index < values.length; index += 1) halves[2 * index] = values[index] as number;
  return wide;
}

/** The values in an ArrayBuffer of their own, so that it can be transferred. */
function own(values: Float32Array): Float32Array {
  const whole = values.byteOffset === 0 && values.byteLength === values.buffer.byteLength;
  return whole && values.buffer instanceof ArrayBuffer ? values : values.slice();
}
