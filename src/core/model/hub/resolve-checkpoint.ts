import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { InvalidOptionError, ModelLoadError } from "../../errors.js";
import { MODEL_FILES } from "../load/describe-checkpoint.js";
import { type ModelManifest, readManifest, weightFiles as weightFilesOf } from "../load/manifest.js";
import { isInnerName } from "../load/model-files.js";
import { type Download, downloadFile } from "./download.js";
import { type HubOptions, type ResolvedHubOptions, resolveHubOptions } from "./options.js";
import { requestFile } from "./request-file.js";
import { cachedFolders, isCommit, isFile, rememberCommit, snapshotFolder, unnamedCommit } from "./snapshots.js";

/** Files beside the weights: needed, and taken along if there are any. */
const NEEDED = ["config.json", "tokenizer.json"];
const WELCOME = ["tokenizer_config.json", "special_tokens_map.json"];
/** Form of the weights if nothing else says which. */
const DEFAULT_FORM = "fp32";
/** Where weights over two gigabytes put what does not fit. */
const EXTERNAL_DATA = ["_data", ".data"];

/**
 * Finds a model: a folder as it is, else a checkpoint of the Hub from the cache, else from the network.
 * Checkpoints of this package's own kind (with a `manifest.json`) and ONNX conversions of published ones
 * both load.
 *
 * @param model Folder, or id on the Hub (`organisation/name`).
 * @returns A local folder, whole.
 * @throws InvalidOptionError If it is neither a folder nor an id. ModelLoadError if it cannot be had.
 */
export async function resolveCheckpoint(model: string, options: HubOptions = {}): Promise<string> {
  if (await isFolder(model)) return model;
  checkId(model);
  const resolved = resolveHubOptions(options);
  checkRevision(resolved.revision);
  for (const folder of await cachedFolders(resolved.cacheDir, model, resolved.revision)) {
    if (await isComplete(folder, resolved)) return folder;
  }
  if (resolved.localFilesOnly) throw notCached(model, resolved);
  return fetchCheckpoint(model, resolved);
}

async function fetchCheckpoint(model: string, options: ResolvedHubOptions): Promise<string> {
  const { cacheDir, revision, dtype } = options;
  const manifest = await requestFile(model, "manifest.json", options);
  const first = manifest ?? (await requestFile(model, "config.json", options));
  if (!first) {
    throw new ModelLoadError(
      `Expected ${model} at revision ${revision} to be a model on ${options.remoteHost}, got no config.json.`,
    );
  }
  const commit = commitOf(first.commit, options);
  const folder = snapshotFolder(cacheDir, model, commit);
  // All files of one commit, even if the branch moves on meanwhile.
  const pinned = { ...options, revision: isCommit(commit) ? commit : revision };
  const get = async (file: string, from: Download = {}): Promise<boolean> => {
    if (!from.first && (await isFile(join(folder, file)))) return true;
    return (await downloadFile(model, file, join(folder, file), pinned, from)) !== undefined;
  };
  const need = async (file: string, from?: Download): Promise<void> => {
    if (!(await get(file, from))) throw lacking(model, revision, file);
  };
  if (manifest) {
    await need("manifest.json", { first: manifest });
    const described = await readDownloadedManifest(folder);
    for (const file of filesOf(described, options)) await need(file, { sha256: described.checksums[file] });
  } else {
    await need("config.json", { first });
    for (const file of NEEDED.slice(1)) await need(file);
    for (const file of WELCOME) await get(file);
    const weights = await firstThat(weightFiles(dtype), get);
    if (weights === undefined) throw lacking(model, revision, weightFiles(dtype).join(" or "));
    for (const ending of EXTERNAL_DATA) await get(`${weights}${ending}`);
  }
  await rememberCommit(cacheDir, model, revision, commit);
  return folder;
}

/** What a server calls the commit becomes the name of a folder: a hash, or nothing. */
function commitOf(named: string | undefined, { remoteHost, revision }: ResolvedHubOptions): string {
  if (named === undefined) return unnamedCommit(revision);
  if (isCommit(named)) return named;
  throw new ModelLoadError(
    `Expected ${remoteHost} to name a commit by 40 hexadecimal digits, got \`${named.slice(0, 60)}\`.`,
  );
}

/** A manifest that cannot be used does not stay: the next attempt asks for it again. */
async function readDownloadedManifest(folder: string): Promise<ModelManifest> {
  try {
    return await readManifest(folder);
  } catch (error) {
    await rm(join(folder, "manifest.json"), { force: true });
    throw error;
  }
}

/** Files that a manifest names for the form of the weights that will be loaded. */
function filesOf(manifest: ModelManifest, { dtype, forGpu }: ResolvedHubOptions): string[] {
  const { tokenizer, variants, defaultVariant } = manifest;
  const names = dtype !== undefined && Object.hasOwn(variants, dtype) ? [dtype] : [defaultVariant];
  if (dtype === undefined && forGpu && Object.hasOwn(variants, "gpu")) names.push("gpu");
  const weights = names.flatMap((name) => {
    const variant = variants[name];
    return variant ? weightFilesOf(manifest, variant) : [];
  });
  return [...new Set([tokenizer, ...weights])];
}

async function isComplete(folder: string, options: ResolvedHubOptions): Promise<boolean> {
  if (await isFile(join(folder, "manifest.json"))) {
    // One that cannot be used is fetched again.
    const manifest = await readManifest(folder).catch(() => undefined);
    if (!manifest) return false;
    const files = filesOf(manifest, options);
    return (await Promise.all(files.map((file) => isFile(join(folder, file))))).every(Boolean);
  }
  for (const file of NEEDED) if (!(await isFile(join(folder, file)))) return false;
  return (await firstThat(weightFiles(options.dtype), (file) => isFile(join(folder, file)))) !== undefined;
}

function weightFiles(dtype = DEFAULT_FORM): readonly string[] {
  return MODEL_FILES[dtype] ?? [`onnx/model_${dtype}.onnx`, `model_${dtype}.onnx`];
}

async function firstThat(
  files: readonly string[],
  holds: (file: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (const file of files) if (await holds(file)) return file;
  return undefined;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** A revision is part of paths, too. */
function checkRevision(revision: string): void {
  if (isInnerName(revision)) return;
  throw new InvalidOptionError(`Expected \`revision\` to be a branch, tag or commit, got \`${revision}\`.`);
}

const ID = /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)?$/;

function checkId(model: string): void {
  if (ID.test(model) && !model.includes("..") && !model.includes("--")) return;
  throw new InvalidOptionError(
    `Expected \`model\` to be a folder that is there or an id on the Hub such as organisation/name, got \`${model}\`.`,
  );
}

function lacking(model: string, revision: string, file: string): ModelLoadError {
  const hint = file.includes(".onnx") ? ": convert its weights with `contextsieve models convert`" : "";
  return new ModelLoadError(`Expected ${model} at revision ${revision} to have ${file}, got none${hint}.`);
}

function notCached(model: string, { cacheDir, revision, dtype }: ResolvedHubOptions): ModelLoadError {
  return new ModelLoadError(
    `Expected ${model} at revision ${revision} (${dtype ?? "the default form"}) to be in ${cacheDir}, got nothing there, and \`localFilesOnly\` forbids a download.`,
  );
}
