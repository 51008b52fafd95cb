import { countTokens, type Sieve, type TokenizerOption } from "../core/index.js";
import type { Originals } from "./originals.js";
import type { JsonSchema } from "./output-schema.js";

/** Name of the tool that reads back what was cut. */
export const READ_ORIGINAL = "read_original";

/** The tool as clients see it. */
export const READ_ORIGINAL_TOOL = {
  name: READ_ORIGINAL,
  description: "Reads the full text of a tool result that was shortened.",
  inputSchema: {
    type: "object" as const,
    properties: {
      id: { type: "string", description: "The id that the shortened result names." },
      offset: { type: "integer", minimum: 0, description: "Where to read on, in characters. 0 by default." },
    },
    required: ["id"],
  },
  annotations: { readOnlyHint: true, openWorldHint: false },
};

/** What reading back needs besides the originals. */
export interface Reading {
  maxTokens: number;
  tokenizer: TokenizerOption | undefined;
  openSieve: () => Promise<Sieve>;
  signal: AbortSignal;
}

/** Answers a call of `read_original`. */
export async function readOriginal(originals: Originals, args: JsonSchema, { maxTokens, tokenizer }: Reading) {
  const text = originals.read(String(args.id));
  if (text === undefined) return { content: [{ type: "text", text: "No original." }], isError: true };
  let shown = text.slice(Number(args.offset ?? 0));
  while ((await countTokens(shown, tokenizer)) > maxTokens) shown = shown.slice(0, Math.floor(shown.length * 0.8));
  return { content: [{ type: "text", text: shown }] };
}
