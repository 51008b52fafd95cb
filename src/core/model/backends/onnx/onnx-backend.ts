import { availableParallelism } from "node:os";
import type { LoadedModel, ModelVariant } from "../../load/manifest.js";
import type { EncoderBackend, EncoderBatch } from "../backend.js";
import { type OnnxSession, openSession } from "./onnx-session.js";
import type { SessionData } from "./session-host.js";

/** Where a model runs. `auto` takes the first GPU provider that loads, else the CPU. */
export type Device = "auto" | "cpu" | "cuda" | "webgpu" | "dml" | "coreml";

/** Which model runs where. */
export interface OnnxBackendOptions {
  model: LoadedModel;
  device: Exclude<Device, "auto">;
  /** Threads of the session. @default the machine's cores, at most 8 */
  threads?: number | undefined;
}

/** A GPU is fed larger batches: padded tokens of one run. */
const GPU_BATCH_TOKENS = 16_384;

/**
 * onnxruntime-node in a thread of its own, since its `run()` blocks the thread it is called on; in a process of its
 * own if this is no main thread. Arrays cross the border by transfer, or are copied. A thread that died is
 * replaced by the next run; the runs that were in it fail.
 *
 * @throws ModelLoadError If the runtime is half installed, the device is absent, or the file is no model.
 */
export async function onnxBackend({ model, device, threads }: OnnxBackendOptions): Promise<EncoderBackend> {
  const { manifest, variant } = model;
  const data: SessionData = {
    modelPath: model.modelPath,
    dataFiles: dataFilesOf(variant),
    executionProvider: device,
    threads: threads ?? Math.min(8, availableParallelism()),
    padId: manifest.specialTokens.pad,
    inputs: { tokenTypeIds: manifest.tokenTypes !== "none" },
    outputs: { logits: manifest.outputs.logits, hidden: manifest.outputs.hidden },
  };
  let session = await openSession(data);
  let opening: Promise<OnnxSession> | undefined;
  let isDisposed = false;

  const reopen = async (): Promise<OnnxSession> => {
    opening ??= openSession(data).finally(() => {
      opening = undefined;
    });
    session = await opening;
    return session;
  };

  const isGpu = device !== "cpu";
  return {
    capabilities: {
      maxBatchRows: variant.maxBatchRows,
      maxBatchTokens: isGpu && variant.maxBatchRows > 1 ? GPU_BATCH_TOKENS : variant.maxBatchTokens,
      // One run in the session and one in its queue: the thread never idles between runs.
      concurrency: 2,
    },
    async run(batch: EncoderBatch) {
      const alive = session.failure && !isDisposed ? await reopen() : session;
      return alive.run(batch);
    },
    async dispose() {
      isDisposed = true;
      // One that is being opened is ended, too.
      await opening?.catch(() => undefined);
      await session.dispose();
    },
  };
}

/** Where weights lie that are not in the graph's own file: as the manifest says, or as converters name it. */
function dataFilesOf({ file, data }: ModelVariant): string[] {
  const nameOf = (path: string) => path.split("/").at(-1) as string;
  return [...new Set([`${file}_data`, `${file}.data`, ...(data === undefined ? [] : [data])].map(nameOf))];
}
