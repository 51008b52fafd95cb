import { expectHistory } from "../agents/history/options.js";
import type { SieveHistoryOptions } from "../agents/history/sieve-history.js";
import { splitSieveOptions } from "../agents/sieve-source.js";
import { type AISDKMessage, sieveAISDKMessages } from "./messages.js";

/** What is read of a step that is to come. Version 7 says beside `messages` what they were before any step. */
export interface StepToCome<Message> {
  messages: readonly Message[];
  initialMessages?: readonly Message[];
  responseMessages?: readonly Message[];
  experimental_steeringMessages?: readonly Message[];
  steps?: readonly { experimental_steeringMessages?: readonly unknown[] | undefined }[];
}

/**
 * A `prepareStep` for `generateText`, `streamText` and agents of the AI SDK: holds the messages of each step under a
 * ceiling. The system prompt is not among them: `sieveModelMiddleware` counts that too.
 *
 * @example
 * await generateText({ model, tools, prompt, prepareStep: sievePrepareStep({ maxTokens: 60_000 }) });
 *
 * @throws InvalidOptionError
 */
export function sievePrepareStep(
  options: SieveHistoryOptions<AISDKMessage>,
): <Message extends AISDKMessage>(step: StepToCome<Message>) => Promise<{ messages: Message[] }> {
  const { openSieve, rest } = splitSieveOptions(options);
  expectHistory(rest);
  return async (step) => ({
    messages: await sieveAISDKMessages(sourcesOf(step), { ...(rest as object), sieve: await openSieve() } as never),
  });
}

/**
 * All messages as they were. Version 7 carries the messages of a step on to the next: what was trimmed would be trimmed
 * again, and what was left out could not come back. Messages that were sent while it ran have no place that is told.
 */
function sourcesOf<Message>(step: StepToCome<Message>): readonly Message[] {
  const { messages, initialMessages, responseMessages, experimental_steeringMessages: steering, steps = [] } = step;
  const isSteered = steering !== undefined || steps.some((past) => past.experimental_steeringMessages !== undefined);
  if (initialMessages === undefined || responseMessages === undefined || isSteered) return messages;
  return [...initialMessages, ...responseMessages];
}
