import type { EncoderBackend } from "../model/backends/backend.js";
import type { LoadedModel } from "../model/load/manifest.js";
import { expect, isInteger } from "./expect.js";

/** Opens a caller's backend for a model. */
export type OpenBackend = (model: LoadedModel) => EncoderBackend | Promise<EncoderBackend>;

const CAPABILITIES = ["maxBatchTokens", "maxBatchRows", "concurrency"] as const;

/**
 * The same, and what it gives is one: without the size of a run nothing would ever be run.
 *
 * @returns A function that throws InvalidOptionError where something else comes.
 */
export function checkedBackend(open: OpenBackend): OpenBackend {
  return async (model) => {
    const backend: Partial<EncoderBackend> | undefined = await open(model);
    expect(typeof backend === "object" && backend !== null, "backend", "a function that gives an object", backend);
    const { run, dispose, capabilities } = backend;
    for (const [name, method] of Object.entries({ run, dispose }))
      expect(typeof method === "function", `backend.${name}`, "a function", method);
    for (const name of CAPABILITIES) {
      const value = capabilities?.[name];
      expect(isInteger(value, 1), `backend.capabilities.${name}`, "a whole number of at least 1", value);
    }
    return backend as EncoderBackend;
  };
}
