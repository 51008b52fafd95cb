import { openResultCounter } from "../../tokens/result-counter.js";
import type { CompressResult } from "../../types.js";
import { trimToCeiling } from "../hard-ceiling.js";
import { assemble, createSlots, type JudgedWord, removableWords, renderSlot } from "../slots.js";
import { plainWords } from "./labels.js";
import { openLlmlingua2Model } from "./model.js";
import type { Llmlingua2Options } from "./options.js";
import type { Llmlingua2Request } from "./request.js";
import { compressLlmlingua2 } from "./rules.js";
import type { SequenceEncoder } from "./types.js";

/**
 * `compress` by the published method: its words, its thresholds, its order, printed as slices of the source.
 *
 * @throws InvalidOptionError, BudgetError, BackendError, or the signal's reason
 */
export async function compressByLlmlingua2(
  request: Llmlingua2Request,
  encoder: SequenceEncoder,
): Promise<CompressResult> {
  const started = performance.now();
  request.signal?.throwIfAborted();
  const model = await openLlmlingua2Model(encoder);
  const counter = await openResultCounter(request);
  const slots = createSlots(request);
  const count = (removed?: ReadonlySet<JudgedWord>) => {
    const printed = slots.flatMap((slot) => {
      const { text } = renderSlot(slot, removed);
      return text === "" && !slot.isWhole ? [] : [{ index: slot.index, text }];
    });
    return printed.length === 0 ? 0 : counter.countJoined(printed);
  };
  const originalTokens = await counter.countJoined(slots);
  const ceiling = ceilingOf(request, originalTokens);
  let labeledPrompt: string | undefined;
  const judge = async (options: Llmlingua2Options) => {
    const open = slots.filter(({ isOpen }) => isOpen);
    const texts = open.map(({ text }) => text);
    const judged = await compressLlmlingua2(texts, options, model, request.signal);
    for (const [place, slot] of open.entries()) slot.context = judged.contexts[place];
    labeledPrompt = judged.labeledPrompt;
  };

  const isBounded = ceiling < Number.POSITIVE_INFINITY;
  const { useContextLevelFilter, returnWordLabel } = request.llmlingua2;
  const fits = isBounded && originalTokens <= ceiling && !useContextLevelFilter;
  if (!fits || returnWordLabel) await judge({ ...request.llmlingua2, ...goalOf(request) });
  if (fits) for (const slot of slots) slot.isWhole = true;
  // A text that fits whole by the rule's own tokens may be over the ceiling by the caller's.
  if (!fits && slots.some(({ context }) => context?.whole) && (await count()) > ceiling) {
    await judge({ ...request.llmlingua2, rate: Math.min(0.99, ceiling / originalTokens) });
  }
  const encodeMs = performance.now() - started;

  const removed = await trimToCeiling({
    items: slots.flatMap(removableWords),
    maxTokens: ceiling,
    count: (words) => {
      request.signal?.throwIfAborted();
      return count(words);
    },
  });
  const result = await assemble(request, slots, removed, {
    originalTokens,
    tokens: await count(removed),
    countText: (text) => (text === "" ? 0 : counter.count(text)),
    encodeMs,
    started,
    plainWords,
  });
  return labeledPrompt === undefined ? result : { ...result, labeledPrompt };
}

function ceilingOf({ ceiling, target }: Llmlingua2Request, originalTokens: number): number {
  if (ceiling === "reference" || target.kind === "threshold") return Number.POSITIVE_INFINITY;
  return target.kind === "maxTokens" ? target.maxTokens : Math.max(1, Math.floor(target.rate * originalTokens));
}

function goalOf({ target }: Llmlingua2Request): Llmlingua2Options {
  if (target.kind === "maxTokens") return { maxTokens: target.maxTokens };
  return target.kind === "rate" ? { rate: target.rate } : {};
}
