import { randomUUID } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { makeFolder } from "../../runtime/make-folder.js";
import { joinedFingerprint } from "../load/manifest.js";
import { type DeviceOutcome, REAL_DEVICES, type RealDevice } from "./device.js";
import { findRuntime } from "./runtime-files.js";

/** How fast a model runs on a device. */
export interface Pace {
  /** Warm, over windows of full length. */
  tokensPerSecond: number;
  /** Padded tokens of one run from which larger runs gain nothing. */
  batchTokens: number;
}

/** What is remembered of this machine, across processes. */
export interface DeviceMemory {
  outcome(device: RealDevice): Promise<DeviceOutcome | undefined>;
  keepOutcome(device: RealDevice, outcome: DeviceOutcome): Promise<void>;
  /** @param model Fingerprint of the model, and what else of the session changes its pace. */
  pace(device: RealDevice, model: string): Promise<Pace | undefined>;
  keepPace(device: RealDevice, model: string, pace: Pace): Promise<void>;
}

interface Kept {
  machine: string;
  outcomes: Partial<Record<RealDevice, DeviceOutcome>>;
  paces: Record<string, Pace>;
}

/** What comes and goes with a GPU or its driver: where one of these changes, everything is found out again. */
const SIGNS = [
  "/dev/nvidia0",
  "/dev/nvidiactl",
  "/dev/dri",
  "/dev/dxg",
  "/usr/share/vulkan/icd.d",
  "/etc/vulkan/icd.d",
];
/** Variables that say which GPUs and drivers a process sees. */
const VARIABLES = ["LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "VK_DRIVER_FILES", "VK_ICD_FILENAMES"];

/** The file in which a machine's devices are remembered, in the folder that the system has for such; none without one. */
export function memoryFile(): string | undefined {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const windows = process.platform === "win32" ? LOCALAPPDATA : undefined;
  const folder = XDG_CACHE_HOME || windows || homeCache();
  return folder === undefined ? undefined : join(folder, "contextsieve", "devices.json");
}

/** A user without an entry of their own, as in containers, has no home folder. */
function homeCache(): string | undefined {
  try {
    return join(homedir(), ...(process.platform === "darwin" ? ["Library", "Caches"] : [".cache"]));
  } catch {
    return undefined;
  }
}

/**
 * What is remembered in a file: for this machine as it is now, this onnxruntime and this version of the package. A file
 * that is damaged or of another machine is as good as none, and one that cannot be written is left alone.
 *
 * @param file Undefined: nothing outlives this memory.
 * @throws ModelLoadError If onnxruntime-node is not installed.
 */
export async function openDeviceMemory(file = memoryFile()): Promise<DeviceMemory> {
  const machine = await describeMachine();
  const unwritten: Kept = { machine, outcomes: {}, paces: {} };
  const load = async (): Promise<Kept> => {
    if (file === undefined) return unwritten;
    const empty: Kept = { machine, outcomes: {}, paces: {} };
    try {
      const kept: unknown = JSON.parse(await readFile(file, "utf8"));
      return isKept(kept) && kept.machine === machine ? kept : empty;
    } catch {
      return empty;
    }
  };
  const change = async (edit: (kept: Kept) => void): Promise<void> => {
    // Read again: another process may have found out more.
    const kept = await load();
    edit(kept);
    if (file === undefined) return;
    const own = `${file}.${randomUUID()}`;
    try {
      await makeFolder(dirname(file));
      await writeFile(own, `${JSON.stringify(kept, undefined, 2)}\n`);
      await rename(own, file);
    } catch {
      // A home that is read-only: it is found out again next time.
      await rm(own, { force: true }).catch(() => undefined);
    }
  };
  return {
    outcome: async (device) => (await load()).outcomes[device],
    keepOutcome: (device, outcome) => change(({ outcomes }) => Object.assign(outcomes, { [device]: outcome })),
    pace: async (device, model) => (await load()).paces[`${device} ${model}`],
    keepPace: (device, model, pace) => change(({ paces }) => Object.assign(paces, { [`${device} ${model}`]: pace })),
  };
}

async function describeMachine(): Promise<string> {
  const { version, packageVersion, folder } = await findRuntime();
  const signs = SIGNS.map((path) => [path, existsSync(path), list(path)]);
  const variables = VARIABLES.map((name) => process.env[name]);
  const files = list(folder);
  const host = [process.platform, process.arch];
  return joinedFingerprint([packageVersion, version, host, files, signs, variables]);
}

function list(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    // None, or no folder.
    return [];
  }
}

function isKept(value: unknown): value is Kept {
  if (!isRecord(value) || typeof value.machine !== "string") return false;
  const { outcomes, paces } = value;
  if (!isRecord(outcomes) || !isRecord(paces)) return false;
  const areOutcomes = Object.entries(outcomes).every(
    ([device, outcome]) => REAL_DEVICES.includes(device as RealDevice) && isOutcome(outcome),
  );
  return areOutcomes && Object.values(paces).every(isPace);
}

function isOutcome(value: unknown): value is DeviceOutcome {
  if (!isRecord(value) || typeof value.isAvailable !== "boolean") return false;
  const isTextOrAbsent = (text: unknown) => text === undefined || typeof text === "string";
  return (
    isTextOrAbsent(value.reason) && isTextOrAbsent(value.remedy) && (value.isAvailable || value.reason !== undefined)
  );
}

function isPace(value: unknown): value is Pace {
  if (!isRecord(value)) return false;
  const { tokensPerSecond, batchTokens } = value;
  return Number(tokensPerSecond) > 0 && Number.isSafeInteger(batchTokens) && Number(batchTokens) > 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
