import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DeviceOutcome, RealDevice } from "./device.js";
import { CUDA_PROVIDER_FILES, type RuntimeFiles } from "./runtime-files.js";

/** How a try on a device ended that did not end well. */
export interface FailedTry {
  /** What the runtime said; absent where the process ended without a word. */
  message?: string | undefined;
  /** What stood on its standard error: there the runtime names libraries that it could not load. */
  log: string;
  /** How the process ended, where that says something. */
  ending?: string | undefined;
}

type Absence = Required<Pick<DeviceOutcome, "reason">> & Pick<DeviceOutcome, "remedy">;

/** Platforms on which onnxruntime-node has the device at all, as `platform` or `platform-arch`. */
const PLATFORMS: Readonly<Record<Exclude<RealDevice, "cpu">, readonly string[]>> = {
  cuda: ["linux-x64", "win32-x64"],
  webgpu: ["linux-x64", "win32-x64", "win32-arm64"],
  coreml: ["darwin-arm64"],
  dml: ["win32-x64", "win32-arm64"],
};

/** PyPI's packages by the libraries that they bring. */
const WHEELS: readonly [library: RegExp, wheel: string][] = [
  [/^libcublas/u, "nvidia-cublas"],
  [/^libcudart/u, "nvidia-cuda-runtime"],
  [/^libcurand/u, "nvidia-curand"],
  [/^libcufft/u, "nvidia-cufft"],
  [/^libcudnn/u, "nvidia-cudnn-cu13"],
];

const MISSING_LIBRARY = /(?<library>lib[\w.+-]+\.so[\w.]*): cannot open shared object file/u;

/** An absence that is known without a try: the platform has no such device, or files are missing. */
export function absentFromTheStart(device: RealDevice, { version, folder }: RuntimeFiles): Absence | undefined {
  if (device === "cpu") return undefined;
  const here = `${process.platform}-${process.arch}`;
  if (!PLATFORMS[device].includes(here)) {
    return { reason: `onnxruntime-node has it for ${PLATFORMS[device].join(", ")}, and this is ${here}` };
  }
  if (device !== "cuda") return undefined;
  const missing = CUDA_PROVIDER_FILES.filter((name) => !existsSync(join(folder, name)));
  if (missing.length === 0) return undefined;
  return {
    reason: `${missing.join(" and ")} of onnxruntime ${version} missing in ${folder}`,
    remedy: `pip download --no-deps -d wheels onnxruntime-gpu==${version} nvidia-cublas~=13.0 nvidia-cuda-runtime~=13.0 nvidia-curand~=10.0, then contextsieve doctor --cuda-from wheels`,
  };
}

/** What a failed try says about the machine. */
export function explainFailure(device: RealDevice, { message, log, ending }: FailedTry): Absence {
  const library = MISSING_LIBRARY.exec(`${log}\n${message ?? ""}`)?.groups?.library;
  if (device === "cuda" && library !== undefined) return missingCudaLibrary(library);
  if (device === "cuda" && /no CUDA-capable device|CUDA driver version/iu.test(`${log} ${message}`)) {
    return { reason: "the NVIDIA driver finds no GPU, or is too old for CUDA 13", remedy: "see `nvidia-smi`" };
  }
  if (device === "webgpu" && /adapter/iu.test(message ?? "")) return noAdapter(library);
  return { reason: firstLine(message ?? `the process that tried it ended with ${ending}`) };
}

function missingCudaLibrary(library: string): Absence {
  if (library.startsWith("libcuda.so")) {
    return { reason: `the NVIDIA driver (${library}) is missing`, remedy: "install the driver of the GPU" };
  }
  const wheel = WHEELS.find(([pattern]) => pattern.test(library))?.[1];
  return {
    reason: `${library} is missing on the library path`,
    remedy: `pip download --no-deps -d wheels ${wheel ?? "the package that brings it"}, then contextsieve doctor --cuda-from wheels; or name its folder in LD_LIBRARY_PATH`,
  };
}

/** WebGPU runs on Vulkan here (Linux) or on Direct3D 12 (Windows). */
function noAdapter(library: string | undefined): Absence {
  if (process.platform !== "linux") return { reason: "no GPU with a driver for Direct3D 12" };
  const reason = library === undefined ? "no GPU with a Vulkan driver" : `the Vulkan loader (${library}) is missing`;
  return { reason, remedy: "apt-get install libvulkan1 mesa-vulkan-drivers, or the GPU's own driver" };
}

function firstLine(message: string): string {
  return (message.trim().split("\n")[0] as string).replace(/^Error: /u, "");
}
