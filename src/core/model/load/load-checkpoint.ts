import { createHash } from "node:crypto";
import { join } from "node:path";
import { ModelLoadError } from "../../errors.js";
import { isFile } from "../hub/snapshots.js";
import { describeCheckpoint, MODEL_FILES } from "./describe-checkpoint.js";
import type { LoadedModel } from "./manifest.js";
import { locateModelFile, readInPieces, readJsonFile } from "./model-files.js";

/**
 * Loads a checkpoint folder without a manifest, as `loadModel` does one with: a published checkpoint's ONNX
 * conversion, from the Hub or from a disk.
 *
 * @param dtype fp32, fp16 or int8. @default fp32 if it is there
 * @throws ModelLoadError Naming the file or field that is missing or cannot be used.
 */
export async function loadCheckpoint(folder: string, dtype?: string): Promise<LoadedModel> {
  const manifest = await describeCheckpoint(folder);
  const name = dtype ?? manifest.defaultVariant;
  const variant = manifest.variants[name];
  if (!variant) {
    const wanted = MODEL_FILES[name]?.join(" or ") ?? `onnx/model_${name}.onnx`;
    throw new ModelLoadError(
      `Expected ${folder} to hold ${wanted} for \`dtype\` \`${name}\`, got ${Object.keys(manifest.variants).join(", ")} only.`,
    );
  }
  const modelPath = join(folder, variant.file);
  const tokenizerBytes = await readJsonFile(folder, manifest.tokenizer);
  const { window, tokenTypes, specialTokens, outputs } = manifest;
  const hash = createHash("sha256").update(JSON.stringify([name, window, tokenTypes, specialTokens, outputs]));
  hash.update(tokenizerBytes);
  for (const file of [variant.file, `${variant.file}_data`, `${variant.file}.data`]) {
    if (!(await isFile(join(folder, file)))) continue;
    const { path } = await locateModelFile(folder, file);
    await readInPieces(path, (piece) => hash.update(piece));
  }
  return {
    folder,
    manifest,
    dtype: name,
    variant,
    modelPath,
    tokenizerJson: JSON.parse(tokenizerBytes.toString("utf8")) as object,
    fingerprint: hash.digest("hex").slice(0, 16),
  };
}
