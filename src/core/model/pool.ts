import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ModelLoadError } from "../errors.js";
import { loadCheckpoint } from "../hub/load.js";
import type { EncoderBackend } from "./backends/backend.js";
import { type Device, onnxBackend } from "./backends/onnx.js";
import { createEncoder, type Encoder } from "./encoder.js";
import { joinedFingerprint, type LoadedModel, loadModel } from "./manifest.js";

/** The model that ships inside the package. */
export const BUNDLED_MODEL = fileURLToPath(new URL("../../../models/contextsieve-small", import.meta.url));

/** Which encoder a caller wants. */
export interface EncoderRequest {
  /** Model folder. */
  folder: string;
  device: Device;
  dtype?: string | undefined;
  threads?: number | undefined;
  /** Opens a backend other than onnxruntime-node: a server, or the caller's own. Such an encoder is not shared. */
  backend?: ((model: LoadedModel) => EncoderBackend | Promise<EncoderBackend>) | undefined;
}

/** A claim on a shared encoder; the last one to release it disposes of it. */
export interface EncoderLease {
  encoder: Encoder;
  release(): Promise<void>;
}

interface Shared {
  encoder: Promise<Encoder>;
  leases: number;
}

/**
 * Encoders of this process by (model, device, dtype, threads). Kept under a global symbol, so that two
 * copies of this package in one process still share one session.
 */
const POOL = Symbol.for("contextsieve.encoders.v1");
const holder = globalThis as { [POOL]?: Map<string, Shared> };
holder[POOL] ??= new Map();
const pool = holder[POOL];

/** GPU providers that `auto` tries, in order, by platform. */
const AUTO_DEVICES: Record<string, readonly Exclude<Device, "auto" | "cpu">[]> = {
  linux: ["cuda"],
  win32: ["cuda", "dml"],
  darwin: [],
};

/**
 * Opens an encoder, or takes a share in one that is open.
 *
 * @throws ModelLoadError Where the model, the runtime or the device cannot be had.
 */
export async function leaseEncoder(request: EncoderRequest): Promise<EncoderLease> {
  if (request.backend) {
    const model = await load(request.folder, request.dtype);
    const encoder = await joined(model, request.backend(model), "custom", true);
    return { encoder, release: () => encoder.dispose() };
  }
  const folder = await realpath(request.folder).catch(() => request.folder);
  const key = JSON.stringify([folder, request.device, request.dtype ?? "", request.threads ?? 0]);
  let shared = pool.get(key);
  if (!shared) {
    shared = { encoder: open(request), leases: 0 };
    pool.set(key, shared);
    shared.encoder.catch(() => pool.delete(key));
  }
  const entry = shared;
  entry.leases += 1;
  try {
    const encoder = await entry.encoder;
    let released = false;
    return {
      encoder,
      async release() {
        if (released) return;
        released = true;
        entry.leases -= 1;
        if (entry.leases > 0) return;
        if (pool.get(key) === entry) pool.delete(key);
        await encoder.dispose();
      },
    };
  } catch (error) {
    entry.leases -= 1;
    throw error;
  }
}

async function open({ folder, device, dtype, threads }: EncoderRequest): Promise<Encoder> {
  const model = await load(folder, dtype, device === "auto" ? "cpu" : device);
  if (device !== "auto") return joined(model, onnxBackend({ model, device, threads }), device);
  for (const candidate of AUTO_DEVICES[process.platform] ?? []) {
    try {
      const own = await load(folder, dtype, candidate);
      return await joined(own, onnxBackend({ model: own, device: candidate, threads }), candidate);
    } catch (error) {
      // `auto` means: whatever of these is there. `sieve.info.device` says what came out.
      if (!(error instanceof ModelLoadError)) throw error;
    }
  }
  return joined(model, onnxBackend({ model, device: "cpu", threads }), "cpu");
}

/** A model folder, or a published checkpoint's ONNX conversion, which has no manifest. */
async function load(folder: string, dtype: string | undefined, device: Device = "cpu"): Promise<LoadedModel> {
  const isCheckpoint = !existsSync(join(folder, "manifest.json")) && existsSync(join(folder, "config.json"));
  if (isCheckpoint) return loadCheckpoint(folder, dtype);
  const model = await loadModel(folder, dtype);
  // Integer products are the CPU's; a GPU has its own graph over the same weights, where the model brings one.
  return dtype === undefined && device !== "cpu" && model.manifest.variants.gpu ? loadModel(folder, "gpu") : model;
}

/** An encoder over the backend; a backend that cannot be used is not left open. */
async function joined(
  model: LoadedModel,
  opening: EncoderBackend | Promise<EncoderBackend>,
  device: string,
  isForeign = false,
): Promise<Encoder> {
  const backend = await opening;
  try {
    return createEncoder(isForeign ? answeredBy(backend, model) : model, backend, device);
  } catch (error) {
    await backend.dispose();
    throw error;
  }
}

/** The model as somebody else runs it: what comes back are not the local files' scores, whatever it calls itself. */
function answeredBy({ identity = "custom" }: EncoderBackend, model: LoadedModel): LoadedModel {
  return { ...model, fingerprint: joinedFingerprint([model.fingerprint, identity]) };
}
