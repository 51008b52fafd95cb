import type { EncoderBackend } from "./backends/backend.js";
import { type DeviceRequest, openOnDevice } from "./devices/open-on-device.js";
import { createEncoder, type Encoder } from "./encoder.js";
import { loadFolder, realFolder } from "./load/load-folder.js";
import { joinedFingerprint, type LoadedModel } from "./load/manifest.js";

/** Which encoder a caller wants. */
export interface EncoderRequest extends DeviceRequest {
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
 * Encoders of this process by (model, device, dtype, threads, sessions). Kept under a global symbol, so that two
 * copies of this package in one process still share one session.
 */
const POOL = Symbol.for("contextsieve.encoders.v1");
const holder = globalThis as { [POOL]?: Map<string, Shared> };
holder[POOL] ??= new Map();
const pool = holder[POOL];

/**
 * Opens an encoder, or takes a share in one that is open.
 *
 * @throws ModelLoadError Where the model, the runtime or the device cannot be had.
 */
export async function leaseEncoder(request: EncoderRequest): Promise<EncoderLease> {
  if (request.backend) {
    const model = await loadFolder(request.folder, request.dtype, false);
    const backend = await request.backend(model);
    const encoder = await openEncoder(answeredBy(backend, model), backend, "custom");
    return { encoder, release: () => encoder.dispose() };
  }
  const folder = await realFolder(request.folder);
  const { device, dtype = "", threads = 0, sessions = 1 } = request;
  const key = JSON.stringify([folder, device, dtype, threads, sessions]);
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

async function open(request: EncoderRequest): Promise<Encoder> {
  const { model, backend, device, reason } = await openOnDevice(request);
  return openEncoder(model, backend, device, reason);
}

/** An encoder over the backend; a backend that cannot be used is not left open. */
async function openEncoder(
  model: LoadedModel,
  backend: EncoderBackend,
  device: string,
  reason?: string,
): Promise<Encoder> {
  try {
    return createEncoder(model, backend, device, reason);
  } catch (error) {
    await backend.dispose();
    throw error;
  }
}

/** The model as a caller's backend runs it: its scores are not those of the local files, whatever its name is. */
function answeredBy({ identity = "custom" }: EncoderBackend, model: LoadedModel): LoadedModel {
  return { ...model, fingerprint: joinedFingerprint([model.fingerprint, identity]) };
}
