import { type SieveSource, splitSieveOptions } from "../sieve-source.js";
import { trimHistory } from "./history.js";
import { checkHistory, type HistoryOptions } from "./options.js";
import type { MessageFormat } from "./types.js";

/** Options of a history, and where the sieve comes from. */
export type SieveHistoryOptions = HistoryOptions & SieveSource;

/**
 * Holds messages of any framework under a ceiling: see {@link trimHistory}. Messages that lost nothing are the
 * very objects that came in; the others are copies. Nothing that came in is changed.
 *
 * @example
 * const kept = await sieveHistory(messages, myFormat, { maxTokens: 8000 });
 *
 * @throws What `trimHistory` throws, or ModelLoadError
 */
export async function sieveHistory<Message>(
  messages: readonly Message[],
  format: MessageFormat<Message>,
  options: SieveHistoryOptions,
): Promise<Message[]> {
  const { openSieve, rest } = splitSieveOptions(options);
  const { mediaTokens } = checkHistory(rest);
  const neutral = messages.map((message) => format.read(message, mediaTokens));
  const { fates } = await trimHistory(neutral, await openSieve(), rest);
  return messages.flatMap((message, index) => {
    const fate = fates[index];
    if (fate === undefined || fate === "dropped") return [];
    return fate === "whole" ? [message] : [format.write(message, fate)];
  });
}
