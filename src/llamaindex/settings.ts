import { createHash } from "node:crypto";
import type { OneBudget, SieveSource } from "../agents/sieve-source.js";
import type { AnyMethodOptions, SieveOptions } from "../core/index.js";

/** How an adapter compresses: all of `compress` but what LlamaIndex hands over with each call. */
export type CompressSettings = Omit<AnyMethodOptions, "documents" | "query" | "maxTokens" | "rate" | "threshold"> &
  OneBudget;

/**
 * Name of a transform: equal for equal options in every process, since the ingestion cache tells transforms
 * apart by it. Functions count by their source, a cache by being there: neither survives into another process.
 */
export function transformId(kind: string, options: SieveSource): string {
  const { model = "", device = "cpu", dtype = "", cache, backend } = options as SieveOptions;
  const facts = options.sieve
    ? [options.sieve.info.fingerprint]
    : [model, device, dtype, cache !== false, String(backend)];
  return `contextsieve-${kind}-${createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16)}`;
}
