import { dirname } from "node:path";
import { InvalidOptionError, ModelLoadError } from "../../errors.js";
import { resolveCheckpoint } from "../hub/resolve-checkpoint.js";
import { findMultilingual, MULTILINGUAL_PACKAGE } from "./find-multilingual.js";
import { packageFile } from "./package-files.js";

/**
 * Folder of the model that ships inside the package.
 *
 * @throws ModelLoadError If a bundler left it behind.
 */
export async function bundledModel(): Promise<string> {
  return dirname(await packageFile("WEIGHTS"));
}

/** Which model a caller wants, and where the Hub's models are. */
export interface ModelChoice {
  /** `multilingual`, model folder, folder of an ONNX checkpoint, or id on the Hub. @default the bundled model */
  model?: string | undefined;
  /** Where it is to run: a GPU may have weights of its own. @default "cpu" */
  device?: string | undefined;
  dtype?: string | undefined;
  revision?: string | undefined;
  cacheDir?: string | undefined;
  localFilesOnly?: boolean | undefined;
  remoteHost?: string | undefined;
  token?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** A path, also if nothing is there: its error should name the folder. */
const PATH = /^[./~]|\\|^[^/]*$|\/.*\//u;

const ADDRESS = /^[a-z][a-z\d+.-]*:\/\//iu;

/**
 * Finds a model's folder; a checkpoint of the Hub is downloaded once.
 *
 * @throws InvalidOptionError, ModelLoadError, or the signal's reason
 */
export async function findModel({ model, device, dtype, ...hub }: ModelChoice): Promise<string> {
  if (model === undefined) return bundledModel();
  if (model === "multilingual") return requireMultilingual();
  // It is not repeated: it may hold a password.
  if (ADDRESS.test(model)) {
    throw new InvalidOptionError(
      "Expected `model` to be a folder or an id such as organisation/name, got an address: its host is `remoteHost`.",
    );
  }
  if (PATH.test(model)) return model;
  const forGpu = device !== undefined && device !== "cpu";
  return resolveCheckpoint(model, { dtype, forGpu, ...hub });
}

function requireMultilingual(): string {
  const folder = findMultilingual();
  if (folder !== undefined) return folder;
  throw new ModelLoadError(
    `Expected the package ${MULTILINGUAL_PACKAGE} to be installed for \`model: "multilingual"\`, got none: \`npm i ${MULTILINGUAL_PACKAGE}\`.`,
  );
}
