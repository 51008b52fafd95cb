import type { SteppedRows } from "../cache/stepped-rows.js";
import type { SentenceOutline } from "../structure/sentence-outline.js";
import type { EncodedDocument } from "../types.js";

/**
 * What is kept or dropped as one: words glued together without white space (`don't`, `3.5`, `a/b`,
 * `foo()`), without the punctuation at its sides, which follows its unit.
 */
export interface Unit {
  /** Index of the sentence the unit lies in. */
  sentence: number;
  /** Words of the unit itself, half-open. */
  firstWord: number;
  endWord: number;
  /** Words with the punctuation around: `leadWord <= firstWord`, `trailWord >= endWord`. */
  leadWord: number;
  trailWord: number;
  /** True for negations, numbers with their units, identifiers, list marks: they stay in a kept sentence. */
  isProtected: boolean;
  /** True for words that the model says decide what stands beside them: they stay with their neighbours. */
  isPivot: boolean;
  /** False for free-standing symbols: they do not make a sentence worth keeping. */
  isSolid: boolean;
  /** True between backticks in prose: printed as it is, marks and all. */
  isCode: boolean;
}

/** An encoded document, and how its sentences hang together. */
export interface OutlinedDocument extends EncodedDocument {
  /** Undefined for plain prose, where no sentence needs another. */
  outline?: SentenceOutline | undefined;
}

/** All that is known of a document before a question comes: computed once per text. */
export interface AnalyzedDocument extends Omit<OutlinedDocument, "vectors"> {
  /** Sentence vectors of unit length, row by row; empty for models without vectors. */
  vectors: SteppedRows;
  units: readonly Unit[];
  /** Index of each sentence's first unit; `sentences + 1` long. */
  sentenceUnits: Uint32Array;
  /** What each unit is worth by itself, 0..1: see `unitSalience`. */
  salience: Float32Array;
  /** Per word: the bracket or quote that is paired with this one, else -1. */
  partners: Int32Array;
  /** Per sentence: 1 or 2, which of the sieve's models read it; 0 if none knows its language: then it is never cut. */
  readBy: Uint8Array;
  /** Per word: the unit in whose range it lies, punctuation at its sides included. */
  unitOf: Uint32Array;
}
