import { Tokenizer } from "@huggingface/tokenizers";
import { ModelLoadError } from "../errors.js";
import { runAtOnce, runSliced, type Sliced } from "../runtime/event-loop.js";
import { wordShape } from "../text/shapes.js";
import type { Word } from "../types.js";
import { type LoadedModel, MAX_PIECES_PER_WORD } from "./load/manifest.js";

/** A word's surface longer than this is cut before the tokenizer sees it, in UTF-16 code units. */
const MAX_WORD_LENGTH = 256;
const CACHE_WORDS = 100_000;
/** Words that are read before the event loop may run. */
const WORDS_PER_SLICE = 256;

/** A text as the encoder reads it: word pieces, without special tokens. */
export interface DocumentPieces {
  /** Piece ids of all words, one after another. */
  ids: Int32Array;
  /** Index in `ids` of each word's first piece; `words + 1` long. */
  starts: Uint32Array;
  /** Token type id of each word's pieces. */
  types: Uint8Array;
}

/** Turns words into word pieces. */
export interface PieceTokenizer {
  /** Pieces of the words of a text. A word that yields none is one unknown token. */
  pieces(text: string, words: readonly Word[]): DocumentPieces;
  /** The same in slices (see `runSliced`), for long texts. */
  piecesSliced(text: string, words: readonly Word[]): Promise<DocumentPieces>;
}

/** Tokenizers that were made while their model's session opened. */
const prepared = new WeakMap<LoadedModel, PieceTokenizer>();

/** Makes a model's tokenizer ahead of time. What is wrong with it is told when it is asked for. */
export function prepareTokenizer(model: LoadedModel): void {
  try {
    prepared.set(model, createPieceTokenizer(model));
  } catch (error) {
    if (!(error instanceof ModelLoadError)) throw error;
  }
}

/** The tokenizer of a model that was made ahead of time, else a new one. @throws ModelLoadError See {@link createPieceTokenizer} */
export function pieceTokenizerOf(model: LoadedModel): PieceTokenizer {
  return prepared.get(model) ?? createPieceTokenizer(model);
}

/**
 * A tokenizer that reads one word at a time, so that pieces need no offsets of their own, and remembers
 * each word's pieces. Equal to tokenizing the whole text wherever the tokenizer's own pre-tokenizer cuts
 * at the same word borders (BERT's does).
 *
 * @throws ModelLoadError If `tokenizer.json` is not one the library reads.
 */
export function createPieceTokenizer(model: LoadedModel): PieceTokenizer {
  const tokenizer = open(model);
  const marksSpaces = !isWordPiece(model.tokenizerJson);
  const usesShapes = model.manifest.tokenTypes === "shape";
  const unknown = [model.manifest.specialTokens.unk];
  const cache = new Map<string, readonly number[]>();

  const piecesOf = (surface: string): readonly number[] => {
    const cached = cache.get(surface);
    if (cached) return cached;
    const ids = tokenizer.encode(surface, { add_special_tokens: false }).ids.slice(0, MAX_PIECES_PER_WORD);
    const pieces = ids.length > 0 ? ids : unknown;
    if (cache.size >= CACHE_WORDS) cache.clear();
    cache.set(surface, pieces);
    return pieces;
  };

  function* readSliced(text: string, words: readonly Word[]): Sliced<DocumentPieces> {
    const starts = new Uint32Array(words.length + 1);
    const types = new Uint8Array(words.length);
    const ids: number[] = [];
    let previousEnd = 0;
    for (let index = 0; index < words.length; index += 1) {
      const word = words[index] as Word;
      const surface = text.slice(word.start, Math.min(word.end, word.start + MAX_WORD_LENGTH));
      starts[index] = ids.length;
      for (const id of piecesOf(marksSpaces && word.spaceBefore ? ` ${surface}` : surface)) ids.push(id);
      if (usesShapes) types[index] = wordShape(text, word, previousEnd);
      previousEnd = word.end;
      if (index % WORDS_PER_SLICE === WORDS_PER_SLICE - 1) yield;
    }
    starts[words.length] = ids.length;
    return { ids: Int32Array.from(ids), starts, types };
  }

  return {
    pieces: (text, words) => runAtOnce(readSliced(text, words)),
    piecesSliced: (text, words) => runSliced(readSliced(text, words)),
  };
}

function open(model: LoadedModel): Tokenizer {
  try {
    return new Tokenizer(model.tokenizerJson, {});
  } catch (cause) {
    throw new ModelLoadError(
      `Expected ${model.manifest.tokenizer} of ${model.manifest.name} to be a tokenizer.json, got ${String(cause)}.`,
      {
        cause,
      },
    );
  }
}

function isWordPiece(tokenizerJson: object): boolean {
  return (tokenizerJson as { model?: { type?: string } }).model?.type === "WordPiece";
}
