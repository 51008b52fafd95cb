import type { Span } from "../../types.js";
import type { ChunkItem } from "./chunks.js";
import { isSurelyKept, meanProbability, type PieceProbability } from "./probability.js";
import type { CheckpointTokenizer } from "./tokenizer.js";

/** What decides where words begin and which pieces are kept whatever the model says. */
export interface WordRules {
  tokenToWord: "mean" | "first";
  /** Strings that are always kept. */
  forceTokens: ReadonlySet<string>;
  /** Keep every piece with a digit in it. */
  forceReserveDigit: boolean;
}

/** A word as the reference builds it from pieces. */
export interface MergedWord extends Span {
  /** The word with the mark of its tokenizer family: what forced tokens are compared with. */
  raw: string;
  /** Probability by which the word is judged, forced pieces counting 1. */
  keep: PieceProbability;
  /**
   * Probability by which its context is judged: that of its first piece, forced or not. The reference means
   * the mean of all pieces, but counts the first one again for each. Absent for a forced string.
   */
  unforced: number | undefined;
}

interface OpenWord extends Span {
  raw: string;
  keeps: PieceProbability[];
  unforced: number | undefined;
}

/**
 * Words from the pieces of a chunk (`__merge_token_to_word` and `__token_prob_to_word_prob`). Special and
 * unknown tokens are skipped: they belong to no word, and what they stand for is never kept.
 */
export function mergeWords(
  items: readonly ChunkItem[],
  probabilities: ArrayLike<number>,
  rules: WordRules,
  tokenizer: CheckpointTokenizer,
): MergedWord[] {
  const { family, specials } = tokenizer;
  const words: OpenWord[] = [];
  for (const [index, item] of items.entries()) {
    if (item.forced === undefined && specials.has(item.piece)) continue;
    const probability = item.forced === undefined ? (probabilities[index] as number) : undefined;
    const open = words.at(-1);
    // A forced string is a border, whether or not the tokenizer marks the piece after it.
    if (!open || items[index - 1]?.forced !== undefined || beginsWord(item, rules, tokenizer)) {
      const forced = item.forced !== undefined || rules.forceTokens.has(family.pure(item.piece));
      words.push({
        raw: item.piece,
        start: item.start,
        end: item.end,
        keeps: [forced ? { value: 1, single: false } : keepOf(item.piece, probability as number, rules)],
        unforced: probability,
      });
      continue;
    }
    open.raw += family.pure(item.piece);
    open.end = Math.max(open.end, item.end);
    if (open.start === open.end) open.start = item.start;
    open.keeps.push(keepOf(item.piece, probability as number, rules));
  }
  return words.map((word) => closeWord(word, rules.tokenToWord));
}

function closeWord({ raw, start, end, keeps, unforced }: OpenWord, tokenToWord: "mean" | "first"): MergedWord {
  const first = keeps[0] as PieceProbability;
  return { raw, start, end, unforced, keep: tokenToWord === "first" ? first : meanProbability(keeps) };
}

function beginsWord(item: ChunkItem, { forceTokens }: WordRules, { family }: CheckpointTokenizer): boolean {
  if (item.forced !== undefined) return true;
  return family.beginsWord(item.piece) || family.forcedForms(item.piece).some((form) => forceTokens.has(form));
}

function keepOf(piece: string, probability: number, rules: WordRules): PieceProbability {
  if (rules.forceReserveDigit && /\p{Nd}/u.test(piece)) return { value: 1, single: false };
  return { value: probability, single: true };
}

/** True for a word whose every piece is forced. */
export function isForced(word: MergedWord): boolean {
  return isSurelyKept(word.keep);
}
