import type { CompressedDocument } from "../core/index.js";

/** What a compressed document or node says of itself in `metadata.contextsieve`: its relevance, its tokens, its slices. */
export type SievedMetadata = Pick<CompressedDocument, "relevance" | "tokens" | "originalTokens" | "spans" | "words">;

/** What is said of a document in its metadata. */
export function sievedMetadata(document: CompressedDocument): SievedMetadata {
  const { relevance, tokens, originalTokens, spans, words } = document;
  return { relevance, tokens, originalTokens, spans, ...(words ? { words } : {}) };
}
