import { createSieve, type ModelManifest, type Sieve, type SieveOptions } from "../../src/core/index.js";
import { type FakeBackend, type FakeBackendOptions, fakeBackend } from "./fake-backend.js";
import { writeFakeModel } from "./fake-model.js";

export interface FakeSieve {
  sieve: Sieve;
  backend: FakeBackend;
  folder: string;
  /** Disposes of the sieve and removes the folder. */
  close(): Promise<void>;
}

/** The whole library over a fake model: everything real but the weights. */
export async function openFakeSieve(
  options: {
    backend?: FakeBackendOptions;
    manifest?: Partial<ModelManifest>;
    sieve?: Omit<SieveOptions, "model" | "backend">;
  } = {},
): Promise<FakeSieve> {
  const model = writeFakeModel(options.manifest);
  const backend = fakeBackend(options.backend);
  const sieve = await createSieve({ cache: false, ...options.sieve, model: model.folder, backend: () => backend });
  return {
    sieve,
    backend,
    folder: model.folder,
    async close() {
      await sieve.dispose();
      await model.dispose();
    },
  };
}
