import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ModelLoadError } from "../../errors.js";
import { findInstalled } from "../../runtime/find-installed.js";
import { packageFile } from "../load/package-files.js";

/** onnxruntime-node as it is installed. */
export interface RuntimeFiles {
  version: string;
  /** Version of this package, which was built for it. */
  packageVersion: string;
  /** Folder of the native library for this platform: providers that do not come with it go there, too. */
  folder: string;
}

/** The two files that CUDA needs beside the native library; they come with no package of npm's. */
export const CUDA_PROVIDER_FILES: readonly string[] =
  process.platform === "win32"
    ? ["onnxruntime_providers_cuda.dll", "onnxruntime_providers_shared.dll"]
    : ["libonnxruntime_providers_cuda.so", "libonnxruntime_providers_shared.so"];

/** A part of CUDA itself: where it lies beside the native library, so do the others. */
const CUDA_RUNTIME = /^libcudart\.so/u;

/** @throws ModelLoadError If onnxruntime-node is not installed, or has no library for this platform. */
export async function findRuntime(): Promise<RuntimeFiles> {
  const program = await packageFile("PROBE");
  let manifest: string;
  try {
    manifest = findInstalled(program, "onnxruntime-node/package.json");
  } catch (cause) {
    throw new ModelLoadError("Expected onnxruntime-node to be installed, got none.", { cause });
  }
  const version = versionIn(manifest);
  const binaries = join(dirname(manifest), "bin");
  const napi = existsSync(binaries) ? readdirSync(binaries).filter((name) => name.startsWith("napi-")) : [];
  const folder = napi
    .map((name) => join(binaries, name, process.platform, process.arch))
    .find((path) => existsSync(path));
  if (folder === undefined) {
    throw new ModelLoadError(
      `Expected onnxruntime-node ${version} to have a library for ${process.platform}-${process.arch}, got none in ${binaries}.`,
    );
  }
  return { version, packageVersion: versionIn(join(dirname(program), "../../../../package.json")), folder };
}

/**
 * The environment of a process that uses CUDA: the linker finds the libraries beside the native one only where their
 * folder is named before the process starts. Undefined where none lie there.
 */
export function cudaEnvironment(folder: string): NodeJS.ProcessEnv | undefined {
  if (process.platform !== "linux" || !readdirSync(folder).some((name) => CUDA_RUNTIME.test(name))) return undefined;
  const paths = [folder, process.env.LD_LIBRARY_PATH].filter(Boolean);
  return { ...process.env, LD_LIBRARY_PATH: paths.join(":") };
}

function versionIn(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
