import { createHash } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { InvalidOptionError } from "../../core/index.js";
import { CUDA_PROVIDER_FILES, type RuntimeFiles } from "../../core/model/devices/runtime-files.js";
import { type PackageFile, type PythonPackage, pythonPackages } from "./python-packages.js";

/** Beside the files that were copied: their names, so that they can be taken away again. */
const LIST = "contextsieve-cuda.json";
const RUNTIME_PACKAGE = "onnxruntime_gpu";
/** Libraries of CUDA that the provider loads: from the packages nvidia-*. */
const CUDA_LIBRARY = /^lib(?:cublas|cublasLt|cudart|curand|cufft|nvrtc|nvrtc-builtins|nvJitLink|cudnn\w*)\.so/u;
/** Without these the provider does not load. */
const NEEDED = ["libcublas.so", "libcublasLt.so", "libcudart.so", "libcurand.so"];

/** What was copied. */
export interface CopiedFiles {
  names: string[];
  bytes: number;
  /** Libraries that the packages do not have, and that have to be on the library path by other means. */
  missing: string[];
}

/**
 * Copies the CUDA files from Python's packages to where onnxruntime-node looks for them, each checked by the digest that
 * its package gives. Nothing is fetched.
 *
 * @param folder Wheels, or a site-packages folder.
 * @throws InvalidOptionError If files are missing, altered or of another version, or would replace others.
 */
export async function copyCudaFiles(folder: string, runtime: RuntimeFiles): Promise<CopiedFiles> {
  if (process.platform !== "linux") {
    throw new InvalidOptionError(`Expected Linux for \`cudaFrom\`, got ${process.platform}.`);
  }
  const packages = await pythonPackages(folder);
  const files = new Map([...providerFiles(folder, packages, runtime.version), ...cudaLibraries(packages)]);
  const own = await listedFiles(runtime.folder);
  for (const name of files.keys()) {
    if (own.includes(name) || !existsSync(join(runtime.folder, name))) continue;
    throw new InvalidOptionError(
      `Expected no ${name} in ${runtime.folder}, got one that \`contextsieve doctor\` did not put there.`,
    );
  }
  const names = [...files.keys()];
  // Before the first of them: what was begun can be undone.
  await writeFile(join(runtime.folder, LIST), JSON.stringify([...new Set([...own, ...names])]));
  let bytes = 0;
  for (const [name, file] of files) bytes += await copyChecked(file, join(runtime.folder, name));
  const missing = NEEDED.filter((name) => !names.some((copied) => copied.startsWith(name)));
  return { names, bytes, missing };
}

/**
 * Takes away what {@link copyCudaFiles} copied.
 *
 * @returns The names of the files that are gone.
 */
export async function removeCudaFiles({ folder }: RuntimeFiles): Promise<string[]> {
  const names = (await listedFiles(folder)).filter((name) => existsSync(join(folder, name)));
  for (const name of names) await rm(join(folder, name));
  await rm(join(folder, LIST), { force: true });
  return names;
}

function providerFiles(folder: string, packages: readonly PythonPackage[], version: string): [string, PackageFile][] {
  const versions = packages.filter(({ name }) => name === RUNTIME_PACKAGE);
  const source = versions.find((found) => found.version === version);
  if (!source) {
    const got = versions.length === 0 ? "none" : versions.map((found) => found.version).join(", ");
    throw new InvalidOptionError(
      `Expected onnxruntime-gpu ${version}, the version of onnxruntime-node, in ${folder}, got ${got}: pip download --no-deps -d ${folder} onnxruntime-gpu==${version}.`,
    );
  }
  return CUDA_PROVIDER_FILES.map((name) => {
    const file = source.files.find(({ path }) => basename(path) === name);
    if (file) return [name, file];
    throw new InvalidOptionError(`Expected ${name} in onnxruntime-gpu ${version}, got a package without it.`);
  });
}

function cudaLibraries(packages: readonly PythonPackage[]): [string, PackageFile][] {
  return packages
    .filter(({ name }) => name.startsWith("nvidia_"))
    .flatMap(({ files }) => files)
    .filter(({ path }) => isCudaFile(basename(path)))
    .map((file) => [basename(file.path), file]);
}

/** Copies one file, whole or not at all, and gives its size in bytes. */
async function copyChecked({ path, sha256, open }: PackageFile, target: string): Promise<number> {
  const hash = createHash("sha256");
  let bytes = 0;
  const check = new Transform({
    transform(part: Buffer, _, done) {
      hash.update(part);
      bytes += part.length;
      done(null, part);
    },
  });
  const partial = `${target}.partial`;
  try {
    await pipeline(await open(), check, createWriteStream(partial));
    const got = hash.digest("base64url");
    if (got !== sha256) {
      throw new InvalidOptionError(`Expected ${path} to have the SHA-256 of its package's RECORD, got ${got}.`);
    }
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  return bytes;
}

async function listedFiles(folder: string): Promise<string[]> {
  try {
    const names: unknown = JSON.parse(await readFile(join(folder, LIST), "utf8"));
    // A list that was tampered with takes nothing else away.
    return Array.isArray(names) ? names.filter((name) => typeof name === "string" && isCudaFile(name)) : [];
  } catch {
    return [];
  }
}

function isCudaFile(name: string): boolean {
  return name === basename(name) && (CUDA_PROVIDER_FILES.includes(name) || CUDA_LIBRARY.test(name));
}
