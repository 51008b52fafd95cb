import type { AnalyzedDocument } from "../document/types.js";

/** A document's part in the ranking. */
export interface RankedDocument {
  /** Place in the caller's documents. */
  index: number;
  document: AnalyzedDocument;
  /** Log-odds of each sentence's relevance; absent if there is no question. */
  relevance?: Float32Array | undefined;
  /** Sentences that are out: not relevant enough. */
  excluded?: Uint8Array | undefined;
  /** Per sentence, whether another one says it already: 0 no, 1 as evidence for another document, 2 yes. */
  copies?: Uint8Array | undefined;
  /** Units inside a forced phrase, kept wherever their sentence is: 1, or 2 with the punctuation at their sides. */
  forced?: Uint8Array | undefined;
}

/**
 * The moves of a text before the question: units that come in together. The moves of a sentence follow each other. Each
 * clause has one that opens it with its best units and all that is protected in it; a clause that hangs on another opens
 * after it.
 */
export interface Moves {
  /** Units of all moves, one move after another. */
  units: Uint32Array;
  /** Index in `units` of each move's first; `moves + 1` long. */
  starts: Uint32Array;
  /** Sentence of each move. */
  sentences: Uint32Array;
  /** Log of the salience that each move is ranked by. */
  logSalience: Float64Array;
  /** Units that must be worth keeping for the move to open its clause; 0 for the moves that follow. */
  openingUnits: Uint32Array;
  /** The move that must be in before this one, or -1. It precedes it. */
  requires: Int32Array;
}

/** The moves of all documents, best first. */
export interface Ranking {
  /** Moves of each document that is ranked. */
  moves: readonly Moves[];
  /** Place of each ranked move's document in `moves`. */
  documents: Uint32Array;
  /** Index of each ranked move among its document's. */
  indices: Uint32Array;
  /** Values, falling. Log scale: only the order matters. */
  values: Float64Array;
}
