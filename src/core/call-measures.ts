import { type Labels, measure } from "./runtime/telemetry.js";
import type { CompressResult } from "./types.js";

/** Measures what was read; gives the attributes of its span. */
export function measureReading(
  { cacheHits, cacheMisses }: Pick<CompressResult["timings"], "cacheHits" | "cacheMisses">,
  labels: Labels,
): Labels {
  measure("cache.hits", cacheHits, labels);
  measure("cache.misses", cacheMisses, labels);
  return { ...spanned(labels), "contextsieve.cache.hits": cacheHits, "contextsieve.cache.misses": cacheMisses };
}

/** Measures a compression; gives the attributes of its span. */
export function measureCompression(
  { tokens, originalTokens, timings, documents }: CompressResult,
  { maxTokens }: { maxTokens?: number | undefined },
  labels: Labels,
): Labels {
  measure("compress.duration", timings.totalMs / 1000, labels);
  measure("tokens.in", originalTokens, labels);
  measure("tokens.out", tokens, labels);
  if (maxTokens !== undefined) measure("compress.ceiling", maxTokens, labels);
  return {
    ...measureReading(timings, labels),
    "contextsieve.tokens.in": originalTokens,
    "contextsieve.tokens.out": tokens,
    "contextsieve.documents.out": documents.length,
    ...(maxTokens !== undefined && { "contextsieve.ceiling": maxTokens }),
  };
}

function spanned(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [`contextsieve.${name}`, value]));
}
