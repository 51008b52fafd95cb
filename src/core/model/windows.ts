import type { Sentence } from "../types.js";
import type { ModelManifest } from "./load/manifest.js";
import type { DocumentPieces } from "./piece-tokenizer.js";

/** One stretch of a text as the encoder reads it, with the words it answers for. */
export interface Window {
  /** `[CLS]`, the model's prefix, pieces, `[SEP]`. */
  inputIds: Int32Array;
  /** Token type id per input id; all zero for models without shapes. */
  tokenTypeIds: Int32Array;
  /** First word scored by this window. */
  firstWord: number;
  /** Word after the last one scored by this window. */
  endWord: number;
  /** Index in `inputIds` of the first piece of `firstWord`. */
  firstPiece: number;
}

/**
 * Cuts a text into windows of at most `window.maxTokens` tokens. Each word is scored by exactly one
 * window. Windows break at sentence ends if they can, are about equally long, and read
 * `window.contextTokens` of their neighbours at each side, so that no word is scored without context.
 */
export function cutWindows(
  pieces: DocumentPieces,
  sentences: readonly Sentence[],
  manifest: ModelManifest,
  { apart, prefix = manifest.prefixes?.text ?? [] }: WindowRules = {},
): Window[] {
  const wordCount = pieces.starts.length - 1;
  const cut = (own: readonly Sentence[], first: number, end: number) =>
    cutStretch(pieces, own, manifest, prefix, first, end);
  if (!apart) return cut(sentences, 0, wordCount);
  const windows: Window[] = [];
  for (let first = 0; first < sentences.length; ) {
    let end = first + 1;
    while (!apart[first] && end < sentences.length && !apart[end]) end += 1;
    const stretch = sentences.slice(first, end);
    const endWord = end === sentences.length ? wordCount : (stretch.at(-1) as Sentence).endWord;
    windows.push(...cut(stretch, (stretch[0] as Sentence).firstWord, endWord));
    first = end;
  }
  return windows;
}

/** How windows are cut. */
export interface WindowRules {
  /** One flag per sentence: it has windows of its own and reads nothing of its neighbours. */
  apart?: Uint8Array | undefined;
  /** Pieces that each window reads first. @default the manifest's, for texts */
  prefix?: readonly number[] | undefined;
}

/** The windows of the words from `first` to `end`: nothing outside of them is read. */
function cutStretch(
  pieces: DocumentPieces,
  sentences: readonly Sentence[],
  manifest: ModelManifest,
  prefix: readonly number[],
  first: number,
  end: number,
): Window[] {
  if (first === end) return [];
  const room = manifest.window.maxTokens - 2 - prefix.length;
  const total = firstPieceOf(pieces, end) - firstPieceOf(pieces, first);
  if (total <= room) return [buildWindow(pieces, manifest, prefix, first, end, first, end)];

  const context = manifest.window.contextTokens;
  const capacity = room - 2 * context;
  const target = Math.ceil(total / Math.ceil(total / capacity));
  const windows: Window[] = [];
  let sentence = 0;
  for (let firstWord = first; firstWord < end; ) {
    const start = firstPieceOf(pieces, firstWord);
    let endWord = firstWord;
    while (sentence < sentences.length) {
      const candidate = (sentences[sentence] as Sentence).endWord;
      const length = firstPieceOf(pieces, candidate) - start;
      if (length > capacity || (endWord > firstWord && length > target + context)) break;
      endWord = candidate;
      sentence += 1;
      if (length >= target) break;
    }
    if (endWord === firstWord) endWord = lastWordWithin(pieces, firstWord, start + capacity, end);
    windows.push(
      buildWindow(
        pieces,
        manifest,
        prefix,
        firstWord,
        endWord,
        firstWordFrom(pieces, firstWord, start - context, first),
        lastWordWithin(pieces, endWord, firstPieceOf(pieces, endWord) + context, end),
      ),
    );
    firstWord = endWord;
  }
  return windows;
}

/** The window of a question: no shapes, cut at the window's length. */
export function questionWindows(pieces: DocumentPieces, manifest: ModelManifest): Window[] {
  const plain = { ...pieces, types: new Uint8Array(pieces.types.length) };
  const window = { ...manifest.window, contextTokens: 0 };
  return cutWindows(plain, [], { ...manifest, window }, { prefix: manifest.prefixes?.question ?? [] });
}

function firstPieceOf(pieces: DocumentPieces, word: number): number {
  return pieces.starts[word] as number;
}

function lastWordWithin(pieces: DocumentPieces, from: number, limit: number, last: number): number {
  let end = from;
  while (end < last && firstPieceOf(pieces, end + 1) <= limit) end += 1;
  return end;
}

function firstWordFrom(pieces: DocumentPieces, from: number, limit: number, earliest: number): number {
  let first = from;
  while (first > earliest && firstPieceOf(pieces, first - 1) >= limit) first -= 1;
  return first;
}

function buildWindow(
  pieces: DocumentPieces,
  manifest: ModelManifest,
  prefix: readonly number[],
  firstWord: number,
  endWord: number,
  contextFirst: number,
  contextEnd: number,
): Window {
  const from = firstPieceOf(pieces, contextFirst);
  const to = firstPieceOf(pieces, contextEnd);
  const first = 1 + prefix.length;
  const inputIds = new Int32Array(first + to - from + 1);
  const tokenTypeIds = new Int32Array(inputIds.length);
  inputIds[0] = manifest.specialTokens.cls;
  inputIds.set(prefix, 1);
  inputIds.set(pieces.ids.subarray(from, to), first);
  inputIds[inputIds.length - 1] = manifest.specialTokens.sep;
  for (let word = contextFirst; word < contextEnd; word += 1) {
    tokenTypeIds.fill(
      pieces.types[word] as number,
      firstPieceOf(pieces, word) - from + first,
      firstPieceOf(pieces, word + 1) - from + first,
    );
  }
  return { inputIds, tokenTypeIds, firstWord, endWord, firstPiece: firstPieceOf(pieces, firstWord) - from + first };
}
