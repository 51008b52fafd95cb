import type { EncoderBackend } from "../backends/backend.js";
import { createQueue, inQueue, type Queue } from "../backends/one-at-a-time.js";
import { type OnnxBackendOptions, onnxBackend } from "../backends/onnx/onnx-backend.js";
import { createTurns } from "../backends/take-turns.js";
import type { LoadedModel } from "../load/manifest.js";
import { prepareTokenizer } from "../piece-tokenizer.js";
import type { RealDevice } from "./device.js";

/** What else may be said of a session. */
export interface BackendOptions extends Pick<OnnxBackendOptions, "threads" | "sessions" | "host"> {
  /** Called while the session opens, once the tokenizer is made. */
  meanwhile?: ((model: LoadedModel) => void) | undefined;
}

/** Sessions on the CPU that have as many threads take turns: each is given all of them. */
const turns = new Map<number | undefined, ReturnType<typeof createTurns>>();

/**
 * All work of a process on WebGPU: two sessions that run at once end it
 * (https://github.com/microsoft/onnxruntime/issues/32561). Kept under a global symbol, for two copies of this package.
 */
const WEBGPU_QUEUE = Symbol.for("contextsieve.webgpu.v1");
const holder = globalThis as { [WEBGPU_QUEUE]?: Queue };

/**
 * A session on a device, which goes well with the other sessions of the process there.
 *
 * @throws ModelLoadError
 */
export async function openBackend(
  model: LoadedModel,
  device: RealDevice,
  { threads, sessions, host, meanwhile }: BackendOptions = {},
): Promise<EncoderBackend> {
  const prepare = () => {
    prepareTokenizer(model);
    meanwhile?.(model);
  };
  const open = () => onnxBackend({ model, device, threads, sessions, host, meanwhile: prepare });
  if (device === "webgpu") {
    holder[WEBGPU_QUEUE] ??= createQueue();
    return inQueue(holder[WEBGPU_QUEUE], open);
  }
  if (device !== "cpu") return open();
  const takeTurns = turns.get(threads) ?? createTurns();
  turns.set(threads, takeTurns);
  return takeTurns(await open());
}
