import { opaqueCost } from "../agents/history/media.js";
import { type SieveHistoryOptions, sieveHistory } from "../agents/history/sieve-history.js";
import type { MessageFormat, MessagePart, NeutralMessage } from "../agents/history/types.js";

/** A message of OpenAI's chat completions, as far as it is read here. */
export interface OpenAIChatMessage {
  role: string;
  content?: string | readonly OpenAIContentPart[] | null;
  tool_calls?: readonly object[];
  tool_call_id?: string;
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
  return sieveHistory(messages, openAIFormat as MessageFormat<Message>, options);
}

const openAIFormat: MessageFormat<OpenAIChatMessage> = {
  read(message, mediaTokens) {
    const { content, tool_calls: toolCalls = [], tool_call_id: callId, ...rest } = message;
    const parts: MessagePart[] = contentParts(content).map((part) => {
      if (typeof part.text !== "string" || part.type !== "text") {
        return { kind: "opaque", cost: opaqueCost(part, mediaTokens), ...(callId === undefined ? {} : { callId }) };
      }
      return callId === undefined
        ? { kind: "text", text: part.text }
        : { kind: "tool-result", callId, text: part.text };
    });
    for (const call of toolCalls as { id?: string; function?: object; custom?: object }[]) {
      const { name = "", arguments: input = "" } = (call.function ?? call.custom ?? {}) as Record<string, string>;
      parts.push({
        kind: "tool-call",
        callId: call.id ?? "",
        text: `${name} ${call.custom ? JSON.stringify(call.custom) : input}`,
      });
    }
    // Legacy calls, refusals and audio: fields of their own beside the content.
    for (const field of ["function_call", "refusal", "audio"] as const) {
      const value = (rest as Record<string, unknown>)[field];
      if (value) parts.push({ kind: "opaque", cost: JSON.stringify(value) });
    }
    return { role: roleOf(message.role), parts };
  },

  write(message, texts) {
    if (!Array.isArray(message.content)) return { ...message, content: texts[0] ?? "" };
    const rest = [...texts];
    const content = (message.content as readonly OpenAIContentPart[]).flatMap((part) => {
      if (typeof part.text !== "string" || part.type !== "text") return [part];
      const text = rest.shift() ?? "";
      return text === "" ? [] : [{ ...part, text }];
    });
    return { ...message, content: content.length > 0 ? content : "" };
  },
};

function contentParts(content: OpenAIChatMessage["content"]): readonly OpenAIContentPart[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
}

function roleOf(role: string): NeutralMessage["role"] {
  if (role === "system" || role === "developer") return "system";
  if (role === "user") return "user";
  return role === "tool" || role === "function" ? "tool" : "assistant";
}
