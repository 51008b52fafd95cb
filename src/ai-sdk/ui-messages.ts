import { opaqueCost } from "../agents/history/media.js";
import { type SieveHistoryOptions, sieveHistory } from "../agents/history/sieve-history.js";
import type { MessageFormat, MessagePart } from "../agents/history/types.js";

/** A `UIMessage` of the AI SDK, as far as it is read here. */
export interface AISDKUIMessage {
  role: "system" | "user" | "assistant";
  parts: readonly { type: string }[];
}

interface UIPart {
  type: string;
  text?: string;
  toolName?: string;
  toolCallId?: string;
  state?: string;
  input?: unknown;
  output?: unknown;
  errorText?: string;
}

/**
 * Holds the AI SDK's UI messages under a ceiling, such as before `convertToModelMessages`: the messages that a client
 * sends, or that are read from a database. Those that lost nothing are the very objects that came in.
 *
 * @example
 * const kept = await sieveUIMessages(messages, { maxTokens: 60_000 });
 *
 * @throws What `trimHistory` throws, or ModelLoadError
 */
export function sieveUIMessages<Message extends AISDKUIMessage>(
  messages: readonly Message[],
  options: SieveHistoryOptions<Message>,
): Promise<Message[]> {
  return sieveHistory(messages, uiFormat, options);
}

const uiFormat: MessageFormat<AISDKUIMessage> = {
  read: ({ role, parts }, mediaTokens) => ({
    role,
    parts: parts.flatMap((part) => readPart(part as UIPart, mediaTokens)),
  }),
  write(message, texts) {
    const rest = [...texts];
    return { ...message, parts: (message.parts as readonly UIPart[]).flatMap((part) => writePart(part, rest)) };
  },
};

/** A call without a result is not over: it may not be cut. */
function readPart(part: UIPart, mediaTokens: number): MessagePart[] {
  const { type, text, toolCallId: callId, toolName = type.replace(/^tool-/u, ""), input } = part;
  if (type === "text") return [{ kind: "text", text: text ?? "" }];
  if (type === "step-start" || type.startsWith("data-")) return [];
  const result = callId === undefined ? undefined : resultOf(part);
  if (callId === undefined || result === undefined) return [{ kind: "opaque", cost: opaqueCost(part, mediaTokens) }];
  return [
    { kind: "tool-call", callId, text: `${toolName} ${JSON.stringify(input)}` },
    { kind: "tool-result", callId, text: result },
  ];
}

/** Takes its texts from the front of `rest`, as `readPart` gave them. */
function writePart(part: UIPart, rest: string[]): UIPart[] {
  if (part.type === "text") {
    const text = rest.shift() ?? "";
    return text === "" ? [] : [{ ...part, text }];
  }
  const result = part.toolCallId === undefined ? undefined : resultOf(part);
  if (result === undefined) return [part];
  const text = rest.shift() ?? "";
  if (text === result) return [part];
  return [part.state === "output-error" ? { ...part, errorText: text } : { ...part, output: text }];
}

function resultOf({ state, output, errorText }: UIPart): string | undefined {
  if (state === "output-error") return errorText;
  if (state !== "output-available") return undefined;
  return typeof output === "string" ? output : JSON.stringify(output);
}
