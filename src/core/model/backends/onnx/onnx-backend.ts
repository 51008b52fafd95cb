import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { BackendError, ModelLoadError } from "../../../errors.js";
import type { LoadedModel } from "../../load/manifest.js";
import type { EncoderBackend, EncoderBatch, EncoderOutput } from "../backend.js";
import type { OnnxWorkerData, OnnxWorkerReply } from "./onnx-protocol.js";
import { guardThread, releaseThread, stopThread } from "./thread-guard.js";

/** Where a model runs. `auto` takes the first GPU provider that loads, else the CPU. */
export type Device = "auto" | "cpu" | "cuda" | "webgpu" | "dml" | "coreml";

/** Which model runs where. */
export interface OnnxBackendOptions {
  model: LoadedModel;
  device: Exclude<Device, "auto">;
  /** Threads of the session. @default the machine's cores, at most 8 */
  threads?: number | undefined;
}

interface Pending {
  resolve(output: EncoderOutput): void;
  reject(error: BackendError): void;
}

/** A GPU is fed larger batches: padded tokens of one run. */
const GPU_BATCH_TOKENS = 16_384;

/**
 * onnxruntime-node in a worker thread of its own, since its `run()` blocks the thread it is called on.
 * Arrays cross the border by transfer.
 *
 * @throws ModelLoadError If the runtime is half installed, the device is absent, or the file is no model.
 */
export async function onnxBackend({ model, device, threads }: OnnxBackendOptions): Promise<EncoderBackend> {
  const { manifest, variant } = model;
  const state = guardThread();
  const data: OnnxWorkerData = {
    state,
    modelPath: model.modelPath,
    executionProvider: device,
    threads: threads ?? Math.min(8, availableParallelism()),
    padId: manifest.specialTokens.pad,
    inputs: { tokenTypeIds: manifest.tokenTypes !== "none" },
    outputs: { logits: manifest.outputs.logits, hidden: manifest.outputs.hidden },
  };
  const worker = startWorker(data);
  await ready(worker, state, model, device);

  const pending = new Map<number, Pending>();
  let nextId = 0;
  let broken: BackendError | undefined;
  const fail = (error: BackendError) => {
    releaseThread(state);
    broken ??= error;
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
    worker.unref();
  };
  worker.on("message", (reply: OnnxWorkerReply) => {
    if (reply.kind !== "output" && reply.kind !== "error") return;
    const call = pending.get(reply.id);
    pending.delete(reply.id);
    // An idle thread does not keep the process alive; a running call does.
    if (pending.size === 0) worker.unref();
    if (reply.kind === "output") call?.resolve(reply.output);
    else call?.reject(new BackendError(`The encoder failed: ${reply.message}`));
  });
  worker.on("error", (cause) => fail(new BackendError(`The encoder's thread died: ${cause.message}`, { cause })));
  worker.on("exit", (code) => fail(new BackendError(`The encoder's thread ended with exit code ${code}.`)));
  worker.unref();

  const isGpu = device !== "cpu";
  return {
    capabilities: {
      maxBatchRows: variant.maxBatchRows,
      maxBatchTokens: isGpu && variant.maxBatchRows > 1 ? GPU_BATCH_TOKENS : variant.maxBatchTokens,
      // One run in the session and one in its queue: the thread never idles between runs.
      concurrency: 2,
    },
    run(batch: EncoderBatch) {
      if (broken) return Promise.reject(broken);
      return new Promise<EncoderOutput>((resolve, reject) => {
        const id = nextId++;
        pending.set(id, { resolve, reject });
        worker.ref();
        const transfer = [batch.inputIds.buffer, batch.lengths.buffer];
        if (batch.tokenTypeIds) transfer.push(batch.tokenTypeIds.buffer);
        if (batch.spans) transfer.push(batch.spans.buffer);
        worker.postMessage({ id, batch }, transfer as ArrayBuffer[]);
      });
    },
    async dispose() {
      broken ??= new BackendError("The encoder was disposed of.");
      worker.removeAllListeners("exit");
      for (const { reject } of pending.values()) reject(broken);
      pending.clear();
      await stopThread(state);
      await worker.terminate();
    },
  };
}

function startWorker(workerData: OnnxWorkerData): Worker {
  return new Worker(new URL("./onnx-worker.js", import.meta.url), { workerData, name: "contextsieve", execArgv: [] });
}

async function ready(worker: Worker, state: Int32Array, model: LoadedModel, device: string): Promise<void> {
  const reply = await new Promise<OnnxWorkerReply>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  }).catch((cause) => ({ kind: "failed", stage: "runtime", message: String(cause) }) as const);
  if (reply.kind === "ready") return;
  releaseThread(state);
  await stopThread(state);
  await worker.terminate();
  const message = reply.kind === "failed" ? reply.message : "no answer";
  if (reply.kind === "failed" && reply.stage === "runtime") {
    throw new ModelLoadError(
      `Expected onnxruntime-node to be installed with its native library, got: ${message}. Install again with \`npm install --onnxruntime-node-install=skip\` (no download outside npm).`,
    );
  }
  throw new ModelLoadError(`Expected ${model.modelPath} to load on device \`${device}\`, got: ${message}.`);
}
