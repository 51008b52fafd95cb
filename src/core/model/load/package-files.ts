import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ModelLoadError } from "../../errors.js";
import { findInstalled } from "../../runtime/find-installed.js";

/** Files of this package that are found by their paths, and where they lie in it. */
const FILES = {
  WEIGHTS: "models/contextsieve-small/model.int8.onnx_data",
  THREAD: "dist/core/model/backends/onnx/onnx-worker.js",
  PROCESS: "dist/core/model/backends/onnx/onnx-process.js",
  PROBE: "dist/core/model/devices/probe-process.js",
} as const;

/**
 * A file of this package: beside the code, or, if the code was put into a bundle and the file was not, in the package as
 * it is installed beside the program.
 *
 * @throws ModelLoadError If it is nowhere.
 */
export async function packageFile(name: keyof typeof FILES): Promise<string> {
  const inPackage = FILES[name];
  const own = await besideCode(name);
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

/** The path beside the code; undefined where that has no address. */
async function besideCode(name: keyof typeof FILES): Promise<string | undefined> {
  try {
    return (await import("./bundled-files.js"))[name];
  } catch {
    return undefined;
  }
}

function installedFile(folder: string, inPackage: string): string | undefined {
  try {
    const manifest = findInstalled(join(folder, "program.js"), "contextsieve/package.json");
    const file = join(dirname(manifest), inPackage);
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
