import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { loadCheckpoint } from "./load-checkpoint.js";
import { type LoadedModel, loadModel } from "./manifest.js";

/**
 * Loads a model folder, or a published checkpoint's ONNX conversion, which has no manifest.
 *
 * @param isGpu Whether it is to run on a GPU: a model may have a graph of its own for that, over the same weights.
 * @throws InvalidOptionError, ModelLoadError
 */
export async function loadFolder(folder: string, dtype: string | undefined, isGpu: boolean): Promise<LoadedModel> {
  const isCheckpoint = !existsSync(join(folder, "manifest.json")) && existsSync(join(folder, "config.json"));
  if (isCheckpoint) return loadCheckpoint(folder, dtype);
  const model = await loadModel(folder, dtype);
  // Products of integers are fast on a CPU only.
  return dtype === undefined && isGpu && model.manifest.variants.gpu ? loadModel(folder, "gpu") : model;
}

/** The folder with its symbolic links followed, or as it is if it is not there. */
export function realFolder(folder: string): Promise<string> {
  return realpath(folder).catch(() => folder);
}
