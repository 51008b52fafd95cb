import { type Content, type ContentPart, readContent, writeContent } from "../agents/history/content.js";
import { opaqueCost } from "../agents/history/media.js";
import { type SieveHistoryOptions, sieveHistory } from "../agents/history/sieve-history.js";
import type { MessageFormat, MessagePart, NeutralMessage } from "../agents/history/types.js";

/** An item of `input` or `output` of OpenAI's Responses API, as far as it is read here: a message, a call, its output, a reasoning. */
export interface OpenAIResponsesItem {
  type?: string | null | undefined;
}

interface Item extends OpenAIResponsesItem {
  role?: string;
  content?: Content;
  output?: Content | object;
  call_id?: string;
  name?: string;
  arguments?: string;
  input?: string;
}

const ROLES = new Set(["user", "assistant", "system", "developer"]);
const TEXT_TYPES = new Set(["input_text", "output_text", "text"]);
const isText = ({ type }: ContentPart) => TEXT_TYPES.has(type);

/**
 * Holds items of the Responses API under a ceiling. A reasoning, the message and the calls that follow it stay or go
 * together, with the calls' outputs; what is no text stays as it is and is counted. `instructions` are sent besides: count
 * them in `reservedTokens`.
 *
 * @example
 * client.responses.create({ model, input: await sieveResponsesItems(items, { maxTokens: 8000 }) });
 *
 * @throws What `trimHistory` throws, or ModelLoadError
 */
export function sieveResponsesItems<Item extends OpenAIResponsesItem>(
  items: readonly Item[],
  options: SieveHistoryOptions<Item>,
): Promise<Item[]> {
  return sieveHistory(items, responsesFormat, options);
}

const responsesFormat: MessageFormat<Item> = {
  expected: "an item of the Responses API (for chat completions there is `sieveOpenAIMessages`)",

  accepts: (item) => typeof item === "object" && item !== null && (typeof item.type === "string" || isMessage(item)),

  read(item, mediaTokens, before) {
    if (isMessage(item)) {
      const role = roleOf(item.role);
      const continues = role === "assistant" && before !== undefined && isAnswer(before);
      return { role, parts: readContent(item.content, isText, mediaTokens), continues };
    }
    if (isOutput(item)) return { role: "tool", parts: readOutput(item, mediaTokens) };
    const continues = before !== undefined && isAnswer(before);
    return { role: "assistant", parts: [readCall(item, mediaTokens)], continues };
  },

  write(item, texts) {
    const field = isMessage(item) ? "content" : "output";
    return { ...item, [field]: writeContent(item[field] as Content, texts, isText) };
  },

  note: ({ text, callId }) =>
    callId === undefined
      ? { type: "message", role: "user", content: text }
      : { type: "function_call_output", call_id: callId, output: text },
};

function isMessage({ type, role = "", content }: Item): boolean {
  return ROLES.has(role) && (type === "message" || (!type && content !== undefined));
}

function isOutput({ type }: Item): boolean {
  return type?.endsWith("_output") === true || type === "mcp_approval_response";
}

/** True for what the model said: a message, a reasoning, a call. */
function isAnswer(item: Item): boolean {
  return isMessage(item) ? roleOf(item.role) === "assistant" : !isOutput(item);
}

function roleOf(role: string | undefined): NeutralMessage["role"] {
  if (role === "system" || role === "developer") return "system";
  return role === "user" ? "user" : "assistant";
}

function readOutput({ output, call_id: callId = "", ...item }: Item, mediaTokens: number): MessagePart[] {
  if (typeof output === "string" || Array.isArray(output)) return readContent(output, isText, mediaTokens, callId);
  return [{ kind: "opaque", cost: opaqueCost((output as ContentPart) ?? item, mediaTokens), callId }];
}

function readCall(item: Item, mediaTokens: number): MessagePart {
  const { call_id: callId, name = item.type ?? "", arguments: input = item.input } = item;
  if (callId !== undefined) return { kind: "tool-call", callId, text: `${name} ${input ?? JSON.stringify(item)}` };
  const cost = opaqueCost(item as ContentPart, mediaTokens);
  return item.type === "reasoning" ? { kind: "opaque", cost, aside: true } : { kind: "opaque", cost };
}
