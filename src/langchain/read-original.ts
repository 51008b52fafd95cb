import { type StructuredToolInterface, tool } from "@langchain/core/tools";
import { READ_ORIGINAL, READ_ORIGINAL_TOOL } from "../agents/tools/read-original.js";
import { readText } from "../agents/tools/read-text.js";
import { originalId } from "../agents/tools/shelf.js";
import type { Sieve, TokenizerOption } from "../core/index.js";
import { type Conversation, conversationAround, type Run } from "./conversation.js";
import { blocksOf, isTextBlock } from "./message-format.js";
import type { Originals } from "./originals.js";

interface ReadInput {
  id: string;
  question?: string;
  pattern?: string;
  lines?: string;
  offset?: number;
}

interface ReadOriginalSettings {
  openSieve: () => Promise<Sieve>;
  originals: Originals;
  /** Ceiling of what one call gives, in tokens. */
  pageTokens: number;
  tokenizer: TokenizerOption | undefined;
}

/** A tool that gives back what was shortened or cleared: by question, pattern or lines, or in pages under a ceiling. */
export function readOriginalTool({
  openSieve,
  originals,
  pageTokens,
  tokenizer,
}: ReadOriginalSettings): StructuredToolInterface {
  return tool(
    async (input: unknown, config) => {
      const { id, question, pattern, lines, offset } = input as ReadInput;
      const conversation = conversationAround(config as Run);
      const text = await find(originals, conversation, id);
      if (text === undefined) {
        return `No original is kept under ${JSON.stringify(id)}: they are kept for a conversation, and not for ever. Call the tool again whose result it was.`;
      }
      const { signal } = config as { signal?: AbortSignal };
      return readText({
        text,
        id,
        maxTokens: pageTokens,
        tokenizer,
        question,
        pattern,
        lines,
        offset,
        openSieve,
        signal,
      });
    },
    {
      name: READ_ORIGINAL,
      description:
        "Reads what was shortened or cleared: all of it in pages, or what answers a question, holds a pattern, or stands in some lines.",
      schema: READ_ORIGINAL_TOOL.inputSchema,
    },
  ) as unknown as StructuredToolInterface;
}

/** An original that was put away, or one that a trim of the history has left out of the prompt only. */
async function find(originals: Originals, { messages, shelf }: Conversation, id: string): Promise<string | undefined> {
  const kept = shelf === undefined ? undefined : await originals.read(shelf, id);
  if (kept !== undefined) return kept;
  const texts = messages.flatMap((message) => blocksOf(message).filter(isTextBlock));
  return texts.find(({ text }) => originalId(text) === id)?.text;
}
