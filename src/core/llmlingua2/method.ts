import type { CheckedRequest } from "../options.js";
import { countJoined } from "../result.js";
import { textCounter } from "../tokens/joined.js";
import { resolveCounter } from "../tokens/resolve.js";
import type { CompressResult } from "../types.js";
import { compressLlmlingua2, type Llmlingua2Word } from "./compress.js";
import { openLlmlingua2Model, type SequenceEncoder } from "./model.js";
import type { Llmlingua2Options } from "./options.js";
import { assemble, createSlots, removableWords, renderSlot } from "./outcome.js";
import { trimToCeiling } from "./trim.js";

/** What is to be done: the request as the core checked it, and the published method's own options. */
export interface Llmlingua2Request extends CheckedRequest {
  /**
   * `hard` trims what the published rule keeps to the budget, least probable words first; `reference` leaves
   * it as published, over the budget by what the rule overshoots.
   */
  ceiling: "hard" | "reference";
  /** `rate` and `maxTokens` come from the request's target. */
  llmlingua2: Omit<Llmlingua2Options, "rate" | "maxTokens">;
}

/** The result of the published method, with its labels where they were asked for. */
export interface Llmlingua2CompressResult extends CompressResult {
  /** Every word and whether the rule keeps it, before any trimming; only with `returnWordLabel: true`. */
  labeledPrompt?: string;
}

/**
 * `compress` by the published method: its words, its thresholds, its order, printed as slices of the source.
 *
 * @throws InvalidOptionError, BudgetError, BackendError, or the signal's reason
 */
export async function compressByLlmlingua2(
  request: Llmlingua2Request,
  encoder: SequenceEncoder,
): Promise<Llmlingua2CompressResult> {
  const started = performance.now();
  request.signal?.throwIfAborted();
  const model = await openLlmlingua2Model(encoder);
  const counter = await resolveCounter(request.tokenizer);
  const slots = createSlots(request);
  const count = (removed?: ReadonlySet<Llmlingua2Word>) => {
    const printed = slots.flatMap((slot) => {
      const { text } = renderSlot(slot, removed);
      return text === "" && !slot.isWhole ? [] : [{ index: slot.index, text }];
    });
    return printed.length === 0 ? 0 : countJoined(request, counter, printed);
  };
  const originalTokens = await countJoined(
    request,
    counter,
    slots.map(({ index, text }) => ({ index, text })),
  );
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
  // What passes whole in the rule's own tokens may be over the ceiling in the caller's.
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
  const { count: countText } = textCounter(counter);
  const result = await assemble(request, slots, removed, {
    originalTokens,
    tokens: await count(removed),
    countText: (text) => (text === "" ? 0 : countText(text)),
    encodeMs,
    started,
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
