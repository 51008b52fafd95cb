/** Half-open range of UTF-16 code units in a source text. */
export interface Span {
  start: number;
  end: number;
}

/**
 * A word: a run of letters, digits, marks and underscores (segmented further if the script has no
 * spaces), or one visible symbol. The unit that is labelled, scored and explained.
 */
export interface Word extends Span {
  /** True if white space or the text's start is before the word. */
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

/** The kinds of text that are told apart. A text of an unknown kind is `prose`. */
export const TEXT_KINDS = [
  "json",
  "ndjson",
  "yaml",
  "toml",
  "ini",
  "xml",
  "html",
  "csv",
  "table",
  "log",
  "trace",
  "diff",
  "grep",
  "listing",
  "markdown",
  "code",
  "mail",
  "transcript",
  "subtitles",
  "legal",
  "qa",
  "latex",
  "paged",
  "prose",
] as const;

/** One of {@link TEXT_KINDS}. */
export type TextKind = (typeof TEXT_KINDS)[number];

/**
 * How a text that must be cut is printed: to the letter; without what carries nothing (indentation of JSON and XML,
 * HTML tags, padding of columns), so that less of it has to go; or, if it fits whole only so, as a `table`: arrays of like
 * objects as rows under their keys, lines that grep found below their file, lines of a log that are alike told once.
 */
export type TextForm = "same" | "compact" | "table";

/** A document as callers hand it over: a bare text, or a text with what they know about it. */
export type DocumentInput = string | SourceDocument;

/** A document with what the caller knows about it. Never mutated. */
export interface SourceDocument {
  /** Name of the document in the result. @default the index, as a string */
  id?: string | undefined;
  text: string;
  title?: string | undefined;
  /** The caller's own retrieval score; higher is better. Blended in by `scoreWeight`. */
  score?: number | undefined;
  metadata?: Record<string, unknown> | undefined;
  /** Keep the document whole. */
  pinned?: boolean | undefined;
  /** What kind of text it is. @default told by `metadata` (file name, media type) and by the text itself */
  kind?: TextKind | undefined;
}

/**
 * What one encoder pass knows of a text: all a question needs, with no second pass. Cacheable: probabilities are rounded to
 * 8 bits and vectors to 8-bit steps, so that caches hold them in a quarter of their size and nothing depends on whether one
 * had them.
 */
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
  /** Calibrated relevance of the word's sentence to the question, 0..1; 1 if there is no question. */
  relevance: number;
  /** What the words were ranked by: higher is kept first. */
  value: number;
  kept: boolean;
  /** Kept because of what it is (negation, number, unit, identifier, forced phrase), not of its value. */
  protected: boolean;
}

/** A stretch of a document of which nothing is kept. */
export interface Omission extends Span {
  /** Lines of the source that it touches; the first line is 1. */
  firstLine: number;
  lastLine: number;
  /** Sentences, rows, members or lines (see `unit`) that are left out here. */
  items: number;
  /** How many of them the whole document has. */
  of: number;
  /** What `items` counts, in the plural: "sentences", "rows", "lines", "members". */
  unit: string;
}

/**
 * Whether and how what is left out is marked in the text. `true`: a note in the kind's own form, none in JSON. `"all"`:
 * in JSON too, as a member that is not of the source. A function gives the note; an empty one marks nothing.
 */
export type MarkerOption = boolean | "all" | ((omission: Omission & { kind: TextKind }) => string);

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
  /** Calibrated relevance to the question, 0..1; 1 if there is no question. */
  relevance: number;
  /** Slices of the source text that `text` is made of, ascending. */
  spans: [start: number, end: number][];
  /**
   * Stretches of `text` that are not of the source: notes on what is left out, marks in place of HTML's tags, columns'
   * names and commas of a table. Absent where there are none; white space between two spans is not told.
   */
  inserted?: [start: number, end: number][];
  /** What kind of text it was read as. */
  kind: TextKind;
  /**
   * True if not even one row, element or line fits with what it means nothing without: the best stands alone, or in part,
   * and need not be valid for its kind. Absent otherwise.
   */
  fragment?: true;
  /** Where whole sentences, rows, members or lines are left out, in order. */
  omitted: Omission[];
  /** True if nothing is lost: the text as it came, or in a form that says the same. */
  lossless: boolean;
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
