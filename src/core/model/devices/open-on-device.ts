import { ModelLoadError, SieveError } from "../../errors.js";
import type { EncoderBackend } from "../backends/backend.js";
import { startHost } from "../backends/onnx/session-host.js";
import { loadFolder } from "../load/load-folder.js";
import type { LoadedModel } from "../load/manifest.js";
import { type Device, type DeviceOutcome, REAL_DEVICES, type RealDevice } from "./device.js";
import { type DeviceMemory, openDeviceMemory, type Pace } from "./device-memory.js";
import { measurePace, type PaceOptions } from "./measure-pace.js";
import { type BackendOptions, openBackend } from "./open-backend.js";
import { probeDevice } from "./probe-device.js";

/** Which model is to run where. */
export interface DeviceRequest {
  /** Model folder. */
  folder: string;
  device: Device;
  dtype?: string | undefined;
  threads?: number | undefined;
  sessions?: number | undefined;
  /** Called while the session opens: what this thread can do in that time. */
  meanwhile?: BackendOptions["meanwhile"];
}

/** A model on a device, ready to run. */
export interface ModelOnDevice {
  model: LoadedModel;
  backend: EncoderBackend;
  device: RealDevice;
  /** Why it is this device, where that was not the caller's choice. */
  reason?: string | undefined;
}

/** What a device is worth to a model here. */
export interface DeviceReport extends DeviceOutcome, Partial<Pace> {
  device: RealDevice;
}

/** Where shorter windows fill a run's tokens, there are this many tokens to a window at least. */
const SHORT_WINDOW = 32;
const TIMED_RUNS_ON_CPU = 3;

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

/**
 * What every device of {@link REAL_DEVICES} is worth here, found out anew, and remembered.
 *
 * @throws ModelLoadError If the model or the runtime cannot be had.
 */
export async function inspectDevices(request: Omit<DeviceRequest, "device">): Promise<DeviceReport[]> {
  const memory = await openDeviceMemory();
  const reports: DeviceReport[] = [];
  for (const device of REAL_DEVICES) {
    const outcome = await probeDevice(device);
    await memory.keepOutcome(device, outcome);
    reports.push({ device, ...(outcome.isAvailable ? await examine(request, device, memory) : outcome) });
  }
  return reports;
}

/** A device on which the tiny graph ran may still not run the model. */
async function examine(
  request: Omit<DeviceRequest, "device">,
  device: RealDevice,
  memory: DeviceMemory,
): Promise<DeviceOutcome & Partial<Pace>> {
  try {
    return { isAvailable: true, ...(await paceOn(request, device, memory, true)) };
  } catch (error) {
    // Without the CPU there is nothing to report.
    if (!(error instanceof SieveError) || device === "cpu") throw error;
    return { isAvailable: false, reason: error.message };
  }
}

/** How fast the model runs there, in a session that is closed again: as remembered, unless that is to be renewed. */
async function paceOn(
  request: Omit<DeviceRequest, "device">,
  device: RealDevice,
  memory: DeviceMemory,
  isRenewed = false,
): Promise<Pace> {
  // Its runs are timed one after another: more sessions would stand idle.
  const { model, backend } = await open({ ...request, sessions: 1 }, device);
  try {
    return await paceOf(model, backend, device, request.threads, memory, isRenewed);
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
      if (!(error instanceof SieveError) || device === "cpu") throw error;
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

async function open(
  { folder, dtype, threads, sessions, meanwhile }: Omit<DeviceRequest, "device">,
  device: RealDevice,
): Promise<ModelOnDevice> {
  if (device !== "cpu") {
    const model = await loadFolder(folder, dtype, true);
    return { model, backend: await openBackend(model, device, { threads, meanwhile }), device };
  }
  // It loads the runtime while the files are read and checked here.
  const host = startHost();
  // That it could not be started is told when a session is to be opened in it.
  host.catch(() => undefined);
  const model = await loadFolder(folder, dtype, false).catch(async (error: unknown) => {
    await host.then(
      ({ end }) => end(),
      () => undefined,
    );
    throw error;
  });
  return { model, backend: await openBackend(model, device, { threads, sessions, meanwhile, host }), device };
}

async function paceOf(
  model: LoadedModel,
  backend: EncoderBackend,
  device: RealDevice,
  threads: number | undefined,
  memory: DeviceMemory,
  isRenewed = false,
): Promise<Pace> {
  const key = `${model.fingerprint} ${device === "cpu" ? (threads ?? "all threads") : ""}`.trim();
  const known = isRenewed ? undefined : await memory.pace(device, key);
  if (known) return known;
  const pace = await measurePace(backend, model, sizesOn(device, model));
  await memory.keepPace(device, key, pace);
  return pace;
}

/** On the CPU the model's own size of runs, the best of a few: it is not the only work there. On a GPU all that fit. */
function sizesOn(device: RealDevice, { variant, manifest }: LoadedModel): PaceOptions {
  const { maxBatchRows, maxBatchTokens } = variant;
  if (maxBatchRows === 1) return { mostRows: 1 };
  if (device !== "cpu") return {};
  const rows = Math.max(1, Math.min(maxBatchRows, Math.floor(maxBatchTokens / manifest.window.maxTokens)));
  return { firstRows: rows, mostRows: rows, timedRuns: TIMED_RUNS_ON_CPU };
}

function absent(device: RealDevice, { reason, remedy }: DeviceOutcome): ModelLoadError {
  const advice = remedy === undefined ? "" : ` To have it: ${remedy}.`;
  return new ModelLoadError(`Expected device \`${device}\` on this machine, got none: ${reason}.${advice}`);
}
