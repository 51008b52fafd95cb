import { fileURLToPath } from "node:url";

// Where the command's files lie, seen from `src/cli` and from `dist/cli`. In a module of its own: the rest is put into a
// few files, whose places are others.

/** The package's manifest. */
export const PACKAGE = pathOf("../../package.json");
/** Models that ship inside the package, a folder each. */
export const SHIPPED_MODELS = pathOf("../../models/");
/** What makes a model of a checkpoint, shipped as its source. */
export const CONVERT = pathOf("../../src/cli/convert.py");
/** The process of one lane of `encode`: named as this file is, `.ts` where it runs from its source. */
export const LANE = pathOf(`./corpus/lane-main${import.meta.url.slice(-3)}`);

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
