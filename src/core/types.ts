/** Half-open range of UTF-16 code units in a source text. */
export interface Span {
  start: number;
  end: number;
}

/**
 * A word: a run of letters, digits, marks and underscores (segmented further where the script has no
 * spaces), or one visible symbol. The unit that is labelled, scored and explained.
 */
export interface Word extends Span {
  /** True where white space or the text's start stands before the word. */
  spaceBefore: boolean;
}

/** What a sentence is made of: prose may lose words, every other kind is kept or dropped whole. */
export type SentenceKind = "prose" | "heading" | "code" | "table" | "data";

/** A sentence, or what takes its place in structured text: a heading, a code line, a table row, a JSON member. */
export interface Sentence extends Span {
  kind: SentenceKind;
  /** Index of the sentence's first word in the document's words. */
  firstWord: number;
  /** Index after the sentence's last word. */
  endWord: number;
}

/** A document as callers hand it over: a bare text, or a text with what they know about it. */
export type DocumentInput = string | SourceDocument;

/** A document with what the caller knows about it. Never mutated. */
export interface SourceDocument {
  /** Name of the document in the result. @default the index, as a string */
  id?: string;
  text: string;
  title?: string;
  /** The caller's own retrieval score; higher is better. Blended in by `scoreWeight`. */
  score?: number;
  metadata?: Record<string, unknown>;
  /** Keep the document whole. */
  pinned?: boolean;
}

/** What one encoder pass knows of a text: all a question needs, with no second pass. Cacheable. */
export interface EncodedText {
  /** P(keep) per word, 0..1, as long as the text's words. */
  keep: Float32Array;
  /** P(core) per word, 0..1: kept even at a fifth of the text. */
  core: Float32Array;
  /** P(pivot) per word, 0..1: without it what stays of its clause says something else; zeros for models without. */
  pivot: Float32Array;
  /** Sentence vectors of unit length, row by row, `sentences x dimension`; empty for models without vectors. */
  vectors: Float32Array;
  /** Length of one sentence vector; 0 for models without vectors. */
  dimension: number;
}

/** A document cut into words and sentences, with its scores. */
export interface EncodedDocument extends EncodedText {
  text: string;
  words: readonly Word[];
  sentences: readonly Sentence[];
}

/** Why a document is not in the result. */
export type DropReason = "irrelevant" | "over-budget" | "duplicate" | "empty";

/** A document that is not in the result. */
export interface DroppedDocument {
  id: string;
  index: number;
  reason: DropReason;
}

/** One word of a document, its scores and its fate; given with `explain: true`. */
export interface ExplainedWord extends Span {
  /** Unconditional probability that the word is kept, 0..1. */
  keep: number;
  /** Unconditional probability that the word is among the core fifth, 0..1. */
  core: number;
  /** Probability that what stays of the word's clause says something else without it, 0..1; 0 for models without. */
  pivot: number;
  /** Calibrated relevance of the word's sentence to the question, 0..1; 1 where there is no question. */
  relevance: number;
  /** What the words were ranked by: higher is kept first. */
  value: number;
  kept: boolean;
  /** Kept because of what it is (negation, number, unit, identifier, forced phrase), not of its value. */
  protected: boolean;
}

/** A document that is in the result, whole or in part. */
export interface CompressedDocument {
  id: string;
  /** Place in the caller's documents. */
  index: number;
  text: string;
  title?: string;
  metadata?: Record<string, unknown>;
  score?: number;
  /** Tokens of `text` by the caller's tokenizer. */
  tokens: number;
  /** Tokens of the source text by the caller's tokenizer. */
  originalTokens: number;
  /** Calibrated relevance to the question, 0..1; 1 where there is no question. */
  relevance: number;
  /** Slices of the source text that `text` is made of, in order. */
  spans: [start: number, end: number][];
  /** Every word of the document; only with `explain: true`. */
  words?: ExplainedWord[];
}

/** Milliseconds spent in each step. */
export interface Timings {
  encodeMs: number;
  selectMs: number;
  valueMs: number;
  fitMs: number;
  totalMs: number;
  /** Documents whose scores came from the cache. */
  cacheHits: number;
  /** Documents that took an encoder pass. */
  cacheMisses: number;
}

/** What `compress` gives back. */
export interface CompressResult {
  /** The documents' texts joined by `separator`: what the ceiling is counted on. */
  text: string;
  /** In the caller's order. */
  documents: CompressedDocument[];
  dropped: DroppedDocument[];
  /** Tokens of what is returned, by the caller's tokenizer, with the caller's template. */
  tokens: number;
  originalTokens: number;
  timings: Timings;
  /** Every word and whether the published rule keeps it; only with `method: "llmlingua2"` and `returnWordLabel`. */
  labeledPrompt?: string;
}
