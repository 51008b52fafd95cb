import { expect } from "../../core/index.js";
import { type Labels, measure, traced } from "../../core/runtime/telemetry.js";
import { type SieveSource, splitSieveOptions } from "../sieve-source.js";
import { followHistory } from "./history.js";
import { checkHistory, type HistoryOptions } from "./options.js";
import { orderResults } from "./orphans.js";
import { isText, type MessageFate, type MessageFormat, type NeutralMessage, type TrimmedHistory } from "./types.js";

/** Options of a history, and where the sieve comes from. */
export type SieveHistoryOptions<Message = NeutralMessage> = HistoryOptions<Message> & SieveSource;

/** Messages under their ceiling, and what became of each. */
export interface SievedHistory<Message> {
  messages: Message[];
  trimmed: TrimmedHistory;
  /** The texts of messages that lost something, as they were. */
  originals: string[];
}

/**
 * Holds messages of any framework under a ceiling: see {@link trimHistory}. Messages that lost nothing are the
 * very objects that came in; the others are copies, and what is recalled or cleared is said in messages of its own.
 * Nothing that came in is changed. A format of a wider type will do for messages of a narrower one.
 *
 * @example
 * const kept = await sieveHistory(messages, myFormat, { maxTokens: 8000 });
 *
 * @throws What `trimHistory` throws, or ModelLoadError
 */
export async function sieveHistory<Message extends Shape, Shape = Message>(
  messages: readonly Message[],
  format: MessageFormat<Shape>,
  options: SieveHistoryOptions<Message>,
): Promise<Message[]> {
  return (await historyUnderCeiling(messages, format, options)).messages;
}

/** As {@link sieveHistory}, with what is known of the outcome. @throws What `trimHistory` throws, or ModelLoadError */
export async function historyUnderCeiling<Message extends Shape, Shape = Message>(
  given: readonly Message[],
  shape: MessageFormat<Shape>,
  options: SieveHistoryOptions<Message>,
  originalId?: (text: string) => string,
): Promise<SievedHistory<Message>> {
  // What it writes is a copy with all fields, and so of the messages' own type.
  const format = shape as unknown as MessageFormat<Message>;
  const { openSieve, rest } = splitSieveOptions(options);
  expectMessages(given, format);
  const own = format.note ? {} : { recall: false, cleared: false as const, orphans: "remove" as const };
  const checked = checkHistory<Message>({ ...(rest as HistoryOptions<Message>), ...own });
  const read = given.map((message, index) => format.read(message, checked.mediaTokens, given[index - 1]));
  const order = checked.orphans === "keep" ? undefined : orderResults(read);
  const messages = order?.map((index) => given[index] as Message) ?? given;
  const neutral = order?.map((index) => read[index] as NeutralMessage) ?? read;
  const sieve = await openSieve();
  const request = { messages: neutral, views: messages, options: checked, originalId, sieve };
  const trimmed = await traced("history", () => followHistory(request), measureTrim);
  const notesBefore = (index: number) =>
    trimmed.notes.filter(({ before }) => before === index).map((note) => format.note?.(note) as Message);
  const kept = messages.flatMap((message, index) => {
    const fate = trimmed.fates[index] as MessageFate;
    const own = fate === "dropped" ? [] : [fate === "whole" ? message : format.write(message, fate)];
    return [...notesBefore(index), ...own];
  });
  const originals = neutral.flatMap((message, index) => lostTexts(message, trimmed.fates[index] as MessageFate));
  return { messages: [...kept, ...notesBefore(messages.length)], trimmed, originals };
}

/** Counts the tokens that a trim took away and left. */
function measureTrim({ originalTokens, tokens }: Pick<TrimmedHistory, "originalTokens" | "tokens">): Labels {
  const labels = { operation: "contextsieve.history" };
  measure("tokens.removed", originalTokens - tokens, labels);
  measure("tokens.kept", tokens, labels);
  return { "contextsieve.tokens.before": originalTokens, "contextsieve.tokens.after": tokens };
}

function expectMessages<Message>(messages: readonly Message[], format: MessageFormat<Message>): void {
  expect(Array.isArray(messages), "messages", "an array of messages", messages);
  const { expected = "a message", accepts = (message) => typeof message === "object" && message !== null } = format;
  for (const [index, message] of messages.entries()) {
    expect(accepts(message), `messages[${index}]`, expected, message);
  }
}

function lostTexts({ parts, role }: NeutralMessage, fate: MessageFate): string[] {
  if (fate === "whole" || role === "system") return [];
  const texts = parts.filter(isText).map(({ text }) => text);
  return fate === "dropped" ? texts : texts.filter((text, place) => text !== fate[place]);
}
