/**
 * One part of a message. Texts and tool results may lose words; everything else stays as it is, and is counted.
 */
export type MessagePart =
  | { kind: "text"; text: string }
  /** A call of a tool; `text` is what is counted: the tool's name and its arguments. */
  | { kind: "tool-call"; callId: string; text: string }
  /** Text that a tool gave back for a call. */
  | { kind: "tool-result"; callId: string; text: string }
  /** Anything else: its tokens, or the text whose tokens it takes. `callId` if it belongs to a tool's result. */
  | { kind: "opaque"; cost: number | string; callId?: string };

/** A chat message in the form that every framework's messages translate to. */
export interface NeutralMessage {
  role: "system" | "user" | "assistant" | "tool";
  parts: readonly MessagePart[];
}

/** How one framework's messages are read and written: a thin translation. */
export interface MessageFormat<Message> {
  /** @param mediaTokens What an image, a sound or a file counts. */
  read(message: Message, mediaTokens: number): NeutralMessage;
  /**
   * A copy of the message with other texts: one for each text and tool result part, in their order. An empty
   * text takes its part away, if the message may be without. Never changes `message`.
   */
  write(message: Message, texts: readonly string[]): Message;
}

/**
 * What became of a message: `whole`, `dropped`, or one text for each of its text and tool result parts, of
 * which at least one is shorter than before.
 */
export type MessageFate = "whole" | "dropped" | readonly string[];

/** A history under its ceiling. */
export interface TrimmedHistory {
  /** One for each message, in order. */
  fates: MessageFate[];
  /** Tokens of what is left: at most `maxTokens`. */
  tokens: number;
  originalTokens: number;
}

/** True for the parts that may lose words. */
export function isText(part: MessagePart): part is Extract<MessagePart, { kind: "text" | "tool-result" }> {
  return part.kind === "text" || part.kind === "tool-result";
}
