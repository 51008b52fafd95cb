import { Document, type DocumentInterface } from "@langchain/core/documents";
import type { OneBudget, SieveSource } from "../agents/sieve-source.js";
import { sievedMetadata } from "../agents/sieved-metadata.js";
import type { AnyMethodOptions, CompressedDocument, SourceDocument } from "../core/index.js";

/** Options of `compress` that hold for every call, and where the sieve comes from. */
export type SieveCompressorOptions = Omit<
  AnyMethodOptions,
  "documents" | "query" | "signal" | "maxTokens" | "rate" | "threshold"
> &
  OneBudget &
  SieveSource;

/** A LangChain document as the core takes it. A reranker's `metadata.relevanceScore`, or `metadata.score`, is its score. */
export function toSource({ pageContent, id, metadata }: DocumentInterface): SourceDocument {
  const { title, relevanceScore, score = relevanceScore } = metadata ?? {};
  return {
    text: pageContent,
    // Stores hand on what a database has: a number, or null.
    id: id === undefined || id === null ? undefined : String(id),
    title: typeof title === "string" ? title : undefined,
    score: Number.isFinite(score) ? (score as number) : undefined,
    metadata: metadata ?? {},
  };
}

/** A new LangChain document for what is left of `source`. */
export function toDocument(source: DocumentInterface, compressed: CompressedDocument): Document {
  return new Document({
    pageContent: compressed.text,
    metadata: { ...source.metadata, contextsieve: sievedMetadata(compressed) },
    ...(source.id === undefined ? {} : { id: source.id }),
  });
}
