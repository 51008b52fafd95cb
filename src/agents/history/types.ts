/**
 * One part of a message. Texts and tool results may lose words; everything else stays as it is, and is counted.
 */
export type MessagePart =
  | { kind: "text"; text: string }
  /** A call of a tool; `text` is what is counted: the tool's name and its arguments. */
  | { kind: "tool-call"; callId: string; text: string }
  /** Text that a tool gave back for a call. */
  | { kind: "tool-result"; callId: string; text: string }
  /**
   * Anything else: its tokens, or the text whose tokens it takes. `callId` if it belongs to a tool's result. `aside` if
   * it says nothing without the texts beside it, such as a model's reasoning.
   */
  | { kind: "opaque"; cost: number | string; callId?: string; aside?: boolean };

/** A chat message in the form that every framework's messages translate to. */
export interface NeutralMessage {
  role: "system" | "user" | "assistant" | "tool";
  parts: readonly MessagePart[];
  /** Belongs to the step of the message before it: an answer in several items. */
  continues?: boolean | undefined;
  /** What the provider said of the call whose answer this is. */
  usage?: ModelUsage | undefined;
}

/** Tokens of one model call, as its provider counted them. */
export interface ModelUsage {
  /** Of the whole prompt. */
  inputTokens: number;
  /** Of the prompt's beginning that was read from the provider's cache. */
  cachedTokens: number;
}

/**
 * A message that is not of the conversation. `recalled`: what earlier trims took away and the question of the moment asks
 * for, with its source. `cleared`: which tool calls are no longer there. `unanswered`: stands for the result of a call
 * that never got one.
 */
export interface HistoryNote {
  kind: "recalled" | "cleared" | "unanswered";
  /** Index of the message that it stands before; the number of messages if it is the last. */
  before: number;
  text: string;
  /** Of the call that is unanswered. */
  callId?: string;
  /** Name of the tool that was called. */
  name?: string;
}

/** How one framework's messages are read and written: a thin translation. */
export interface MessageFormat<Message> {
  /** What `accepts` wants, for messages: "a message of ...". @default "a message" */
  expected?: string;
  /** Whether it is a message of this framework's. @default any object */
  accepts?(message: Message): boolean;
  /** @param mediaTokens What an image, a sound or a file counts. @param before The message before it, if any. */
  read(message: Message, mediaTokens: number, before?: Message): NeutralMessage;
  /**
   * A copy of the message with other texts: one for each text and tool result part, in their order. An empty
   * text takes its part away, if the message may be without. Never changes `message`.
   */
  write(message: Message, texts: readonly string[]): Message;
  /** A user's message, or a tool's for a call that is unanswered. Without this function nothing is recalled or said to be cleared. */
  note?(note: HistoryNote): Message;
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
  /** Messages to put between them, in the order of their places. */
  notes: HistoryNote[];
  /** Tokens of what is left, notes included: at most `maxTokens`. */
  tokens: number;
  originalTokens: number;
  /** How tokens were counted. */
  counting: TokenCounting;
}

/** How tokens were counted: exactly, or by an upper bound if the model's own tokenizer is not at hand. */
export interface TokenCounting {
  /** Encoding, folder, or "custom". */
  tokenizer: string;
  isExact: boolean;
  /** What was done instead of counting exactly. */
  bound?: string;
}

/** True for the parts that may lose words. */
export function isText(part: MessagePart): part is Extract<MessagePart, { kind: "text" | "tool-result" }> {
  return part.kind === "text" || part.kind === "tool-result";
}

/** What a message says, without its tool results. */
export function saidIn({ parts }: NeutralMessage): string {
  return parts.flatMap((part) => (part.kind === "text" ? [part.text] : [])).join("\n");
}
