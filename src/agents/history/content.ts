import { opaqueCost } from "./media.js";
import type { MessagePart } from "./types.js";

/** One part of a message's content, as most frameworks write it. */
export interface ContentPart {
  type: string;
  text?: string;
}

/** Content: one text, parts, or nothing. */
export type Content = string | readonly ContentPart[] | null | undefined;

/** Whether a part may lose words: by its type. */
export type IsText = (part: ContentPart) => boolean;

/** Content as parts: a string is one text part. */
export function partsOf(content: Content): readonly ContentPart[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
}

/** Content in the neutral form. @param callId Of the call whose result it is. */
export function readContent(content: Content, isText: IsText, mediaTokens: number, callId?: string): MessagePart[] {
  const parts = partsOf(content).map((part): MessagePart => {
    if (typeof part.text !== "string" || !isText(part)) {
      return { kind: "opaque", cost: opaqueCost(part, mediaTokens), ...(callId === undefined ? {} : { callId }) };
    }
    return callId === undefined ? { kind: "text", text: part.text } : { kind: "tool-result", callId, text: part.text };
  });
  return resultOr(parts, callId);
}

/** Parts of a message; an empty result is the result of its call all the same. */
export function resultOr(parts: MessagePart[], callId: string | undefined): MessagePart[] {
  return parts.length > 0 || callId === undefined ? parts : [{ kind: "tool-result", callId, text: "" }];
}

/** Content with other texts, one for each text part; an empty one takes its part away. */
export function writeContent(content: Content, texts: readonly string[], isText: IsText): string | ContentPart[] {
  if (!Array.isArray(content)) return texts[0] ?? "";
  const rest = [...texts];
  const parts = (content as readonly ContentPart[]).flatMap((part) => {
    if (typeof part.text !== "string" || !isText(part)) return [part];
    const text = rest.shift() ?? "";
    return text === "" ? [] : [{ ...part, text }];
  });
  return parts.length > 0 ? parts : "";
}
