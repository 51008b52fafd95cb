import type { CountFunction } from "../../core/index.js";
import { isText, type MessageFate, type NeutralMessage } from "./types.js";

/** Tokens of a message, part by part. */
export interface MessageCost {
  /** What stays the same whatever its texts lose: the overhead of a message, and its parts that are no text. */
  fixed: number;
  /** Of each text and tool result part, in order. */
  texts: readonly number[];
}

/**
 * Counts a message as the ceiling does: the overhead, and each part by itself with the caller's tokenizer; an
 * empty text costs nothing.
 */
export async function messageCost(
  { parts }: NeutralMessage,
  count: CountFunction,
  overhead: number,
): Promise<MessageCost> {
  let fixed = overhead;
  const texts: number[] = [];
  for (const part of parts) {
    if (isText(part)) texts.push(await textCost(part.text, count));
    else if (part.kind === "tool-call") fixed += await textCost(part.text, count);
    else fixed += typeof part.cost === "number" ? part.cost : await textCost(part.cost, count);
  }
  return { fixed, texts };
}

/** Tokens of a message as its fate leaves it. */
export async function fateCost(cost: MessageCost, fate: MessageFate, count: CountFunction): Promise<number> {
  if (fate === "dropped") return 0;
  if (fate === "whole") return wholeCost(cost);
  let tokens = cost.fixed;
  for (const text of fate) tokens += await textCost(text, count);
  return tokens;
}

/** Tokens of a message that nothing was taken from. */
export function wholeCost({ fixed, texts }: MessageCost): number {
  return texts.reduce((sum, tokens) => sum + tokens, fixed);
}

async function textCost(text: string, count: CountFunction): Promise<number> {
  return text === "" ? 0 : count(text);
}
