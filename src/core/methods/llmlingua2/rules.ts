import { yieldToEventLoop } from "../../runtime/event-loop.js";
import { type Chunk, cutChunks } from "./chunks.js";
import { type ContextFate, judgeContexts } from "./contexts.js";
import { labelPrompt, plainWords } from "./labels.js";
import { type Llmlingua2Options, type ResolvedLlmlingua2Options, resolveLlmlingua2Options } from "./options.js";
import { scoreChunks } from "./scorer.js";
import type { ForcedString } from "./sections.js";
import { keepBySegment, type Segment } from "./segments.js";
import { type KeepRules, keepWords } from "./threshold.js";
import type { CheckpointTokenizer } from "./tokenizer.js";
import type { Llmlingua2Context, Llmlingua2Model, Llmlingua2Result, Llmlingua2Word } from "./types.js";
import { isForced, type MergedWord, mergeWords } from "./words.js";

/**
 * LLMLingua-2 as published: the words that `compress_prompt_llmlingua2` of microsoft/LLMLingua 0.2.2 keeps
 * on the same weights, as places in the source.
 *
 * @param contexts Texts to compress; each is cut, scored and judged on its own, chunk by chunk.
 * @param segments Parts of each context with rates of their own, in order and without gaps.
 * @throws InvalidOptionError
 * @see https://arxiv.org/abs/2403.12968
 */
export async function compressLlmlingua2(
  contexts: readonly string[],
  options: Llmlingua2Options,
  model: Llmlingua2Model,
  signal?: AbortSignal,
  segments?: readonly (readonly Segment[])[],
): Promise<Llmlingua2Result> {
  const resolved = resolveLlmlingua2Options(options);
  const forced = outOfVocabulary(resolved.forceTokens, model.tokenizer);
  const chunks: Chunk[][] = [];
  for (const context of contexts) chunks.push(await cutContext(context, forced, resolved, model));
  const originTokens = sum(contexts.map(model.countTokens));

  const filters = resolved.useContextLevelFilter && contexts.length > 1;
  const hasRates = segments?.flat().some(({ rate = 1, compress }) => compress && rate < 1) === true;
  const needsScores = filters || hasRates || rateOf(resolved, originTokens) < 1;
  const words = needsScores ? await readWords(chunks, forced, resolved, model, signal) : undefined;
  const fates = filters && words ? judgeContexts(words, originTokens, resolved) : undefined;
  const tokens = fates ? keptTokens(chunks, fates, model) : originTokens;
  const rate = rateOf(resolved, tokens);

  const rules: KeepRules = {
    reduceRate: 1 - rate,
    forceTokens: new Set(resolved.forceTokens),
    dropConsecutive: resolved.dropConsecutive,
    countTokens: (word) => model.countTokens(model.tokenizer.family.counted(word)),
  };
  const judgeContext = async (context: string, index: number): Promise<Llmlingua2Context> => {
    const fate = fates?.[index] ?? { kept: true };
    if (fate.kept && rate >= 1 && !hasRates) return { ...fate, whole: true, words: plainWords(context) };
    const judge = (chunk: MergedWord[]) => {
      if (!fate.kept) return chunk.map(() => false);
      const own = segments?.[index];
      return own ? keepBySegment(chunk, own, rate, rules) : keepWords(chunk, rules);
    };
    return { ...fate, whole: false, words: await describeWords(words?.[index] ?? [], judge, model.tokenizer) };
  };
  const results: Llmlingua2Context[] = [];
  for (const [index, context] of contexts.entries()) results.push(await judgeContext(context, index));
  if (!resolved.returnWordLabel) return { contexts: results, rate };
  const decoded = chunks.map((parts) => restoreForced(parts, forced));
  return { contexts: results, rate, labeledPrompt: labelPrompt(results, decoded, resolved) };
}

/**
 * Forced strings that are not one piece: the reference adds a token to the vocabulary for each. White space,
 * which is a piece in byte-level vocabularies alone, is treated alike in all.
 */
function outOfVocabulary(forceTokens: readonly string[], tokenizer: CheckpointTokenizer): ForcedString[] {
  return forceTokens
    .map((text, index) => ({ text, token: `[NEW${index}]` }))
    .filter(({ text }) => text.trim() === "" || tokenizer.tokenize(text).length !== 1);
}

async function cutContext(
  context: string,
  forced: readonly ForcedString[],
  options: ResolvedLlmlingua2Options,
  { tokenizer, maxSequenceTokens }: Llmlingua2Model,
): Promise<Chunk[]> {
  if (context.trim() === "" && forced.every(({ text }) => text.trim() !== "")) return [];
  const rules = { outOfVocabulary: forced, endTokens: options.chunkEndTokens, maxSequenceTokens };
  return cutChunks(context, rules, tokenizer);
}

/** One pass of the model over all chunks: the words of each context, chunk by chunk. */
async function readWords(
  contexts: readonly (readonly Chunk[])[],
  forced: readonly ForcedString[],
  options: ResolvedLlmlingua2Options,
  { tokenizer, score, maxSequenceTokens }: Llmlingua2Model,
  signal?: AbortSignal,
): Promise<MergedWord[][][]> {
  const probabilities = await scoreChunks(contexts.flat(), forced, tokenizer, maxSequenceTokens, score, signal);
  const rules = { ...options, forceTokens: new Set(options.forceTokens) };
  const words: MergedWord[][][] = [];
  let next = 0;
  for (const chunks of contexts) {
    const merged: MergedWord[][] = [];
    for (const { items } of chunks) {
      merged.push(mergeWords(items, probabilities[next++] as Float32Array, rules, tokenizer));
      await yieldToEventLoop();
    }
    words.push(merged);
  }
  return words;
}

/** Share of the tokens to keep: `maxTokens` of what there is, or `rate`. */
function rateOf({ targetToken, rate, useTokenLevelFilter }: ResolvedLlmlingua2Options, tokens: number): number {
  if (!useTokenLevelFilter) return 1;
  return targetToken > 0 ? Math.min(targetToken / Math.max(1, tokens), 1) : rate;
}

function keptTokens(chunks: readonly Chunk[][], fates: readonly ContextFate[], { countTokens }: Llmlingua2Model) {
  const kept = chunks.filter((_, index) => fates[index]?.kept);
  return sum(kept.flat().map(({ decoded }) => countTokens(decoded)));
}

/** A context as its tokenizer decodes it, with forced strings in place of their tokens. */
function restoreForced(chunks: readonly Chunk[], forced: readonly ForcedString[]): string {
  const decoded = chunks.map((chunk) => chunk.decoded).join("");
  return forced.reduce((text, { text: original, token }) => text.replaceAll(token, original), decoded);
}

async function describeWords(
  chunks: readonly MergedWord[][],
  judge: (chunk: MergedWord[]) => boolean[],
  { family }: CheckpointTokenizer,
): Promise<Llmlingua2Word[]> {
  const words: Llmlingua2Word[] = [];
  for (const chunk of chunks) {
    const kept = judge(chunk);
    for (const [index, word] of chunk.entries()) {
      words.push({
        start: word.start,
        end: word.end,
        label: family.label(word.raw),
        keep: word.keep.value,
        kept: kept[index] as boolean,
        forced: isForced(word),
      });
    }
    await yieldToEventLoop();
  }
  return words;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
