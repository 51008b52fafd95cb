import { existsSync } from "node:fs";
import { createSieve, type Sieve, SieveError, type SieveOptions } from "../../src/core/index.js";
import { CHECKPOINT } from "./peer-systems.js";
import { type OpenOptions, PeerAbsentError, type System, type SystemConfig } from "./system.js";

/**
 * This package. Settings: `question` (true), `known` (documents encoded ahead), `checkpoint` (on the peers' form of the
 * weights), `method`, and any of compress().
 */
export async function openOwn({ name, settings }: SystemConfig, { model, forgetful }: OpenOptions): Promise<System> {
  const { question = true, known = false, checkpoint = false, method, ...compressOptions } = settings;
  if (checkpoint && !existsSync(CHECKPOINT))
    throw new PeerAbsentError(`${name}: no checkpoint (bench/peers/setup.sh).`);
  // The session stays open between calls: a sieve without a cache only forgets the documents.
  const open = () =>
    createSieve({
      model: checkpoint ? CHECKPOINT : model,
      ...(method ? { method } : {}),
      ...(forgetful && !known ? { cache: false } : {}),
    } as SieveOptions);
  const sieve = await open().catch((error) => {
    if (checkpoint && error instanceof SieveError) throw new PeerAbsentError(`${name}: ${error.message}`);
    throw error;
  });
  const compress = async (by: Sieve, task: Parameters<System["compress"]>[0]) => {
    const result = await by.compress({
      documents: task.documents,
      ...(question ? { query: task.question } : {}),
      maxTokens: task.ceiling,
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
