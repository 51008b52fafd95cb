import { expect } from "../core/index.js";

/**
 * The parts of LlamaIndex's types that are used here, so that nothing of LlamaIndex is imported: its own
 * classes fit these shapes, and the classes of this folder fit its interfaces (both checked in the tests).
 */

/** A node: LlamaIndex's `BaseNode`, `TextNode`, `Document`, `ImageNode`, `IndexNode` or a subclass. */
export interface NodeLike {
  id_: string;
  /** The text, without metadata; absent on classes that keep it elsewhere. */
  text?: string;
  metadata: Record<string, unknown>;
  embedding: number[] | undefined;
  excludedLlmMetadataKeys: string[];
  excludedEmbedMetadataKeys: string[];
  relationships: object;
  /** Text and metadata as they are rendered for a purpose. */
  getContent(metadataMode?: string): string;
  setContent(value: unknown): void;
}

/** LlamaIndex's `NodeWithScore`. */
export interface ScoredNode {
  node: NodeLike;
  score?: number | undefined;
}

/** LlamaIndex's `MessageContent`: a text, or parts of which some are texts. */
export type MessageContentLike = string | readonly NodeMessagePart[];

/** A part of a message; only those with `type: "text"` are read. */
export interface NodeMessagePart {
  type: string;
  text?: string;
}

/** LlamaIndex's `BaseToolWithCall`. */
export interface ToolLike<Input> {
  metadata: object;
  call(input: Input): unknown;
}

/** LlamaIndex's `MemoryMessage`. */
export interface MemoryMessageLike {
  id: string;
  role: string;
  content: MessageContentLike;
}

/**
 * The texts of a message, as LlamaIndex joins them; empty if there are none.
 *
 * @throws InvalidOptionError for what is no message's content, such as a whole `{ query }`
 */
export function textOf(content: MessageContentLike | null | undefined): string {
  if (content === undefined || content === null) return "";
  if (typeof content === "string") return content;
  expect(Array.isArray(content), "query", "a text, or the parts of a message", content);
  return content
    .filter(({ type }) => type === "text")
    .map(({ text }) => text ?? "")
    .join("\n\n");
}
