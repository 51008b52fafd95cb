import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The built package: what a user runs. */
export type Library = typeof import("../../src/index.js");

/** @param dist Folder of the built package. */
export async function importLibrary(dist: string): Promise<Library> {
  return (await import(pathToFileURL(join(dist, "index.js")).href)) as Library;
}

/** The parts of the core that make windows, so that the bare session reads exactly the same ones: the build joins them with the rest. */
export async function importParts() {
  const [{ loadModel }, { createPieceTokenizer }, { cutWindows }, { segmentText }] = await Promise.all([
    import("../../src/core/model/load/manifest.js"),
    import("../../src/core/model/piece-tokenizer.js"),
    import("../../src/core/model/windows.js"),
    import("../../src/core/text/segment.js"),
  ]);
  return { loadModel, createPieceTokenizer, cutWindows, segmentText };
}

export type LibraryParts = Awaited<ReturnType<typeof importParts>>;
