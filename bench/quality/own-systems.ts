import { createSieve, InvalidOptionError, type Sieve } from "../../src/core/index.js";
import { type OpenOptions, PeerAbsentError, type System, type SystemConfig } from "./system.js";

/** This package. Settings: `question` (true), `known` (documents encoded ahead), `method`, and any of compress(). */
export async function openOwn({ name, settings }: SystemConfig, { model, forgetful }: OpenOptions): Promise<System> {
  const { question = true, known = false, method, ...compressOptions } = settings;
  // The session stays open between calls: a sieve without a cache only forgets the documents.
  const open = () =>
    createSieve({ model, ...(method ? { method } : {}), ...(forgetful && !known ? { cache: false } : {}) } as object);
  const sieve = await open().catch((error) => {
    if (error instanceof InvalidOptionError && method) throw new PeerAbsentError(`${name}: ${error.message}`);
    throw error;
  });
  const compress = async (by: Sieve, task: Parameters<System["compress"]>[0]) => {
    const result = await by.compress({
      documents: task.documents,
      ...(question ? { query: task.question } : {}),
      ...(method ? { rate: task.share } : { maxTokens: task.ceiling }),
      ...compressOptions,
    });
    const spans = new Map(result.documents.map((document) => [document.index, document.spans]));
    return { text: result.text, spans: task.documents.map((_, index) => spans.get(index) ?? []) };
  };
  return {
    async compress(task) {
      if (!forgetful || known) return compress(sieve, task);
      const fresh = await open();
      const started = performance.now();
      const answer = await compress(fresh, task);
      const ms = performance.now() - started;
      await fresh.dispose();
      return { ...answer, ms };
    },
    ...(known ? { prepare: async (documents: readonly string[]) => void (await sieve.encode(documents)) } : {}),
    close: () => sieve.dispose(),
  };
}
