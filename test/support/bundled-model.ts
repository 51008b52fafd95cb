import { existsSync } from "node:fs";
import { join } from "node:path";
import { bundledModel } from "../../src/core/model/load/find-model.js";

/** Whether this checkout holds the model that the package ships with. */
export const hasBundledModel = existsSync(join(await bundledModel(), "manifest.json"));

/** The package of the multilingual model, as it lies in this checkout. */
export const MULTILINGUAL_MODEL = join(await bundledModel(), "../contextsieve-multilingual");

if (!hasBundledModel) console.warn(`Tests with the bundled model are skipped: ${await bundledModel()} holds none.`);
