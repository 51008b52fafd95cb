import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { type StructuredToolInterface, tool } from "@langchain/core/tools";
import { countTokens, type TokenizerOption } from "../core/index.js";
import type { Originals } from "./originals.js";

/** Name of the tool that reads back what was cut. */
export const READ_ORIGINAL = "read_original";

const SCHEMA = {
  type: "object",
  properties: {
    id: { type: "string", description: "The id that the shortened result names." },
    offset: { type: "integer", minimum: 0, description: "Where to read on, in characters. 0 by default." },
  },
  required: ["id"],
  additionalProperties: false,
} as const;

/** A tool that gives a shortened result back in full, in pages under a ceiling. */
export function readOriginalTool(
  originals: Originals,
  pageTokens: number,
  tokenizer: TokenizerOption | undefined,
): StructuredToolInterface {
  return tool(
    async (input: unknown, config) => {
      const { id, offset = 0 } = input as { id: string; offset?: number };
      const text = await originals.read(threadOf(config), id);
      if (text === undefined) return `No original is kept under ${JSON.stringify(id)}.`;
      return page(text, id, offset, pageTokens, tokenizer);
    },
    { name: READ_ORIGINAL, description: "Reads the full text of a tool result that was shortened.", schema: SCHEMA },
  ) as unknown as StructuredToolInterface;
}

/** The thread of a run: as its config or runtime names it, else as the graph around it does (older runtimes). */
export function threadOf(run: Run | undefined): string {
  const around = AsyncLocalStorageProviderSingleton.getRunnableConfig() as Run | undefined;
  return String(run?.configurable?.thread_id ?? around?.configurable?.thread_id ?? "");
}

interface Run {
  configurable?: { thread_id?: unknown } | undefined;
}

async function page(
  text: string,
  id: string,
  offset: number,
  pageTokens: number,
  tokenizer: TokenizerOption | undefined,
) {
  let length = Math.min(text.length - offset, 8 * pageTokens);
  for (;;) {
    const end = isInsidePair(text, offset + length) ? offset + length - 1 : offset + length;
    const slice = text.slice(offset, end);
    const shown =
      end >= text.length ? slice : `${slice}\n[goes on at offset ${end} of ${text.length}: ${READ_ORIGINAL} ${id}]`;
    const tokens = await countTokens(shown, tokenizer);
    if (tokens <= pageTokens || length <= 1) return shown;
    length = Math.max(1, Math.floor(length * Math.min(0.9, pageTokens / tokens)));
  }
}

function isInsidePair(text: string, at: number): boolean {
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(at - 1, at + 1));
}
