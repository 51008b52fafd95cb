import { type StructuredToolInterface, tool } from "@langchain/core/tools";
import { readText } from "../agents/tools/read-text.js";
import type { Sieve, TokenizerOption } from "../core/index.js";
import { type Conversation, conversationAround, type Run } from "./conversation.js";
import { blocksOf, isTextBlock } from "./message-format.js";
import { type Originals, originalId } from "./originals.js";

/** Name of the tool that reads back what was cut. */
export const READ_ORIGINAL = "read_original";

const SCHEMA = {
  type: "object",
  properties: {
    id: { type: "string", description: "The id that the shortened result names." },
    question: { type: "string", description: "What you want to find out: gives the parts that tell." },
    pattern: {
      type: "string",
      description:
        "Words to look for: gives their lines. `*` stands for anything within a line, `|` is between alternatives.",
    },
    lines: { type: "string", description: 'Lines to read, as "40-80".' },
    offset: { type: "integer", minimum: 0, description: "Where to read on, in characters. 0 by default." },
  },
  required: ["id"],
  additionalProperties: false,
} as const;

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
      schema: SCHEMA,
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
