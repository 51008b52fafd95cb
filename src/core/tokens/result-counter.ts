import type { SourceDocument } from "../types.js";
import { countEach } from "./count-each.js";
import type { TokenCounter, TokenizerOption } from "./counter.js";
import { resolveCounter } from "./resolve.js";
import { textCounter } from "./text-counter.js";

/** How the caller prints a result, and counts it. */
export interface ResultShape {
  documents: readonly SourceDocument[];
  /** Renders a document's text. Always a string: see `returningText`. */
  template: ((document: SourceDocument, text: string) => string) | undefined;
  /** Joins the documents. */
  separator: string;
  tokenizer: TokenizerOption | undefined;
  signal?: AbortSignal | undefined;
}

/** A document's text, kept or whole, with its place among the caller's documents. */
export interface IndexedText {
  index: number;
  text: string;
}

/** Tokens of the documents as they came. */
export interface ResultSizes {
  /** Of each document's text. */
  documents: number[];
  /** Of all of them, joined as the caller will. */
  total: number;
}

/** Counts what the caller will print. */
export interface ResultCounter {
  readonly counter: TokenCounter;
  /** Tokens of one text. */
  count(text: string): number | Promise<number>;
  /** Tokens of each text; a caller's own function may answer several at once. */
  countEach(texts: readonly string[]): Promise<number[]>;
  /**
   * Tokens of documents' texts joined as the caller will: each through the template, with the separator between.
   */
  countJoined(texts: readonly IndexedText[]): number | Promise<number>;
  /** Sizes of the documents as they came. @throws the signal's reason */
  countAll(): Promise<ResultSizes>;
}

/**
 * Opens the counter of a result.
 *
 * @throws InvalidOptionError
 */
export async function openResultCounter(shape: ResultShape): Promise<ResultCounter> {
  const { documents, template, separator, signal } = shape;
  const counter = await resolveCounter(shape.tokenizer, signal);
  const texts = textCounter(counter);

  const countJoined = (kept: readonly IndexedText[]) => {
    if (!template) {
      return texts.countJoined(
        kept.map(({ text }) => text),
        separator,
      );
    }
    // A copy each time: what a template changes in it is no part of the result.
    const rendered = kept.map(({ index, text }) => template({ ...(documents[index] as SourceDocument) }, text));
    return counter.count(rendered.join(separator));
  };

  return {
    counter,
    count: (text) => texts.count(text),
    countJoined,
    countEach: (each) => countEach(counter, each, signal),
    async countAll() {
      const sizes = await countEach(
        counter,
        documents.map(({ text }) => text),
        signal,
      );
      return { documents: sizes, total: await countJoined(documents.map(({ text }, index) => ({ index, text }))) };
    },
  };
}
