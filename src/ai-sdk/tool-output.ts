import { resultOr } from "../agents/history/content.js";
import { opaqueCost } from "../agents/history/media.js";
import type { MessagePart } from "../agents/history/types.js";

/** What a tool gave back, as the AI SDK sends it to a model. */
export interface ToolOutput {
  type: string;
  value?: unknown;
}

interface ContentItem {
  type: string;
  text?: string;
}

const TEXTS = new Set(["text", "error-text"]);
const DATA = new Map([
  ["json", "text"],
  ["error-json", "error-text"],
]);

/** The texts of an output, and what else it costs. */
export function readOutput({ type, value, ...rest }: ToolOutput, callId: string, mediaTokens: number): MessagePart[] {
  if (TEXTS.has(type)) return [{ kind: "tool-result", callId, text: String(value) }];
  if (DATA.has(type)) return [{ kind: "tool-result", callId, text: JSON.stringify(value) ?? "null" }];
  if (type !== "content") return [{ kind: "opaque", cost: JSON.stringify({ type, value, ...rest }), callId }];
  const parts = (value as ContentItem[]).map(
    (item): MessagePart =>
      item.type === "text"
        ? { kind: "tool-result", callId, text: item.text ?? "" }
        : { kind: "opaque", cost: opaqueCost(item, mediaTokens), callId },
  );
  return resultOr(parts, callId);
}

/** A copy with other texts, in the order of `readOutput`; data that was cut becomes a text. */
export function writeOutput(output: ToolOutput, texts: readonly string[]): ToolOutput {
  const { type, value } = output;
  const [text = ""] = texts;
  if (TEXTS.has(type)) return { ...output, value: text };
  const textType = DATA.get(type);
  if (textType !== undefined)
    return text === JSON.stringify(value) ? output : { ...output, type: textType, value: text };
  if (type !== "content") return output;
  const rest = [...texts];
  const items = (value as ContentItem[]).flatMap((item) => {
    if (item.type !== "text") return [item];
    const left = rest.shift() ?? "";
    return left === "" ? [] : [{ ...item, text: left }];
  });
  return { ...output, value: items };
}
