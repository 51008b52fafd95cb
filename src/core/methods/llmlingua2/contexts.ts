import type { ResolvedLlmlingua2Options } from "./options.js";
import { percentile } from "./percentile.js";
import { meanProbability } from "./probability.js";
import type { MergedWord } from "./words.js";

/** What the context-level filter says of one context. */
export interface ContextFate {
  kept: boolean;
  /** Mean probability of its words, forced strings not counting; absent for a context without words. */
  probability?: number;
}

/**
 * The context-level filter: a context stays if its mean probability reaches the percentile of all. A
 * context without words, on which the reference fails, stays only if it is forced.
 *
 * @param contexts Words of each context, chunk by chunk.
 * @param originTokens Tokens of all contexts together.
 */
export function judgeContexts(
  contexts: readonly (readonly MergedWord[][])[],
  originTokens: number,
  options: ResolvedLlmlingua2Options,
): ContextFate[] {
  const probabilities = contexts.map(meanOfWords);
  const known = probabilities.filter((value) => value !== undefined);
  const share = contextShare(contexts.length, originTokens, options);
  const threshold = known.length === 0 ? 0 : percentile(known, Math.trunc(100 * (1 - share)), true);
  return probabilities.map((probability, index) => {
    const forced = options.forceContextIds.has(index);
    if (probability === undefined) return { kept: forced };
    return { kept: forced || probability >= threshold, probability };
  });
}

/** Share of the contexts to keep; half-way to the words' rate if the caller says nothing of contexts. */
function contextShare(count: number, originTokens: number, options: ResolvedLlmlingua2Options): number {
  const { targetContext, contextLevelTargetToken, targetToken, rate, useTokenLevelFilter } = options;
  let share = options.contextLevelRate;
  let tokens = contextLevelTargetToken;
  if (targetContext <= 0 && share >= 1 && tokens <= 0) {
    if (targetToken < 0 && rate < 1) share = useTokenLevelFilter ? (rate + 1) / 2 : rate;
    if (targetToken >= 0) tokens = useTokenLevelFilter ? targetToken * 2 : targetToken;
  }
  if (targetContext >= 0) share = Math.min(targetContext / count, 1);
  if (tokens >= 0) share = Math.min(tokens / Math.max(1, originTokens), 1);
  return share;
}

function meanOfWords(chunks: readonly MergedWord[][]): number | undefined {
  const values = chunks.flat().flatMap(({ unforced }) => (unforced === undefined ? [] : [unforced]));
  if (values.length === 0) return undefined;
  return meanProbability(values.map((value) => ({ value, single: true }))).value;
}
