import { percentile } from "./percentile.js";
import type { PieceProbability } from "./probability.js";
import type { MergedWord } from "./words.js";

/** How a chunk's words are judged. */
export interface KeepRules {
  /** Share of the tokens to leave out, in (0, 1). */
  reduceRate: number;
  forceTokens: ReadonlySet<string>;
  /** Keep only one of the same forced token if nothing is kept between two of them. */
  dropConsecutive: boolean;
  /** Length of a word in the tokens that rates are counted in. */
  countTokens(word: string): number;
}

/**
 * Which words of a chunk are kept (the second half of `__compress`): those above the percentile of all
 * words, each repeated by its length in tokens. Words exactly on the threshold fall, unless it is 1.
 */
export function keepWords(words: readonly MergedWord[], rules: KeepRules): boolean[] {
  if (words.length === 0) return [];
  const keeps = words.map((word) => word.keep);
  if (rules.dropConsecutive) silenceRepeats(words, keeps, rules);

  const repeated: number[] = [];
  let single = true;
  for (const [index, word] of words.entries()) {
    const { value, single: wordIsSingle } = keeps[index] as PieceProbability;
    const length = rules.countTokens(word.raw);
    if (length > 0) single &&= wordIsSingle;
    for (let token = 0; token < length; token += 1) repeated.push(value);
  }
  if (repeated.length === 0) return words.map(() => false);
  const threshold = percentile(repeated, Math.trunc(100 * rules.reduceRate + 1), single);

  let lastKept: string | undefined;
  return words.map((word, index) => {
    const { value } = keeps[index] as PieceProbability;
    if (!(value > threshold || (threshold === 1 && value === threshold))) return false;
    if (rules.dropConsecutive && rules.forceTokens.has(word.raw) && lastKept === word.raw) return false;
    lastKept = word.raw;
    return true;
  });
}

/** Forced tokens that repeat with nothing likely between them lose their probability. */
function silenceRepeats(words: readonly MergedWord[], keeps: PieceProbability[], rules: KeepRules): void {
  const threshold = percentile(
    keeps.map(({ value }) => value),
    Math.trunc(100 * rules.reduceRate),
    keeps.every(({ single }) => single),
  );
  let isTokenBetween = false;
  let previous: string | undefined;
  for (const [index, word] of words.entries()) {
    if (rules.forceTokens.has(word.raw)) {
      if (isTokenBetween) isTokenBetween = false;
      else if (word.raw === previous) keeps[index] = { value: 0, single: false };
      previous = word.raw;
    } else if ((keeps[index] as PieceProbability).value > threshold) {
      isTokenBetween = true;
    }
  }
}
