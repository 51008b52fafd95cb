import type { BaseMessage } from "@langchain/core/messages";
import { type Runnable, RunnableLambda } from "@langchain/core/runnables";
import { type SieveHistoryOptions, sieveHistory } from "../agents/history/sieve-history.js";
import { langchainFormat } from "./message-format.js";

/**
 * Holds messages under a ceiling, in place of `trimMessages`: `await sieveMessages(messages, { maxTokens })`, or
 * `sieveMessages({ maxTokens })` as a link of a chain. Text is cut by what it says, the oldest and least relevant
 * first; system messages and the last steps stay, and appended messages leave what was rendered before as it
 * was until the ceiling is passed. Messages that lost nothing are the very objects that came in.
 *
 * @throws InvalidOptionError; BudgetError if what may not be touched is over the ceiling; ModelLoadError,
 * BackendError, or the signal's reason
 */
export function sieveMessages(messages: readonly BaseMessage[], options: SieveHistoryOptions<BaseMessage>): Promise<BaseMessage[]>;
export function sieveMessages(options: SieveHistoryOptions<BaseMessage>): Runnable<BaseMessage[], BaseMessage[]>;
export function sieveMessages(
  first: readonly BaseMessage[] | SieveHistoryOptions<BaseMessage>,
  options?: SieveHistoryOptions<BaseMessage>,
): Promise<BaseMessage[]> | Runnable<BaseMessage[], BaseMessage[]> {
  if (isMessages(first)) return sieveHistory(first, langchainFormat, options as SieveHistoryOptions<BaseMessage>);
  return RunnableLambda.from<BaseMessage[], BaseMessage[]>((messages, { signal } = {}) =>
    sieveHistory(messages, langchainFormat, { ...first, signal: signal ?? first.signal }),
  ).withConfig({ runName: "sieveMessages" });
}

function isMessages(first: readonly BaseMessage[] | SieveHistoryOptions<BaseMessage>): first is readonly BaseMessage[] {
  return Array.isArray(first);
}
