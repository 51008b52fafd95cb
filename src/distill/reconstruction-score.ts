import { splitWords } from "../core/text/words.js";
import { isSymbol } from "./similarity.js";

/** How near a rebuilt text comes to its original; every score is 0..1, and 1 where there was nothing to lose. */
export interface ReconstructionScores {
  /** Words of the rebuilt text that the original holds, as often at most, over the rebuilt text's words. */
  precision: number;
  /** Words of the original that the rebuilt text holds, as often at most, over the original's words. */
  recall: number;
  /** Harmonic mean of the two: the token F1 of SQuAD, with articles counted. */
  f1: number;
  /** F-measure of the longest common subsequence of words (ROUGE-L): F1 with the order counted. */
  rougeL: number;
  /** Share of the original's numbers that the rebuilt text holds, as often. */
  numbers: number;
  /** Share of the original's negations that the rebuilt text holds, as often. */
  negations: number;
}

const NEGATION = /^(?:not|no|never|none|nor|neither|nothing|nobody|nowhere|without|cannot|unless|except)$/u;

/**
 * Scores a rebuilt text against its original, over words without punctuation and letter case. Numbers and
 * negations (`n't` included) are counted apart, as losing one hardly moves an overlap and ruins a text.
 */
export function scoreReconstruction(original: string, rebuilt: string): ReconstructionScores {
  const wanted = comparableWords(original);
  const got = comparableWords(rebuilt);
  const shared = sharedCount(wanted, got);
  const common = commonSubsequence(wanted, got);
  const precision = share(shared, got.length);
  const recall = share(shared, wanted.length);
  return {
    precision,
    recall,
    f1: harmonicMean(precision, recall),
    rougeL: harmonicMean(share(common, got.length), share(common, wanted.length)),
    numbers: preserved(wanted, got, (word) => /\p{N}/u.test(word)),
    negations: preserved(wanted, got, (word) => NEGATION.test(word) || word.endsWith("n't")),
  };
}

function comparableWords(text: string): string[] {
  const lower = text.toLowerCase().replace(/[’ʼ]/gu, "'");
  const words: string[] = [];
  let previousEnd = -1;
  for (const { start, end } of splitWords(lower)) {
    const surface = lower.slice(start, end);
    // An apostrophe inside a word, or a separator inside a number, does not part it.
    const glue = lower.slice(previousEnd, start);
    const last = words.at(-1);
    const numeric = last !== undefined && /\p{N}$/u.test(last) && /^\p{N}/u.test(surface) && /^[.,:]$/u.test(glue);
    if (isSymbol(surface)) continue;
    if (last !== undefined && previousEnd >= 0 && (numeric || glue === "'"))
      words[words.length - 1] = last + glue + surface;
    else words.push(surface);
    previousEnd = end;
  }
  return words;
}

function preserved(wanted: readonly string[], got: readonly string[], isCounted: (word: string) => boolean): number {
  const sought = wanted.filter(isCounted);
  return share(sharedCount(sought, got.filter(isCounted)), sought.length);
}

/** Size of the intersection of two bags of words. */
function sharedCount(left: readonly string[], right: readonly string[]): number {
  const remainingOf = new Map<string, number>();
  for (const word of left) remainingOf.set(word, (remainingOf.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of right) {
    const remaining = remainingOf.get(word) ?? 0;
    if (remaining > 0) shared += 1;
    remainingOf.set(word, remaining - 1);
  }
  return shared;
}

/** Length of the longest common subsequence. */
function commonSubsequence(left: readonly string[], right: readonly string[]): number {
  let row = new Uint32Array(right.length + 1);
  for (const word of left) {
    const next = new Uint32Array(right.length + 1);
    for (let j = 0; j < right.length; j += 1) {
      next[j + 1] = word === right[j] ? (row[j] as number) + 1 : Math.max(row[j + 1] as number, next[j] as number);
    }
    row = next;
  }
  return row[right.length] as number;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

function harmonicMean(left: number, right: number): number {
  return left + right === 0 ? 0 : (2 * left * right) / (left + right);
}
