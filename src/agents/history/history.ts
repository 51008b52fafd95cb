import { BudgetError, type CountFunction, resolveCounter, type Sieve } from "../../core/index.js";
import { questionsOf } from "../question.js";
import { isApproval } from "../speech.js";
import { trimsEarly } from "./cache-policy.js";
import { notesCost } from "./cleared.js";
import { fateCost, type MessageCost, messageCost, wholeCost } from "./costs.js";
import { prefixKeys } from "./keys.js";
import { type CheckedHistory, checkHistory, type HistoryOptions, type TrimEvent } from "./options.js";
import { orphansAt } from "./orphans.js";
import { recalledNote } from "./recalled.js";
import { type HistoryState, remember, remembered } from "./remembered.js";
import { trim } from "./trim.js";
import type { TrimRequest } from "./trim-request.js";
import { type MessageFate, type NeutralMessage, saidIn, type TrimmedHistory } from "./types.js";

/**
 * Holds a chat history under a ceiling, so that prompt caches stay warm: messages are taken in one by one, and
 * only when one takes the history over `maxTokens` is it trimmed, down to the low-water mark. What comes out is
 * a function of the messages and the options alone: messages added at the end leave everything before them
 * byte for byte as it was, until the next trim, in this process or any other (but for trims that `promptCache` asked for,
 * which other processes do not know of).
 *
 * System messages and the last steps are never touched, tool calls and their results stay or go together, the
 * oldest and least relevant text goes first and what the user stated last, and parts that are no text stay as they are
 * as long as their step does. What a new user message asks for is fetched back from what was dropped.
 *
 * @example
 * const { fates, notes, tokens } = await trimHistory(messages, sieve, { maxTokens: 8000, lowWater: 0.5 });
 *
 * @throws InvalidOptionError; BudgetError if what may not be touched is over the ceiling and cannot be cut, or
 * `overflow` is "throw"; or the signal's reason
 */
export async function trimHistory(
  messages: readonly NeutralMessage[],
  sieve: Sieve,
  options: HistoryOptions,
): Promise<TrimmedHistory> {
  return followHistory({ messages, views: messages, sieve, options: checkHistory(options) });
}

/** A history, and the messages as the functions among the options know them. */
export interface FollowRequest<View> {
  messages: readonly NeutralMessage[];
  views: readonly View[];
  sieve: Sieve;
  options: CheckedHistory<View>;
  /** Id under which `read_original` finds a text. */
  originalId?: ((text: string) => string) | undefined;
}

/** As {@link trimHistory}, with checked options. */
export async function followHistory<View>(request: FollowRequest<View>): Promise<TrimmedHistory> {
  const { messages, sieve, options } = request;
  const { signal } = options.passed;
  signal?.throwIfAborted();
  const counter = await resolveCounter(options.passed.tokenizer);
  const count: CountFunction = (text) => counter.count(text);
  const keys = prefixKeys(messages, options, request.originalId !== undefined);
  const known = remembered(sieve, keys);
  const state: OpenState = {
    costs: [...(known?.costs ?? [])],
    fates: [...(known?.fates ?? [])],
    notes: [...(known?.notes ?? [])],
    tokens: known?.tokens ?? 0,
  };
  /** What this call does, as opposed to what it follows of earlier ones. */
  const isOwn = (index: number) => known !== undefined || index === messages.length - 1;
  const last = messages.length - 1;

  for (let index = state.costs.length; index < messages.length; index += 1) {
    signal?.throwIfAborted();
    const trimRequest = () => requestAt(request, state, index, count);
    const tokensBefore = await takeIn(request, state, index, count);
    const asked = await recallFor(trimRequest, state, index);
    const isEarly = index === last && state.tokens <= options.maxTokens && trimsNow(request, state);
    if (state.tokens > options.maxTokens || isEarly) {
      try {
        const { recalled, ...trimmed } = await trim(trimRequest());
        Object.assign(state, trimmed);
        state.tokens = await total(state, trimRequest());
        if (isOwn(index)) report(options, isEarly ? "cache" : "ceiling", tokensBefore, state, recalled);
      } catch (error) {
        // In a replay this prefix is not the result: the next message may make it fit again.
        if (!(error instanceof BudgetError) || index === last) throw error;
      }
    } else if (asked.length > 0 && isOwn(index)) report(options, "recall", tokensBefore, state, asked);
  }
  remember(sieve, keys, state);
  const originalTokens = state.costs.reduce((sum, cost) => sum + wholeCost(cost), 0);
  const { fates, notes, tokens } = state;
  return { fates, notes, tokens, originalTokens, counting: options.counting };
}

type OpenState = {
  -readonly [Name in keyof HistoryState]: HistoryState[Name] extends readonly (infer Item)[] ? Item[] : number;
};

/** Adds the next message, and puts right what providers refuse. @returns Tokens with the message as it came. */
async function takeIn<View>(
  { messages, options }: FollowRequest<View>,
  state: OpenState,
  index: number,
  count: CountFunction,
): Promise<number> {
  const cost = await messageCost(messages[index] as NeutralMessage, count, options.messageOverhead);
  const { isStray, unanswered, step } = orphansAt(messages, index);
  const isKept = options.orphans === "keep";
  state.costs.push(cost);
  state.fates.push(isStray && !isKept ? "dropped" : "whole");
  const tokensBefore = state.tokens + wholeCost(cost);
  if (!isStray || isKept) state.tokens = tokensBefore;
  const isThere = step.some((place) => state.fates[place] !== "dropped");
  if (isKept || unanswered.length === 0 || !isThere) return tokensBefore;
  if (options.orphans === "repair") {
    state.notes.push(...unanswered);
    state.tokens += await notesCost(unanswered, { options, count });
    return tokensBefore;
  }
  for (const place of step) {
    state.tokens -= await fateCost(state.costs[place] as MessageCost, state.fates[place] as MessageFate, count);
    state.fates[place] = "dropped";
  }
  return tokensBefore;
}

/** Fetches back for a new user message. @returns Indices of the messages that were fetched back. */
async function recallFor(trimRequest: () => TrimRequest, state: OpenState, index: number): Promise<number[]> {
  const request = trimRequest();
  const isAsking = request.messages[index]?.role === "user";
  if (!isAsking || state.fates.every((fate) => fate === "whole")) return [];
  const recalled = await recalledNote(request, state.fates, index);
  if (recalled === undefined) return [];
  state.notes.push(recalled.note);
  state.tokens += await notesCost([recalled.note], request);
  return recalled.sources;
}

function trimsNow<View>({ messages, options }: FollowRequest<View>, { tokens }: OpenState): boolean {
  const { promptCache, lowTokens } = options;
  if (promptCache === undefined) return false;
  return trimsEarly(promptCache, {
    tokens,
    lowTokens,
    usage: messages.findLast(({ usage }) => usage !== undefined)?.usage,
  });
}

function requestAt<View>(
  { messages, views, sieve, options, originalId }: FollowRequest<View>,
  { costs, fates, notes }: OpenState,
  index: number,
  count: CountFunction,
): TrimRequest {
  const past = messages.slice(0, index + 1);
  const { query, pinned, ...rest } = options;
  const isPinned = (place: number) => pinned?.(views[place] as View, place) ?? false;
  const asked = typeof query === "function" ? query(views.slice(0, index + 1)) : query;
  const given = [asked ?? []].flat().filter((text) => text.trim() !== "");
  return {
    ...{ messages: past, costs, fates, notes, options: rest, isPinned, sieve, count, originalId },
    query: query === undefined ? questionOf(past) : given,
  };
}

/** The last user message that is more than an approval, and what the assistant has said since. */
function questionOf(messages: readonly NeutralMessage[]): string[] {
  const asking = messages.findLastIndex((message) => message.role === "user" && !isApproval(saidIn(message)));
  const since = messages
    .slice(asking + 1)
    .findLast((message) => message.role === "assistant" && saidIn(message) !== "");
  const user = asking < 0 ? [] : [saidIn(messages[asking] as NeutralMessage)];
  return questionsOf({ user, assistant: since && saidIn(since) });
}

async function total({ costs, fates, notes }: OpenState, request: TrimRequest): Promise<number> {
  let tokens = await notesCost(notes, request);
  for (const [index, cost] of costs.entries())
    tokens += await fateCost(cost, fates[index] as MessageFate, request.count);
  return tokens;
}

function report<View>(
  { onTrim }: CheckedHistory<View>,
  reason: TrimEvent["reason"],
  tokensBefore: number,
  { fates, tokens }: OpenState,
  recalled: readonly number[],
): void {
  const where = (is: (fate: MessageFate) => boolean) =>
    [...fates.keys()].filter((index) => is(fates[index] as MessageFate));
  onTrim?.({
    ...{ reason, tokensBefore, tokensAfter: tokens },
    cut: where((fate) => fate !== "whole" && fate !== "dropped"),
    dropped: where((fate) => fate === "dropped"),
    recalled: [...recalled],
  });
}
