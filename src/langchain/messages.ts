import type { BaseMessage } from "@langchain/core/messages";
import type { BasePromptValueInterface } from "@langchain/core/prompt_values";
import { type Runnable, RunnableLambda } from "@langchain/core/runnables";
import { expectHistory, type TrimEvent } from "../agents/history/options.js";
import { historyUnderCeiling, type SieveHistoryOptions, sieveHistory } from "../agents/history/sieve-history.js";
import { splitSieveOptions } from "../agents/sieve-source.js";
import { langchainFormat } from "./message-format.js";

/** How LangChain's messages are held under a ceiling. */
export type SieveMessagesOptions = SieveHistoryOptions<BaseMessage>;
/** Messages, or the prompt that a prompt template makes of them. */
export type SieveMessagesInput = BaseMessage[] | BasePromptValueInterface;

/**
 * Holds messages under a ceiling, in place of `trimMessages`: `await sieveMessages(messages, { maxTokens })`, or
 * `sieveMessages({ maxTokens })` as a link of a chain. Text is cut by what it says, the oldest and least relevant
 * first; system messages and the last steps stay, and appended messages leave what was rendered before as it
 * was until the ceiling is passed. Messages that lost nothing are the very objects that came in.
 *
 * @throws InvalidOptionError; BudgetError if what may not be touched is over the ceiling; ModelLoadError,
 * BackendError, or the signal's reason
 */
export function sieveMessages(messages: readonly BaseMessage[], options: SieveMessagesOptions): Promise<BaseMessage[]>;
export function sieveMessages(options: SieveMessagesOptions): Runnable<SieveMessagesInput, BaseMessage[]>;
export function sieveMessages(
  first: readonly BaseMessage[] | SieveMessagesOptions,
  options?: SieveMessagesOptions,
): Promise<BaseMessage[]> | Runnable<SieveMessagesInput, BaseMessage[]> {
  // With options beside it, whatever comes first is meant to be messages.
  if (isMessages(first) || options !== undefined)
    return sieveHistory(first as readonly BaseMessage[], langchainFormat, options as SieveMessagesOptions);
  expectHistory(splitSieveOptions(first).rest);
  return RunnableLambda.from<SieveMessagesInput, BaseMessage[]>((input, { signal } = {}) => {
    const messages = Array.isArray(input) ? input : (input as BasePromptValueInterface).toChatMessages();
    return sieveHistory(messages, langchainFormat, { ...first, signal: signal ?? first.signal });
  }).withConfig({ runName: "sieveMessages" });
}

/** Holds an agent's messages under a ceiling; what a trim did is a run of its own in the agent's trace. */
export async function trimForAgent(
  messages: readonly BaseMessage[],
  options: SieveMessagesOptions,
  originalId: ((text: string) => string) | undefined,
): Promise<BaseMessage[]> {
  const events: TrimEvent[] = [];
  const onTrim = (event: TrimEvent) => {
    events.push(event);
    options.onTrim?.(event);
  };
  const { messages: kept } = await historyUnderCeiling(messages, langchainFormat, { ...options, onTrim }, originalId);
  for (const { tokensBefore, ...event } of events) {
    await RunnableLambda.from(() => event)
      .withConfig({ runName: "sieveHistory" })
      .invoke({ tokensBefore });
  }
  return kept;
}

function isMessages(first: readonly BaseMessage[] | SieveMessagesOptions): first is readonly BaseMessage[] {
  return Array.isArray(first);
}
