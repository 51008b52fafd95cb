import { availableParallelism } from "node:os";
import { allOrNone } from "../../../runtime/all-or-none.js";
import type { RealDevice } from "../../devices/device.js";
import { cudaEnvironment, findRuntime } from "../../devices/runtime-files.js";
import type { LoadedModel, ModelVariant } from "../../load/manifest.js";
import type { EncoderBackend, EncoderBatch } from "../backend.js";
import { lastingSession } from "./lasting-session.js";
import type { SessionData } from "./onnx-protocol.js";
import { openSession } from "./onnx-session.js";
import { type SessionHost, startHost } from "./session-host.js";

/** Which model runs where. */
export interface OnnxBackendOptions {
  model: LoadedModel;
  device: RealDevice;
  /** Threads of all sessions together. @default the machine's cores, at most 8 */
  threads?: number | undefined;
  /** Sessions on the CPU, at most one for each thread, which they share. Elsewhere there is one. @default 1 */
  sessions?: number | undefined;
  /** A host that was started ahead of time. @default a new one */
  host?: Promise<SessionHost> | undefined;
  /** Called while the session opens: what this thread can do in that time. */
  meanwhile?: (() => void) | undefined;
}

/** Runs in flight for each session: one in the session and one in its queue, so that the thread never idles between runs. */
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
  sessions = 1,
  host,
  meanwhile,
}: OnnxBackendOptions): Promise<EncoderBackend> {
  const { manifest, variant } = model;
  const total = threads ?? Math.min(8, availableParallelism());
  const count = device === "cpu" ? Math.min(sessions, total) : 1;
  const data: SessionData = {
    modelPath: model.modelPath,
    dataFiles: dataFilesOf(variant),
    executionProvider: device,
    threads: Math.floor(total / count),
    padId: manifest.specialTokens.pad,
    inputs: { tokenTypeIds: manifest.tokenTypes !== "none" },
    outputs: { logits: manifest.outputs.logits, hidden: manifest.outputs.hidden },
  };
  const environment = device === "cuda" ? cudaEnvironment((await findRuntime()).folder) : undefined;
  const open = () => openSession(startHost(environment), data);
  const opened = await allOrNone(
    [openSession(host ?? startHost(environment), data, meanwhile), ...Array.from({ length: count - 1 }, open)],
    (session) => session.dispose(),
  );
  const all = opened.map((session) => lastingSession(session, open));

  return {
    capabilities: {
      maxBatchRows: variant.maxBatchRows,
      maxBatchTokens:
        device === "cpu"
          ? Math.min(variant.maxBatchTokens, Math.max(TOKENS_ON_CPU, manifest.window.maxTokens))
          : variant.maxBatchTokens,
      concurrency: (device === "cpu" ? RUNS_ON_CPU : RUNS_ON_GPU) * count,
    },
    run(batch: EncoderBatch) {
      return all.reduce((least, session) => (session.busy < least.busy ? session : least)).run(batch);
    },
    async dispose() {
      await Promise.all(all.map((session) => session.dispose()));
    },
  };
}

/** Where weights lie that are not in the graph's own file: as the manifest says, or as converters name it. */
function dataFilesOf({ file, data }: ModelVariant): string[] {
  const nameOf = (path: string) => path.split("/").at(-1) as string;
  return [...new Set([`${file}_data`, `${file}.data`, ...(data === undefined ? [] : [data])].map(nameOf))];
}
