import { Document, type DocumentInterface } from "@langchain/core/documents";
import type { CompressedDocument, CompressOptions, ExplainedWord, SieveSource, SourceDocument } from "../core/index.js";

/** Options of `compress` that hold for every call, and where the sieve comes from. */
export type SieveCompressorOptions = Omit<CompressOptions, "documents" | "query" | "signal"> & SieveSource;

/** What a compressed document says of itself in `metadata.contextsieve`. */
export interface SievedMetadata {
  /** Calibrated relevance to the question, 0..1; 1 where there is no question. */
  relevance: number;
  tokens: number;
  originalTokens: number;
  /** Slices of the source's `pageContent` that the new one is made of. */
  spans: [start: number, end: number][];
  /** Every word of the source, with its scores and its fate; only with `explain: true`. */
  words?: ExplainedWord[];
}

/** A LangChain document as the core takes it. A reranker's `metadata.relevanceScore`, or `metadata.score`, is its score. */
export function toSource({ pageContent, id, metadata }: DocumentInterface): SourceDocument {
  const { title, relevanceScore, score = relevanceScore } = metadata ?? {};
  return {
    text: pageContent,
    ...(id === undefined ? {} : { id }),
    ...(typeof title === "string" ? { title } : {}),
    ...(Number.isFinite(score) ? { score: score as number } : {}),
    metadata: metadata ?? {},
  };
}

/** A new LangChain document for what is left of `source`. */
export function toDocument(source: DocumentInterface, compressed: CompressedDocument): Document {
  const { relevance, tokens, originalTokens, spans, words } = compressed;
  const contextsieve: SievedMetadata = { relevance, tokens, originalTokens, spans, ...(words ? { words } : {}) };
  return new Document({
    pageContent: compressed.text,
    metadata: { ...source.metadata, contextsieve },
    ...(source.id === undefined ? {} : { id: source.id }),
  });
}
