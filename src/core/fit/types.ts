import type { RenderedDocument, RenderStyle } from "../render/prose.js";
import type { TokenCounter } from "../tokens/counter.js";
import type { IndexedText } from "../tokens/result-counter.js";
import type { RankedDocument, Ranking } from "../value/types.js";

/** A document that competes for the budget. */
export interface FitDocument extends RankedDocument {
  /** Kept whole, whatever it costs. */
  pinned: boolean;
  /** How it is printed. */
  style: RenderStyle;
  /** Tokens of each unit with the space before it, estimated. */
  unitCosts: Float32Array;
}

/** What is to be fitted, and under what. */
export interface FitRequest {
  documents: readonly FitDocument[];
  /** Moves of `documents`, as `rankMoves` ranks them; none for pinned documents. */
  ranking: Ranking;
  counter: TokenCounter;
  maxTokens: number;
  /** Tokens of the documents' kept texts, joined as the caller will: what the ceiling is held against. */
  count(texts: readonly IndexedText[]): number | Promise<number>;
  signal?: AbortSignal | undefined;
}

/** The selection that fits. */
export interface Fit {
  /** One flag per unit, per document. */
  kept: Uint8Array[];
  rendered: RenderedDocument[];
  /** Tokens of each document's text. */
  documentTokens: number[];
  /** Tokens of the joined text, counted last. */
  tokens: number;
}
