import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findInstalled } from "../../runtime/find-installed.js";
import { OWN_ADDRESS } from "./own-address.js";

/** The package of the model that reads other languages. */
export const MULTILINGUAL_PACKAGE = "contextsieve-multilingual";

/**
 * The folder of the multilingual model: beside this package, in the project that runs, or in this checkout; undefined
 * if it is in none of them.
 */
export function findMultilingual(): string | undefined {
  const folders = [OWN_ADDRESS, join(process.cwd(), "package.json")].map(installedFor);
  return [...folders, inCheckout()].find((folder) => folder !== undefined && existsSync(join(folder, "manifest.json")));
}

/** Where it lies in a checkout of this repository; undefined in a bundle of CommonJS, whose code has no address. */
function inCheckout(): string | undefined {
  if (OWN_ADDRESS === undefined) return undefined;
  return fileURLToPath(new URL(`../../../../models/${MULTILINGUAL_PACKAGE}`, OWN_ADDRESS));
}

/** The package's folder as a file's `import` would find it. */
function installedFor(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return dirname(findInstalled(file, `${MULTILINGUAL_PACKAGE}/package.json`));
  } catch {
    return undefined;
  }
}
