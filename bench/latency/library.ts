import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The built package: what a user runs. */
export type Library = typeof import("../../src/index.js");

/** The parts of the built core that make windows, so that the bare session reads exactly the same ones. */
export interface LibraryParts {
  loadModel: typeof import("../../src/core/model/load/manifest.js").loadModel;
  createPieceTokenizer: typeof import("../../src/core/model/piece-tokenizer.js").createPieceTokenizer;
  cutWindows: typeof import("../../src/core/model/windows.js").cutWindows;
  segmentText: typeof import("../../src/core/text/segment.js").segmentText;
}

/** @param dist Folder of the built package. */
export async function importLibrary(dist: string): Promise<Library> {
  return (await importFrom(dist, "index.js")) as Library;
}

/** @param dist Folder of the built package. */
export async function importParts(dist: string): Promise<LibraryParts> {
  const [manifest, tokenizer, windows, segment] = await Promise.all(
    [
      "core/model/load/manifest.js",
      "core/model/piece-tokenizer.js",
      "core/model/windows.js",
      "core/text/segment.js",
    ].map((file) => importFrom(dist, file)),
  );
  return Object.assign({}, manifest, tokenizer, windows, segment) as unknown as LibraryParts;
}

async function importFrom(dist: string, file: string): Promise<object> {
  return (await import(pathToFileURL(join(dist, file)).href)) as object;
}
