import { queryOf } from "../question.js";
import { cutTexts } from "../tools/cut-texts.js";
import { fateCost, type MessageCost } from "./costs.js";
import type { Step } from "./steps.js";
import type { TrimRequest } from "./trim-request.js";
import { isText, type MessageFate, type NeutralMessage } from "./types.js";

/** Share of the low-water mark that what may not be touched is cut to, so that the next message fits, and statements. */
const ROOMY_SHARE = 0.8;
/** Tokens of a text that say nothing if they are fewer, beside the note. */
const LEAST_TOKENS = 4;

interface CuttableText {
  index: number;
  /** Among the message's texts. */
  place: number;
  text: string;
  tokens: number;
}

/**
 * Cuts the largest texts among the steps to a common length, so that all fit under the ceiling, each with a note.
 * The system message comes last. Undefined if that is not enough.
 */
export async function cutToFit(
  request: TrimRequest,
  steps: readonly Step[],
): Promise<{ fates: MessageFate[]; protectedTokens: number } | undefined> {
  const { maxTokens, lowTokens } = request.options;
  const least = LEAST_TOKENS + (await request.count(`[${noteFor(maxTokens * 1000)}]`));
  const chat = steps.filter(({ kind }) => kind !== "system");
  for (const [cuttable, ceiling] of [
    [chat, Math.floor(ROOMY_SHARE * lowTokens)],
    [chat, maxTokens],
    [steps, maxTokens],
  ] as const) {
    const level = levelFor(request, steps, cuttable, ceiling);
    if (level === undefined || level < least) continue;
    const fates = await cutAbove(request, cuttable, level);
    let protectedTokens = 0;
    for (const index of steps.flatMap((step) => step.messages)) {
      const fate = fates[index] as MessageFate;
      protectedTokens += await fateCost(request.costs[index] as MessageCost, fate, request.count);
    }
    if (protectedTokens <= maxTokens) return { fates, protectedTokens };
  }
  return undefined;
}

/** The most tokens that each text may have so that all steps fit under the ceiling; undefined if none has to be cut. */
function levelFor(
  request: TrimRequest,
  steps: readonly Step[],
  cuttable: readonly Step[],
  ceiling: number,
): number | undefined {
  const texts = cuttable.flatMap((step) => textsOf(request, step));
  const all = steps.flatMap((step) => step.messages).map((index) => request.costs[index] as MessageCost);
  const total = all.reduce((sum, cost) => cost.texts.reduce((part, tokens) => part + tokens, sum + cost.fixed), 0);
  let room = ceiling - (total - texts.reduce((sum, { tokens }) => sum + tokens, 0));
  const sizes = texts.map(({ tokens }) => tokens).sort((a, b) => a - b);
  for (const [place, size] of sizes.entries()) {
    const level = Math.floor(room / (sizes.length - place));
    if (size > level) return level;
    room -= size;
  }
  return undefined;
}

async function cutAbove(request: TrimRequest, steps: readonly Step[], level: number): Promise<MessageFate[]> {
  const { messages, fates, options, query, sieve } = request;
  const { tokenizer, signal } = options.passed;
  const next = [...fates];
  for (const { index, place, text, tokens } of steps.flatMap((step) => textsOf(request, step))) {
    if (tokens <= level) continue;
    const own = (messages[index] as NeutralMessage).parts.filter(isText).map((part) => part.text);
    const before = Array.isArray(next[index]) ? (next[index] as string[]) : own;
    const [left] = await cutTexts({
      sources: [text],
      target: { maxTokens: level },
      tokenizer,
      noteOf: () => noteFor(tokens),
      compress: async (target, template) => {
        const { documents } = await sieve.compress({
          documents: [text],
          query: queryOf(query),
          ...target,
          ...{ template, tokenizer, signal, marker: true, form: "compact" },
        });
        return new Map(documents.map((document) => [document.index, document]));
      },
    });
    next[index] = before.with(place, left?.text ?? "");
  }
  return next;
}

function noteFor(tokens: number): string {
  return `shortened from ${tokens.toLocaleString("en")} tokens`;
}

function textsOf({ messages, costs }: TrimRequest, { messages: indices }: Step): CuttableText[] {
  return indices.flatMap((index) =>
    (messages[index] as NeutralMessage).parts.filter(isText).map(({ text }, place) => ({
      index,
      place,
      text,
      tokens: (costs[index] as MessageCost).texts[place] as number,
    })),
  );
}
