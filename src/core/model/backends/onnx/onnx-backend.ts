import { availableParallelism } from "node:os";
import type { RealDevice } from "../../devices/device.js";
import { cudaEnvironment, findRuntime } from "../../devices/runtime-files.js";
import type { LoadedModel, ModelVariant } from "../../load/manifest.js";
import type { EncoderBackend, EncoderBatch } from "../backend.js";
import type { SessionData } from "./onnx-protocol.js";
import { type OnnxSession, openSession } from "./onnx-session.js";
import { type SessionHost, startHost } from "./session-host.js";

/** Which model runs where. */
export interface OnnxBackendOptions {
  model: LoadedModel;
  device: RealDevice;
  /** Threads of the session. @default the machine's cores, at most 8 */
  threads?: number | undefined;
  /** A host that was started ahead of time. @default a new one */
  host?: Promise<SessionHost> | undefined;
  /** Called while the session opens: what this thread can do in that time. */
  meanwhile?: (() => void) | undefined;
}

/** Runs in flight: one in the session and one in its queue, so that the thread never idles between runs. */
const RUNS_ON_CPU = 2;
/** A GPU is done with a run sooner than its answer is taken apart here: more of them wait. */
const RUNS_ON_GPU = 4;
/**
 * Padded tokens of a run on the CPU, unless a single window is longer: larger runs are no faster there, and leave the
 * runtime's allocator with large pieces that the next shape cannot use (bench/README.md, "Memory of the runtime").
 */
const TOKENS_ON_CPU = 256;

/**
 * onnxruntime-node in a thread of its own, since its `run()` blocks the thread it is called on; in a process of its
 * own if this is no main thread. Arrays cross the border by transfer, or are copied. A thread that died is
 * replaced by the next run; the runs that were in it fail.
 *
 * @throws ModelLoadError If the runtime is half installed, the device is absent, or the file is no model.
 */
export async function onnxBackend({
  model,
  device,
  threads,
  host,
  meanwhile,
}: OnnxBackendOptions): Promise<EncoderBackend> {
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
  const environment = device === "cuda" ? cudaEnvironment((await findRuntime()).folder) : undefined;
  let session = await openSession(host ?? startHost(environment), data, meanwhile);
  let opening: Promise<OnnxSession> | undefined;
  let isDisposed = false;

  const reopen = async (): Promise<OnnxSession> => {
    opening ??= openSession(startHost(environment), data).finally(() => {
      opening = undefined;
    });
    session = await opening;
    return session;
  };

  return {
    capabilities: {
      maxBatchRows: variant.maxBatchRows,
      maxBatchTokens:
        device === "cpu"
          ? Math.min(variant.maxBatchTokens, Math.max(TOKENS_ON_CPU, manifest.window.maxTokens))
          : variant.maxBatchTokens,
      concurrency: device === "cpu" ? RUNS_ON_CPU : RUNS_ON_GPU,
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
