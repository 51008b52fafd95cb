import { InvalidOptionError } from "../core/errors.js";
import { splitSentences } from "../core/text/sentences.js";
import { splitWords } from "../core/text/words.js";
import type { Sentence, Word } from "../core/types.js";
import type { AlignmentWord } from "./alignment.js";
import { alignLongTexts } from "./long-alignment.js";
import { BOUNDARY, type CompressedWord, readMarkedText } from "./marked-text.js";
import { cutUnits } from "./units.js";
import { REFERENCE_WINDOW_WORDS, searchWindows } from "./window-search.js";

/** What became of a source word, in rising order of worth. */
export const LABEL = { dropped: 0, kept: 1, core: 2 } as const;

/** The ways to find a compression's words in its source. */
export const ANNOTATION_METHODS = ["alignment", "llmlingua2"] as const;
export type AnnotationMethod = (typeof ANNOTATION_METHODS)[number];

export interface AnnotateOptions {
  /**
   * `alignment`: the best monotone alignment of the whole text. `llmlingua2`: the paper's greedy window
   * search, for comparison. @default "alignment"
   */
  method?: AnnotationMethod;
  /** How far `llmlingua2` looks in each direction, in words, at least 1. @default 400 */
  windowWords?: number;
}

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
 * Labels every word of a source by a teacher's deletion-only compression of it, in which « » mark the core.
 *
 * @throws {InvalidOptionError} for an unknown method or a window below 1
 */
export function annotate(source: string, compressed: string, options: AnnotateOptions = {}): Annotation {
  const { method = "alignment", windowWords = REFERENCE_WINDOW_WORDS } = options;
  if (!ANNOTATION_METHODS.includes(method)) {
    throw new InvalidOptionError(
      `Expected \`method\` to be one of ${ANNOTATION_METHODS.join(", ")}, got \`${method}\`.`,
    );
  }
  if (!Number.isInteger(windowWords) || windowWords < 1) {
    throw new InvalidOptionError(`Expected \`windowWords\` to be a whole number from 1, got \`${windowWords}\`.`);
  }
  const words = splitWords(source);
  const sentences = splitSentences(source, words);
  const compressedWords = readMarkedText(compressed, source);
  const sourceWords = withBoundaries(source, words, sentences);
  if (method === "llmlingua2") {
    const surfaces = sourceWords.map((word) => word.surface);
    const wanted = compressedWords.map((word) => word.surface);
    const matches = searchWindows(surfaces, wanted, windowWords);
    const owners = words.map((_, index) => index);
    return { words, sentences, labels: label(owners, matches, compressedWords), compressed: compressedWords, matches };
  }
  const sourceUnits = cutUnits(sourceWords);
  const compressedUnits = cutUnits(compressedWords);
  const unitMatches = alignLongTexts(sourceUnits.units, compressedUnits.units);
  const unitWords = compressedUnits.owners.map((owner) => compressedWords[owner] as CompressedWord);
  const labels = label(sourceUnits.owners, unitMatches, unitWords, words.length);
  const matches = new Int32Array(compressedWords.length).fill(-1);
  unitMatches.forEach((unit, index) => {
    const owner = compressedUnits.owners[index] as number;
    if (unit >= 0 && matches[owner] === -1) matches[owner] = sourceUnits.owners[unit] as number;
  });
  return { words, sentences, labels, compressed: compressedWords, matches };
}

/** A word is kept where at least half of its units were matched, and core where at least half of those are. */
function label(
  owners: readonly number[],
  matches: Int32Array,
  compressed: readonly CompressedWord[],
  wordCount = owners.length,
): Uint8Array {
  const units = new Uint32Array(wordCount);
  const matched = new Uint32Array(wordCount);
  const core = new Uint32Array(wordCount);
  for (const owner of owners) units[owner] = (units[owner] as number) + 1;
  matches.forEach((unit, index) => {
    if (unit < 0) return;
    const owner = owners[unit] as number;
    matched[owner] = (matched[owner] as number) + 1;
    if (compressed[index]?.core) core[owner] = (core[owner] as number) + 1;
  });
  return Uint8Array.from(units, (count, word) => {
    const found = matched[word] as number;
    if (found === 0 || found * 2 < count) return LABEL.dropped;
    return (core[word] as number) * 2 >= found ? LABEL.core : LABEL.kept;
  });
}

function withBoundaries(source: string, words: readonly Word[], sentences: readonly Sentence[]): AlignmentWord[] {
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
