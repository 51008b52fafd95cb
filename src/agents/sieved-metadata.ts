import type { CompressedDocument } from "../core/index.js";

/** What a compressed document or node says of itself in `metadata.contextsieve`: its relevance, its tokens, its slices, what is left out of it. */
export type SievedMetadata = Pick<
  CompressedDocument,
  "relevance" | "tokens" | "originalTokens" | "spans" | "kind" | "omitted" | "lossless" | "words"
>;

/** What is said of a document in its metadata. */
export function sievedMetadata(document: CompressedDocument): SievedMetadata {
  const { relevance, tokens, originalTokens, spans, kind, omitted, lossless, words } = document;
  return { relevance, tokens, originalTokens, spans, kind, omitted, lossless, ...(words ? { words } : {}) };
}
