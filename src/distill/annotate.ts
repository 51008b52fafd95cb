import { splitSentences } from "../core/text/sentences.js";
import { splitWords } from "../core/text/words.js";
import type { Sentence, Word } from "../core/types.js";
import { type AlignmentWord, alignWords } from "./alignment.js";
import { BOUNDARY, type CompressedWord, readMarkedText } from "./marked-text.js";

/** What became of a source word, in rising order of worth. */
export const LABEL = { dropped: 0, kept: 1, core: 2 } as const;

/** A source text with one label per word. */
export interface Annotation {
  words: Word[];
  sentences: Sentence[];
  /** One {@link LABEL} per source word: 0 dropped, 1 kept, 2 core. */
  labels: Uint8Array;
  /** The words of the compression, without its core marks. */
  compressed: CompressedWord[];
  /** Per compressed word the index of the source word it was taken from, or -1 where there is none. */
  matches: Int32Array;
}

/**
 * Labels every word of a source by a teacher's deletion-only compression of it. The compression marks the
 * core with « ». Words are matched by a global monotone alignment ({@link alignWords}).
 */
export function annotate(source: string, compressed: string): Annotation {
  const words = splitWords(source);
  const sentences = splitSentences(source, words);
  const compressedWords = readMarkedText(compressed, source);
  const matches = alignWords(sourceWords(source, words, sentences), compressedWords);
  const labels = new Uint8Array(words.length);
  matches.forEach((index, j) => {
    if (index >= 0) labels[index] = (compressedWords[j] as CompressedWord).core ? LABEL.core : LABEL.kept;
  });
  return { words, sentences, labels, compressed: compressedWords, matches };
}

function sourceWords(source: string, words: readonly Word[], sentences: readonly Sentence[]): AlignmentWord[] {
  const boundaries = new Uint8Array(words.length);
  for (const sentence of sentences) {
    const first = sentence.firstWord;
    const previousEnd = words[first - 1]?.end ?? 0;
    const lineBreak = first === 0 || /[\n\r\u2028\u2029]/u.test(source.slice(previousEnd, sentence.start));
    boundaries[first] = lineBreak ? BOUNDARY.line : BOUNDARY.sentence;
  }
  return words.map((word, index) => ({
    surface: source.slice(word.start, word.end),
    spaceBefore: word.spaceBefore,
    boundary: boundaries[index] as number,
  }));
}
