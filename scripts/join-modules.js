import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { build } from "esbuild";

/** Modules that tell where files lie by their own place: they stay where the compiler wrote them. */
const PLACED = ["core/model/load/bundled-files.js", "core/model/load/own-address.js", "cli/package-files.js"];
/** What processes and threads of their own run. */
const PROGRAMS = [
  "core/model/backends/onnx/onnx-worker.js",
  "core/model/backends/onnx/onnx-process.js",
  "core/model/devices/probe-process.js",
  "cli/corpus/lane-main.js",
];
/** Marks the import of a placed module, until it is known from where. */
const MARK = "placed:";
const PLACED_IMPORT = new RegExp(`"${MARK}([^"]+)"`, "gu");

/**
 * Joins the compiled modules into one file an entry, and one for each part that several share or that is loaded when it
 * is needed: Node takes half a millisecond for each module, and there are 230 on the way to the first result. Nothing is
 * renamed or shortened; declarations stay as they are.
 *
 * @param {string} folder Where the compiler wrote.
 * @param {readonly string[]} entries Modules that others import or run, in it.
 */
export async function joinModules(folder, entries) {
  const placed = new Map(PLACED.map((path) => [resolve(folder, path), path]));
  const { outputFiles } = await build({
    entryPoints: [...entries, ...PROGRAMS].map((path) => join(folder, path)),
    outdir: folder,
    outbase: folder,
    bundle: true,
    splitting: true,
    chunkNames: "parts/[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node20",
    supported: { "regexp-unicode-property-escapes": true },
    packages: "external",
    write: false,
    logLevel: "warning",
    plugins: [
      {
        name: "placed-modules",
        setup({ onResolve }) {
          onResolve({ filter: /^\./ }, ({ path, importer }) => {
            const found = placed.get(resolve(dirname(importer), path));
            return found === undefined ? undefined : { path: `${MARK}${found}`, external: true, sideEffects: false };
          });
        },
      },
    ],
  });
  for (const path of modulesIn(folder)) if (!placed.has(path)) rmSync(path);
  for (const { path, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    const placeOf = (/** @type {string} */ target) => wayTo(dirname(path), resolve(folder, target));
    writeFileSync(
      path,
      text.replace(PLACED_IMPORT, (_, target) => JSON.stringify(placeOf(target))),
    );
  }
}

/**
 * The compiled modules in a folder, with their full paths.
 *
 * @param {string} folder
 */
function modulesIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".js"))
    .map((path) => resolve(folder, path));
}

/**
 * How a module in one folder names another.
 *
 * @param {string} from
 * @param {string} to
 */
function wayTo(from, to) {
  const way = relative(from, to).replaceAll("\\", "/");
  return way.startsWith(".") ? way : `./${way}`;
}
