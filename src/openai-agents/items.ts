import { type Content, type ContentPart, readContent, writeContent } from "../agents/history/content.js";
import { opaqueCost } from "../agents/history/media.js";
import type { MessageFormat, MessagePart, NeutralMessage } from "../agents/history/types.js";

/** An item of OpenAI's Agents SDK (`AgentInputItem`), as far as it is read here. */
export interface AgentItem {
  type?: string | undefined;
}

interface Item extends AgentItem {
  role?: string;
  content?: Content;
  output?: Content | ContentPart;
  callId?: string;
  name?: string;
  arguments?: string;
}

const TEXT_TYPES = new Set(["input_text", "output_text", "text"]);
const isText = ({ type }: ContentPart) => TEXT_TYPES.has(type);

/** The SDK's items in the neutral form. */
export const agentItemFormat: MessageFormat<Item> = {
  expected: "an item of the Agents SDK",

  accepts: (item) => typeof item === "object" && item !== null && (isMessage(item) || typeof item.type === "string"),

  read(item, mediaTokens, before) {
    const continues = before !== undefined && roleOf(before) === "assistant";
    const role = roleOf(item);
    if (isMessage(item))
      return {
        role,
        parts: readContent(item.content, isText, mediaTokens),
        continues: role === "assistant" && continues,
      };
    if (role === "tool") return { role, parts: readOutput(item, mediaTokens) };
    return { role, parts: [readCall(item, mediaTokens)], continues };
  },

  write(item, texts) {
    if (isMessage(item)) return { ...item, content: writeContent(item.content, texts, isText) };
    const { output } = item;
    return {
      ...item,
      output: isPart(output) ? { ...output, text: texts[0] ?? "" } : writeContent(output, texts, isText),
    };
  },

  note: ({ text, callId, name = "" }) =>
    callId === undefined
      ? { type: "message", role: "user", content: text }
      : ({ type: "function_call_result", callId, name, status: "incomplete", output: text } as Item),
};

function isMessage({ type, role, content }: Item): boolean {
  return typeof role === "string" && (type === "message" || (type === undefined && content !== undefined));
}

function isPart(output: Item["output"]): output is ContentPart {
  return typeof output === "object" && output !== null && !Array.isArray(output);
}

function roleOf(item: Item): NeutralMessage["role"] {
  const { role, type = "" } = item;
  if (isMessage(item)) return role === "user" || role === "system" ? role : "assistant";
  return /_(?:result|output)$/u.test(type) ? "tool" : "assistant";
}

function readOutput({ output, callId = "", ...item }: Item, mediaTokens: number): MessagePart[] {
  if (typeof output === "string" || Array.isArray(output)) return readContent(output, isText, mediaTokens, callId);
  if (isPart(output) && isText(output)) return readContent([output], isText, mediaTokens, callId);
  const part = isPart(output) ? output : (item as ContentPart);
  return [{ kind: "opaque", cost: opaqueCost(part, mediaTokens), callId }];
}

function readCall(item: Item, mediaTokens: number): MessagePart {
  const { callId, name = item.type ?? "", arguments: input } = item;
  if (callId !== undefined) return { kind: "tool-call", callId, text: `${name} ${input ?? JSON.stringify(item)}` };
  const cost = opaqueCost(item as ContentPart, mediaTokens);
  return item.type === "reasoning" ? { kind: "opaque", cost, aside: true } : { kind: "opaque", cost };
}
