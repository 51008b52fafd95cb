import { opaqueCost } from "../agents/history/media.js";
import { type SieveHistoryOptions, sieveHistory } from "../agents/history/sieve-history.js";
import { isText, type MessageFormat, type MessagePart, saidIn } from "../agents/history/types.js";
import type { Situation } from "../agents/question.js";
import { readOutput, type ToolOutput, writeOutput } from "./tool-output.js";

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
  return sieveHistory(messages, aiSDKFormat, options);
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
  return readOutput(part.output, callId, mediaTokens);
}

/** Takes its texts from the front of `rest`, as `readPart` gave them. */
function writePart(part: ContentPart, rest: string[]): ContentPart[] {
  if (part.type === "text") {
    const text = rest.shift() ?? "";
    return text === "" ? [] : [{ ...part, text }];
  }
  if (part.type !== "tool-result" || !part.output) return [part];
  const texts = readOutput(part.output, "", 0).filter(isText);
  return [{ ...part, output: writeOutput(part.output, rest.splice(0, texts.length)) }];
}

/** What the question of a result is told from: what the user and the assistant said. */
export function situationOf(messages: readonly AISDKMessage[]): Situation {
  const said = (message: AISDKMessage) => saidIn(aiSDKFormat.read(message, 0));
  const user = messages.filter(({ role }) => role === "user").map(said);
  const last = messages.at(-1);
  return { user, assistant: last?.role === "assistant" ? said(last) : undefined };
}
