import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ModelLoadError } from "../../errors.js";

/**
 * A file of this package: where a module says it lies, or, if that module was put into a bundle and the file was not, in
 * the package as it is installed beside the program.
 *
 * @param beside Gives the file's address from the module's own; throws where the module has none (bundles of CommonJS).
 * @param inPackage Where it lies in the package.
 * @throws ModelLoadError If it is nowhere.
 */
export function packageFile(beside: () => URL, inPackage: string): string {
  const own = pathOf(beside);
  // A copy under another name stands apart from the files that belong to it.
  if (own !== undefined && basename(own) === basename(inPackage) && existsSync(own)) return own;
  for (const start of [process.cwd(), dirname(process.argv[1] ?? "")]) {
    const installed = installedFile(start, inPackage);
    if (installed !== undefined) return installed;
  }
  throw new ModelLoadError(
    `Expected ${inPackage} of contextsieve beside its code or in node_modules, got none: a bundler took the code and left the files. Keep the package out of the bundle (esbuild and Bun: --external contextsieve; webpack, Rollup and Vite: externals, external, ssr.external; Next.js: serverExternalPackages).`,
  );
}

/** The address as a path of this machine; undefined if it is none. */
function pathOf(address: () => URL): string | undefined {
  try {
    return fileURLToPath(address());
  } catch {
    return undefined;
  }
}

function installedFile(folder: string, inPackage: string): string | undefined {
  try {
    const manifest = createRequire(join(folder, "program.js")).resolve("contextsieve/package.json");
    const file = join(dirname(manifest), inPackage);
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
