import { ModelLoadError } from "../../errors.js";
import type { EncoderBackend } from "../backends/backend.js";
import { loadFolder } from "../load/load-folder.js";
import type { LoadedModel } from "../load/manifest.js";
import { type Device, type DeviceOutcome, REAL_DEVICES, type RealDevice } from "./device.js";
import { type DeviceMemory, openDeviceMemory, type Pace } from "./device-memory.js";
import { measurePace } from "./measure-pace.js";
import { openBackend } from "./open-backend.js";
import { probeDevice } from "./probe-device.js";

/** Which model is to run where. */
export interface DeviceRequest {
  /** Model folder. */
  folder: string;
  device: Device;
  dtype?: string | undefined;
  threads?: number | undefined;
}

/** A model on a device, ready to run. */
export interface ModelOnDevice {
  model: LoadedModel;
  backend: EncoderBackend;
  device: RealDevice;
  /** Why it is this device, where that was not the caller's choice. */
  reason?: string | undefined;
}

/** Where shorter windows fill a run's tokens, there are this many tokens to a window at least. */
const SHORT_WINDOW = 32;

/**
 * Opens a model on the device that is asked for; `auto` is what runs it fastest here.
 *
 * @throws ModelLoadError If the model, the runtime or the device that was named cannot be had.
 */
export async function openOnDevice(request: DeviceRequest): Promise<ModelOnDevice> {
  const { device } = request;
  if (device === "cpu") return open(request, "cpu");
  const memory = await openDeviceMemory();
  if (device === "auto") return openFastest(request, memory);
  const outcome = await outcomeOf(device, memory, "presence");
  if (!outcome.isAvailable) throw absent(device, outcome);
  return openOnGpu(request, device, memory);
}

/**
 * Whether a device can be used here, and if not, why.
 *
 * @param believes Which memories are believed: a driver that was missing may have come since.
 */
async function outcomeOf(
  device: RealDevice,
  memory: DeviceMemory,
  believes: "presence" | "all",
): Promise<DeviceOutcome> {
  const known = await memory.outcome(device);
  if (known && (known.isAvailable || believes === "all")) return known;
  const outcome = await probeDevice(device);
  await memory.keepOutcome(device, outcome);
  return outcome;
}

/** How fast the model runs there: as remembered, or measured in a session that is closed again. @throws ModelLoadError */
export async function paceOn(request: DeviceRequest, device: RealDevice, memory: DeviceMemory): Promise<Pace> {
  const { model, backend } = await open(request, device);
  try {
    return await paceOf(model, backend, device, request.threads, memory);
  } finally {
    await backend.dispose();
  }
}

async function openFastest(request: DeviceRequest, memory: DeviceMemory): Promise<ModelOnDevice> {
  const others: RealDevice[] = [];
  const absences: string[] = [];
  for (const device of REAL_DEVICES.filter((name) => name !== "cpu")) {
    const { isAvailable, reason } = await outcomeOf(device, memory, "all");
    if (isAvailable) others.push(device);
    else absences.push(`${device}: ${reason}`);
  }
  if (others.length === 0) return { ...(await open(request, "cpu")), reason: `no other here (${absences.join("; ")})` };

  const paces: [device: RealDevice, pace: number][] = [];
  for (const device of ["cpu", ...others] as const) {
    try {
      paces.push([device, (await paceOn(request, device, memory)).tokensPerSecond]);
    } catch (error) {
      // The tiny graph ran there, and this model does not. On the CPU it has to.
      if (!(error instanceof Error) || device === "cpu") throw error;
    }
  }
  paces.sort(([, a], [, b]) => b - a);
  const [[fastest] = ["cpu" as const]] = paces;
  const reason = `fastest here (${paces.map(([device, pace]) => `${device} ${pace} tokens/s`).join(", ")})`;
  return { ...(await (fastest === "cpu" ? open(request, "cpu") : openOnGpu(request, fastest, memory))), reason };
}

/** With runs of the size that pays on this device: measured once. */
async function openOnGpu(request: DeviceRequest, device: RealDevice, memory: DeviceMemory): Promise<ModelOnDevice> {
  const opened = await open(request, device);
  const { model, backend } = opened;
  // Its windows run alone whatever the device.
  if (model.variant.maxBatchRows === 1) return opened;
  try {
    const { batchTokens } = await paceOf(model, backend, device, request.threads, memory);
    const maxBatchRows = Math.max(model.variant.maxBatchRows, Math.floor(batchTokens / SHORT_WINDOW));
    const capabilities = { ...backend.capabilities, maxBatchTokens: batchTokens, maxBatchRows };
    return { ...opened, backend: { ...backend, capabilities } };
  } catch (error) {
    await backend.dispose();
    throw error;
  }
}

async function open({ folder, dtype, threads }: DeviceRequest, device: RealDevice): Promise<ModelOnDevice> {
  const model = await loadFolder(folder, dtype, device !== "cpu");
  return { model, backend: await openBackend(model, device, threads), device };
}

async function paceOf(
  model: LoadedModel,
  backend: EncoderBackend,
  device: RealDevice,
  threads: number | undefined,
  memory: DeviceMemory,
): Promise<Pace> {
  const key = `${model.fingerprint} ${device === "cpu" ? (threads ?? "all threads") : ""}`.trim();
  const known = await memory.pace(device, key);
  if (known) return known;
  const { maxBatchRows, maxBatchTokens } = model.variant;
  const rowsOnCpu = Math.max(1, Math.min(maxBatchRows, Math.floor(maxBatchTokens / model.manifest.window.maxTokens)));
  const isAlone = maxBatchRows === 1;
  const pace = await measurePace(
    backend,
    model,
    device === "cpu" ? { firstRows: rowsOnCpu, mostRows: rowsOnCpu } : isAlone ? { mostRows: 1 } : {},
  );
  await memory.keepPace(device, key, pace);
  return pace;
}

function absent(device: RealDevice, { reason, remedy }: DeviceOutcome): ModelLoadError {
  const advice = remedy === undefined ? "" : ` To have it: ${remedy}.`;
  return new ModelLoadError(`Expected device \`${device}\` on this machine, got none: ${reason}.${advice}`);
}
