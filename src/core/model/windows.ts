import type { Sentence } from "../types.js";
import type { ModelManifest } from "./manifest.js";
import type { DocumentPieces } from "./tokenizer.js";

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
 * window. Windows break at sentence ends where they can, are about equally long, and read
 * `window.contextTokens` of their neighbours at each side, so that no word is scored without context.
 */
export function cutWindows(
  pieces: DocumentPieces,
  sentences: readonly Sentence[],
  manifest: ModelManifest,
  prefix: readonly number[] = manifest.prefixes?.text ?? [],
): Window[] {
  const wordCount = pieces.starts.length - 1;
  if (wordCount === 0) return [];
  const room = manifest.window.maxTokens - 2 - prefix.length;
  const total = pieces.ids.length;
  if (total <= room) return [buildWindow(pieces, manifest, prefix, 0, wordCount, 0, wordCount)];

  const context = manifest.window.contextTokens;
  const capacity = room - 2 * context;
  const target = Math.ceil(total / Math.ceil(total / capacity));
  const windows: Window[] = [];
  let sentence = 0;
  for (let firstWord = 0; firstWord < wordCount; ) {
    const start = start0(pieces, firstWord);
    let endWord = firstWord;
    while (sentence < sentences.length) {
      const candidate = (sentences[sentence] as Sentence).endWord;
      const length = start0(pieces, candidate) - start;
      if (length > capacity || (endWord > firstWord && length > target + context)) break;
      endWord = candidate;
      sentence += 1;
      if (length >= target) break;
    }
    if (endWord === firstWord) endWord = lastWordWithin(pieces, firstWord, start + capacity);
    windows.push(
      buildWindow(
        pieces,
        manifest,
        prefix,
        firstWord,
        endWord,
        firstWordFrom(pieces, firstWord, start - context),
        lastWordWithin(pieces, endWord, start0(pieces, endWord) + context),
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
  return cutWindows(plain, [], { ...manifest, window }, manifest.prefixes?.question ?? []);
}

function start0(pieces: DocumentPieces, word: number): number {
  return pieces.starts[word] as number;
}

function lastWordWithin(pieces: DocumentPieces, from: number, limit: number): number {
  let end = from;
  while (end < pieces.starts.length - 1 && start0(pieces, end + 1) <= limit) end += 1;
  return end;
}

function firstWordFrom(pieces: DocumentPieces, from: number, limit: number): number {
  let first = from;
  while (first > 0 && start0(pieces, first - 1) >= limit) first -= 1;
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
  const from = start0(pieces, contextFirst);
  const to = start0(pieces, contextEnd);
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
      start0(pieces, word) - from + first,
      start0(pieces, word + 1) - from + first,
    );
  }
  return { inputIds, tokenTypeIds, firstWord, endWord, firstPiece: start0(pieces, firstWord) - from + first };
}
