import {
  type AIMessage,
  type BaseMessage,
  type ChatMessage,
  HumanMessage,
  ToolMessage,
  type UsageMetadata,
} from "@langchain/core/messages";
import { resultOr } from "../agents/history/content.js";
import { opaqueCost } from "../agents/history/media.js";
import type { MessageFormat, MessagePart, ModelUsage, NeutralMessage } from "../agents/history/types.js";
import { responsesOutput, rewrittenOutput, unreadItems } from "./responses-output.js";

type Block = { type: string; text?: unknown };

/** Blocks that say once more what `tool_calls` says. */
const CALL_BLOCKS = new Set(["tool_use", "tool_call", "tool_call_chunk", "input_json_delta", "function_call"]);
/** Blocks of what a model thought. */
const REASONING_BLOCKS = new Set(["reasoning", "thinking", "redacted_thinking", "reasoning_content"]);
const ROLES: Record<string, NeutralMessage["role"]> = {
  system: "system",
  developer: "system",
  // Told to LangGraph's reducer, not to a model: left alone.
  remove: "system",
  human: "user",
  user: "user",
  tool: "tool",
  function: "tool",
};

/** LangChain's messages in the neutral form. */
export const langchainFormat: MessageFormat<BaseMessage> = {
  expected: "a message of LangChain's (`coerceMessageLikeToMessage` makes one)",

  accepts: (message) => typeof message?.getType === "function",

  read(message, mediaTokens) {
    const type = message.getType();
    const role = ROLES[type === "generic" ? (message as ChatMessage).role : type] ?? "assistant";
    const callId = type === "tool" ? (message as ToolMessage).tool_call_id : undefined;
    const calls = type === "ai" ? ((message as AIMessage).tool_calls ?? []) : [];
    const output = responsesOutput(message);
    const blocks = blocksOf(message)
      .filter((block) => !(calls.length > 0 && CALL_BLOCKS.has(block.type)))
      // What the provider's own items say is sent from them.
      .filter((block) => !(output && REASONING_BLOCKS.has(block.type)))
      .map((block) => readBlock(block, callId, mediaTokens));
    const parts = resultOr(blocks, callId);
    for (const { id = "", name, args } of calls) {
      parts.push({ kind: "tool-call", callId: id, text: `${name} ${JSON.stringify(args)}` });
    }
    const reasoning = output ? [] : [message.additional_kwargs?.reasoning].filter(Boolean);
    for (const item of [...unreadItems(output), ...reasoning]) {
      parts.push({ kind: "opaque", cost: opaqueCost(item as Block, mediaTokens), aside: true });
    }
    const invalid = type === "ai" ? ((message as AIMessage).invalid_tool_calls ?? []) : [];
    for (const call of [...invalid, message.additional_kwargs?.function_call]) {
      if (call) parts.push({ kind: "opaque", cost: JSON.stringify(call) });
    }
    return { role, parts, usage: usageOf(message) };
  },

  write(message, texts) {
    const fields = rewrittenOutput(message, texts);
    if (typeof message.content === "string") return withContent(message, texts[0] ?? "", fields);
    const rest = [...texts];
    const content = blocksOf(message).flatMap((block): Block[] => {
      if (!isTextBlock(block)) return [block];
      const text = rest.shift() ?? "";
      if (text === block.text) return [block];
      // Citations point into the text that was.
      const { annotations: _annotations, citations: _citations, ...others } = block as Record<string, unknown>;
      return text === "" ? [] : [{ ...others, type: "text", text }];
    });
    return withContent(message, content.length > 0 ? (content as unknown as BaseMessage["content"]) : "", fields);
  },

  note({ text, callId, name }) {
    if (callId === undefined) return new HumanMessage(text);
    const tool = name === undefined ? {} : { name };
    return new ToolMessage({ content: text, tool_call_id: callId, status: "error", ...tool });
  },
};

/** A copy of the message, of its own class and with all its fields, that says something else. */
export function withContent<Message extends BaseMessage>(
  message: Message,
  content: BaseMessage["content"],
  fields: Partial<Pick<BaseMessage, "response_metadata">> = {},
): Message {
  const copy = Object.create(Object.getPrototypeOf(message)) as Message;
  const changes = { content, ...fields };
  return Object.assign(copy, message, changes, { lc_kwargs: { ...message.lc_kwargs, ...changes } });
}

/** Content as blocks: a string is one text block. */
export function blocksOf({ content }: BaseMessage): Block[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : (content as Block[]);
}

/** True for blocks that may lose words. */
export function isTextBlock(block: Block): block is { type: "text"; text: string } {
  return block.type === "text" && typeof block.text === "string";
}

function readBlock(block: Block, callId: string | undefined, mediaTokens: number): MessagePart {
  if (isTextBlock(block)) {
    return callId === undefined
      ? { kind: "text", text: block.text }
      : { kind: "tool-result", callId, text: block.text };
  }
  const part: MessagePart = { kind: "opaque", cost: opaqueCost(block, mediaTokens) };
  if (callId !== undefined) return { ...part, callId };
  return REASONING_BLOCKS.has(block.type) ? { ...part, aside: true } : part;
}

function usageOf(message: BaseMessage): ModelUsage | undefined {
  const { usage_metadata: usage } = message as { usage_metadata?: UsageMetadata };
  return usage && { inputTokens: usage.input_tokens, cachedTokens: usage.input_token_details?.cache_read ?? 0 };
}
