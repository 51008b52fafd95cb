import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_PIECES_PER_WORD } from "../../../src/core/model/load/manifest.js";
import type { DocumentPieces } from "../../../src/core/model/piece-tokenizer.js";
import { cutWindows, questionWindows } from "../../../src/core/model/windows.js";
import type { Sentence } from "../../../src/core/types.js";
import { CASES } from "../../support/arbitraries.js";
import { writeFakeModel } from "../../support/fake-model.js";

const { manifest: base, dispose } = writeFakeModel();
await dispose();

/** A document of words with so many pieces each; every piece's id is its place, from 1000. */
function piecesOf(counts: readonly number[]): DocumentPieces {
  const starts = new Uint32Array(counts.length + 1);
  for (const [word, count] of counts.entries()) starts[word + 1] = (starts[word] as number) + count;
  return {
    ids: Int32Array.from({ length: starts[counts.length] as number }, (_, piece) => 1000 + piece),
    starts,
    types: Uint8Array.from(counts, (_, word) => word % 24),
  };
}

/** Sentences of the given lengths, until the words are used up. */
function sentencesOf(wordCount: number, lengths: readonly number[]): Sentence[] {
  const sentences: Sentence[] = [];
  for (let firstWord = 0; firstWord < wordCount; ) {
    const endWord = Math.min(wordCount, firstWord + (lengths[sentences.length % lengths.length] as number));
    sentences.push({ start: 0, end: 0, kind: "prose", firstWord, endWord });
    firstWord = endWord;
  }
  return sentences;
}

const window = (maxTokens: number, contextTokens: number) => ({ ...base, window: { maxTokens, contextTokens } });
const counts = fc.array(fc.integer({ min: 1, max: MAX_PIECES_PER_WORD }), { minLength: 1, maxLength: 300 });
const lengths = fc.array(fc.integer({ min: 1, max: 96 }), { minLength: 1, maxLength: 8 });

describe("windows", () => {
  it("score each word exactly once, within the limit, whatever the words and sentences", () => {
    fc.assert(
      fc.property(
        counts,
        lengths,
        fc.integer({ min: 34, max: 300 }),
        fc.nat(60),
        (pieceCounts, sentenceLengths, maxTokens, context) => {
          const contextTokens = Math.min(context, Math.floor((maxTokens - MAX_PIECES_PER_WORD - 2) / 2));
          const pieces = piecesOf(pieceCounts);
          const sentences = sentencesOf(pieceCounts.length, sentenceLengths);
          let next = 0;
          for (const { inputIds, tokenTypeIds, firstWord, endWord, firstPiece } of cutWindows(
            pieces,
            sentences,
            window(maxTokens, contextTokens),
          )) {
            expect(firstWord).toBe(next);
            expect(endWord).toBeGreaterThan(firstWord);
            next = endWord;
            expect(inputIds.length).toBeLessThanOrEqual(maxTokens);
            expect([inputIds[0], inputIds.at(-1)]).toEqual([base.specialTokens.cls, base.specialTokens.sep]);
            const start = pieces.starts[firstWord] as number;
            const end = pieces.starts[endWord] as number;
            expect([...inputIds.slice(firstPiece, firstPiece + end - start)]).toEqual([
              ...pieces.ids.slice(start, end),
            ]);
            expect(tokenTypeIds[firstPiece]).toBe(pieces.types[firstWord]);
            expect(tokenTypeIds.length).toBe(inputIds.length);
          }
          expect(next).toBe(pieceCounts.length);
        },
      ),
      { numRuns: CASES },
    );
  });

  it("read the words around those that they score: as much context as there is room for, at both sides", () => {
    const pieces = piecesOf(Array.from({ length: 500 }, () => 2));
    const windows = cutWindows(pieces, sentencesOf(500, [10]), window(120, 20));
    expect(windows.length).toBeGreaterThan(10);
    for (const { inputIds, firstWord, endWord, firstPiece } of windows) {
      const before = firstPiece - 1;
      const after = inputIds.length - 1 - firstPiece - 2 * (endWord - firstWord);
      expect(before).toBe(Math.min(20, 2 * firstWord));
      expect(after).toBe(Math.min(20, 2 * (500 - endWord)));
    }
  });

  it("break at the ends of sentences where sentences fit, and are about equally long", () => {
    const pieces = piecesOf(Array.from({ length: 400 }, () => 1));
    const sentences = sentencesOf(400, [7, 12, 20, 5]);
    const windows = cutWindows(pieces, sentences, window(130, 16));
    const ends = new Set(sentences.map(({ endWord }) => endWord));
    for (const { endWord } of windows) expect(ends.has(endWord)).toBe(true);
    const sizes = windows.map(({ firstWord, endWord }) => endWord - firstWord);
    expect(Math.min(...sizes)).toBeGreaterThan(Math.max(...sizes) / 2);
  });

  it("are one where all fits, and none for no words", () => {
    expect(cutWindows(piecesOf([]), [], base)).toEqual([]);
    const [only, ...more] = cutWindows(
      piecesOf(Array.from({ length: 158 }, () => 1)),
      sentencesOf(158, [50]),
      window(160, 16),
    );
    expect(more).toEqual([]);
    expect([only?.inputIds.length, only?.firstPiece, only?.firstWord, only?.endWord]).toEqual([160, 1, 0, 158]);
  });

  it("begin with what the model was trained to read in front of a text or a question, within the limit", () => {
    const manifest = { ...window(120, 20), prefixes: { text: [71, 72], question: [73] } };
    const pieces = piecesOf(Array.from({ length: 300 }, () => 2));
    const texts = cutWindows(pieces, sentencesOf(300, [10]), manifest);
    for (const { inputIds, firstWord, firstPiece } of texts) {
      expect(inputIds.length).toBeLessThanOrEqual(120);
      expect([...inputIds.slice(0, 3)]).toEqual([base.specialTokens.cls, 71, 72]);
      expect(inputIds[firstPiece]).toBe(1000 + 2 * firstWord);
    }
    const [question] = questionWindows(piecesOf([1, 1]), manifest);
    const { cls, sep } = base.specialTokens;
    expect([...(question?.inputIds ?? [])]).toEqual([cls, 73, 1000, 1001, sep]);
    expect(question?.firstPiece).toBe(2);
  });

  it("of a question have no shapes and no context", () => {
    const windows = questionWindows(piecesOf(Array.from({ length: 300 }, () => 1)), window(120, 20));
    expect(windows.length).toBe(3);
    for (const { tokenTypeIds, firstPiece } of windows) {
      expect(new Set(tokenTypeIds)).toEqual(new Set([0]));
      expect(firstPiece).toBe(1);
    }
  });
});
