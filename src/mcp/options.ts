import type { SieveSource } from "../agents/sieve-source.js";
import { expect, expectKnown, isInteger, SIEVE_OPTION_NAMES, type TokenizerOption } from "../core/index.js";

/** What every server here may be told: the ceiling of its results, and what makes the sieve, or `sieve`. */
export type ResultOptions = SieveSource & {
  /** Ceiling of a result's texts in target tokens, an integer of at least 40. @default 2000 */
  maxTokens?: number | undefined;
  /** How tokens are counted. @default "o200k_base" */
  tokenizer?: TokenizerOption | undefined;
};

/** What a result may take when nothing is said, in tokens. */
export const DEFAULT_MAX_TOKENS = 2000;
/** Less than this holds no note that tells where the rest is. */
const LEAST_TOKENS = 40;

/**
 * Checks what `ResultOptions` holds, and that there is nothing but that and `others`.
 *
 * @throws InvalidOptionError
 */
export function checkResultOptions(options: ResultOptions, others: readonly string[]): { maxTokens: number } {
  expectKnown(options, [...SIEVE_OPTION_NAMES, "sieve", "maxTokens", "tokenizer", ...others]);
  const { maxTokens = DEFAULT_MAX_TOKENS } = options;
  expect(isInteger(maxTokens, LEAST_TOKENS), "maxTokens", `an integer of at least ${LEAST_TOKENS}`, maxTokens);
  return { maxTokens };
}
