import { opaqueCost } from "../agents/history/media.js";
import { type SieveHistoryOptions, sieveHistory } from "../agents/history/sieve-history.js";
import type { MessageFormat, MessagePart } from "../agents/history/types.js";

/** A `ModelMessage` of the AI SDK, as far as it is read here. */
export interface AISDKMessage {
  role: "system" | "user" | "assistant" | "tool";
  content: string | readonly { type: string }[];
}

interface ContentPart {
  type: string;
  text?: string;
  toolCallId?: string;
  toolName?: string;
  input?: unknown;
  output?: ToolOutput;
}

interface ToolOutput {
  type: string;
  value?: unknown;
}

/**
 * Holds the AI SDK's model messages under a ceiling, such as in `prepareStep`. Parts that are no text stay as
 * they are and are counted; a JSON result that is cut becomes a text result.
 *
 * @example
 * prepareStep: async ({ messages }) => ({ messages: await sieveAISDKMessages(messages, { maxTokens: 8000 }) })
 *
 * @throws What `trimHistory` throws, or ModelLoadError
 */
export function sieveAISDKMessages<Message extends AISDKMessage>(
  messages: readonly Message[],
  options: SieveHistoryOptions<Message>,
): Promise<Message[]> {
  return sieveHistory(messages, aiSDKFormat as MessageFormat<Message>, options);
}

const aiSDKFormat: MessageFormat<AISDKMessage> = {
  expected: "a model message of the AI SDK (`convertToModelMessages` makes them of UI messages)",

  accepts: (message) =>
    typeof message === "object" &&
    message !== null &&
    (typeof message.content === "string" || Array.isArray(message.content)),

  read({ role, content }, mediaTokens) {
    if (typeof content === "string") return { role, parts: [{ kind: "text", text: content }] };
    return { role, parts: content.flatMap((part) => readPart(part as ContentPart, mediaTokens)) };
  },

  write(message, texts) {
    if (typeof message.content === "string") return { ...message, content: texts[0] ?? "" };
    const rest = [...texts];
    const content = (message.content as readonly ContentPart[]).flatMap((part) => writePart(part, rest));
    return { ...message, content };
  },

  note({ text, callId: toolCallId, name: toolName = "" }) {
    if (toolCallId === undefined) return { role: "user", content: text };
    const result = { type: "tool-result", toolCallId, toolName, output: { type: "error-text", value: text } };
    return { role: "tool", content: [result] };
  },
};

function readPart(part: ContentPart, mediaTokens: number): MessagePart[] {
  const { toolCallId: callId = "" } = part;
  if (part.type === "text") return [{ kind: "text", text: part.text ?? "" }];
  if (part.type === "tool-call")
    return [{ kind: "tool-call", callId, text: `${part.toolName} ${JSON.stringify(part.input)}` }];
  if (part.type !== "tool-result" || !part.output) return [{ kind: "opaque", cost: opaqueCost(part, mediaTokens) }];
  const { type, value } = part.output;
  if (type === "text" || type === "error-text") return [{ kind: "tool-result", callId, text: value as string }];
  if (type === "json") return [{ kind: "tool-result", callId, text: JSON.stringify(value) }];
  if (type !== "content") return [{ kind: "opaque", cost: JSON.stringify(part.output), callId }];
  return (value as ContentPart[]).map((item) =>
    item.type === "text"
      ? { kind: "tool-result", callId, text: item.text ?? "" }
      : { kind: "opaque", cost: opaqueCost(item, mediaTokens), callId },
  );
}

/** Takes its texts from the front of `rest`, as `readPart` gave them. */
function writePart(part: ContentPart, rest: string[]): ContentPart[] {
  const next = () => rest.shift() ?? "";
  if (part.type === "text") {
    const text = next();
    return text === "" ? [] : [{ ...part, text }];
  }
  if (part.type !== "tool-result" || !part.output) return [part];
  const { output } = part;
  if (output.type === "text" || output.type === "error-text")
    return [{ ...part, output: { ...output, value: next() } }];
  if (output.type === "json") {
    const text = next();
    return [
      text === JSON.stringify(output.value) ? part : { ...part, output: { ...output, type: "text", value: text } },
    ];
  }
  if (output.type !== "content") return [part];
  const value = (output.value as ContentPart[]).flatMap((item) =>
    writePart(item.type === "text" ? item : { ...item }, rest),
  );
  return [{ ...part, output: { ...output, value } }];
}
