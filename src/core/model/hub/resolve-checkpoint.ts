import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { InvalidOptionError, ModelLoadError } from "../../errors.js";
import { MODEL_FILES } from "../load/describe-checkpoint.js";
import { downloadFile } from "./download.js";
import { type HubOptions, type ResolvedHubOptions, resolveHubOptions } from "./options.js";
import { requestFile } from "./request-file.js";
import { cachedFolders, isCommit, isFile, rememberCommit, snapshotFolder } from "./snapshots.js";

/** Files beside the weights: needed, and taken along where there are any. */
const NEEDED = ["config.json", "tokenizer.json"];
const WELCOME = ["tokenizer_config.json", "special_tokens_map.json"];
/** Where weights over two gigabytes put what does not fit. */
const EXTERNAL_DATA = ["_data", ".data"];

/**
 * Finds a model: a folder as it is, else a checkpoint of the Hub from the cache, else from the network.
 * Checkpoints of this package's own kind (with a `manifest.json`) and ONNX conversions of published ones
 * both load.
 *
 * @param model Folder, or id on the Hub (`organisation/name`).
 * @returns A local folder, whole.
 * @throws InvalidOptionError Where it is neither a folder nor an id. ModelLoadError where it cannot be had.
 */
export async function resolveCheckpoint(model: string, options: HubOptions = {}): Promise<string> {
  if (await isFolder(model)) return model;
  checkId(model);
  const resolved = resolveHubOptions(options);
  for (const folder of await cachedFolders(resolved.cacheDir, model, resolved.revision)) {
    if (await isComplete(folder, resolved.dtype)) return folder;
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
  const commit = first.commit ?? revision.replaceAll("/", "--");
  const folder = snapshotFolder(cacheDir, model, commit);
  // All files of one commit, even where the branch moves on meanwhile.
  const pinned = { ...options, revision: isCommit(commit) ? commit : revision };
  const get = async (file: string, remote = undefined as typeof manifest): Promise<boolean> => {
    if (!remote && (await isFile(join(folder, file)))) return true;
    return (await downloadFile(model, file, join(folder, file), pinned, remote)) !== undefined;
  };
  const need = async (file: string, remote = undefined as typeof manifest): Promise<void> => {
    if (!(await get(file, remote))) throw lacking(model, revision, file);
  };
  if (manifest) {
    await need("manifest.json", manifest);
    for (const file of await filesOfManifest(folder, dtype)) await need(file);
  } else {
    await need("config.json", first);
    for (const file of NEEDED.slice(1)) await need(file);
    for (const file of WELCOME) await get(file);
    const weights = await firstThat(weightFiles(dtype), get);
    if (weights === undefined) throw lacking(model, revision, weightFiles(dtype).join(" or "));
    for (const ending of EXTERNAL_DATA) await get(`${weights}${ending}`);
  }
  await rememberCommit(cacheDir, model, revision, commit);
  return folder;
}

/** Files that a manifest names for a form of the weights. */
async function filesOfManifest(folder: string, dtype: string): Promise<string[]> {
  const text = await readFile(join(folder, "manifest.json"), "utf8");
  let manifest: {
    tokenizer?: string;
    defaultVariant?: string;
    variants?: Record<string, { file?: string }>;
    checksums?: Record<string, string>;
  };
  try {
    manifest = JSON.parse(text);
  } catch (cause) {
    throw new ModelLoadError(`Expected ${join(folder, "manifest.json")} to be JSON, got a parse error.`, { cause });
  }
  const { tokenizer = "tokenizer.json", variants = {}, defaultVariant = "", checksums = {} } = manifest;
  const file = (variants[dtype] ?? variants[defaultVariant])?.file;
  const wanted = file === undefined ? [tokenizer] : [tokenizer, file];
  const external = Object.keys(checksums).filter(
    (name) => file !== undefined && EXTERNAL_DATA.some((ending) => name === `${file}${ending}`),
  );
  return [...wanted, ...external].map(insideFolder);
}

/** A manifest from the network may only name files inside its own folder. */
function insideFolder(file: string): string {
  const parts = file.split(/[\\/]/);
  if (parts.some((part) => part === ".." || part === "") || /^[A-Za-z]:/.test(file)) {
    throw new ModelLoadError(`Expected the manifest to name files inside its folder, got \`${file}\`.`);
  }
  return file;
}

async function isComplete(folder: string, dtype: string): Promise<boolean> {
  if (await isFile(join(folder, "manifest.json"))) {
    const files = await filesOfManifest(folder, dtype);
    return (await Promise.all(files.map((file) => isFile(join(folder, file))))).every(Boolean);
  }
  for (const file of NEEDED) if (!(await isFile(join(folder, file)))) return false;
  return (await firstThat(weightFiles(dtype), (file) => isFile(join(folder, file)))) !== undefined;
}

function weightFiles(dtype: string): readonly string[] {
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
    `Expected ${model} at revision ${revision} (${dtype}) to be in ${cacheDir}, got nothing there, and \`localFilesOnly\` forbids a download.`,
  );
}
