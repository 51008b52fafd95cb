import { bundledModel } from "../../../../src/core/model/load/find-model.js";

/** The model that the backends are tested on: the bundled one, or a folder named by the environment. */
export const TEST_MODEL = process.env.CONTEXTSIEVE_TEST_MODEL ?? (await bundledModel());
