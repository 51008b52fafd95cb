import type { AnalyzedDocument } from "../document/types.js";
import type { DropReason } from "../types.js";

/** A document as the coarse selection sees it. */
export interface Candidate {
  /** Place in the caller's documents. */
  index: number;
  document: AnalyzedDocument;
  /** Log-odds of relevance per sentence; absent if there is no question. */
  relevance?: Float32Array | undefined;
  /** What documents are ranked by: the best sentence's log-odds, or the mean salience; the caller's score blended in. */
  rank: number;
  /** Tokens of the whole document. */
  tokens: number;
  /** Kept whole: what it says, no other document has to say again. */
  pinned?: boolean | undefined;
}

/** What is left of the documents, and what is out. */
export interface Selection {
  /** In the caller's order. */
  kept: Candidate[];
  dropped: Candidate[];
}

/** A document that passed the coarse selection. */
export interface ShortlistedDocument {
  /** Place in the caller's documents. */
  index: number;
  document: AnalyzedDocument;
  /** Log-odds of relevance per sentence; absent if there is no question. */
  relevance: Float32Array | undefined;
  /** One flag per sentence that is out: not relevant enough. */
  excluded: Uint8Array | undefined;
  /** Per sentence, whether another one says it already: see `Copy`. Undefined if none is a copy. */
  copies: Uint8Array | undefined;
  /** Kept whole, whatever it costs. */
  pinned: boolean;
}

/**
 * What a sentence repeats: 0 nothing, 1 a sentence of another document that says more than copies (evidence for its
 * own document too), 2 what is better said elsewhere.
 */
export const COPY = { none: 0, evidence: 1, plain: 2 } as const;

/** A document that is out, by its place among the caller's. */
export interface Dropped {
  index: number;
  reason: DropReason;
}
