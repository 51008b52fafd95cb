import { type Content, readContent, writeContent } from "../agents/history/content.js";
import { type SieveHistoryOptions, sieveHistory } from "../agents/history/sieve-history.js";
import type { MessageFormat, NeutralMessage } from "../agents/history/types.js";

/** A message of OpenAI's chat completions, as far as it is read here. */
export interface OpenAIChatMessage {
  role: string;
  content?: string | readonly OpenAIContentPart[] | null;
  tool_calls?: readonly object[] | null;
  tool_call_id?: string | null;
}

/** One part of a message's content. */
export interface OpenAIContentPart {
  type: string;
  text?: string;
}

/**
 * Holds chat completion messages under a ceiling. Parts that are no text stay as they are and are counted.
 *
 * @example
 * client.chat.completions.create({ model, messages: await sieveOpenAIMessages(messages, { maxTokens: 8000 }) });
 *
 * @throws What `trimHistory` throws, or ModelLoadError
 */
export function sieveOpenAIMessages<Message extends OpenAIChatMessage>(
  messages: readonly Message[],
  options: SieveHistoryOptions<Message>,
): Promise<Message[]> {
  return sieveHistory(messages, openAIFormat, options);
}

const isText = ({ type }: OpenAIContentPart) => type === "text";

const openAIFormat: MessageFormat<OpenAIChatMessage> = {
  expected: "a chat completion message (for items of the Responses API there is `sieveResponsesItems`)",

  accepts: (message) => typeof message === "object" && message !== null && typeof message.role === "string",

  read(message, mediaTokens) {
    // Histories that were stored come back with fields that are null.
    const { content, tool_calls: toolCalls, tool_call_id: answered, ...rest } = message;
    const callId = answered ?? undefined;
    const parts = readContent(content, isText, mediaTokens, callId);
    for (const call of (toolCalls ?? []) as { id?: string; function?: object; custom?: object }[]) {
      const { name = "", arguments: input = "" } = (call.function ?? call.custom ?? {}) as Record<string, string>;
      const asked = typeof input === "string" ? input : JSON.stringify(input);
      const text = `${name} ${call.custom ? JSON.stringify(call.custom) : asked}`;
      parts.push({ kind: "tool-call", callId: call.id ?? "", text });
    }
    // Legacy calls, refusals, audio and thoughts: fields of their own beside the content.
    for (const field of [
      "function_call",
      "refusal",
      "audio",
      "reasoning_content",
      "reasoning",
      "reasoning_details",
    ] as const) {
      const value = (rest as Record<string, unknown>)[field];
      if (value) parts.push({ kind: "opaque", cost: JSON.stringify(value) });
    }
    return { role: roleOf(message.role), parts };
  },

  write: (message, texts) => ({ ...message, content: writeContent(message.content as Content, texts, isText) }),

  note: ({ text, callId }) =>
    callId === undefined ? { role: "user", content: text } : { role: "tool", tool_call_id: callId, content: text },
};

function roleOf(role: string): NeutralMessage["role"] {
  if (role === "system" || role === "developer") return "system";
  if (role === "user") return "user";
  return role === "tool" || role === "function" ? "tool" : "assistant";
}
