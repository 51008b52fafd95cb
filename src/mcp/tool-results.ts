import { splitSieveOptions } from "../agents/sieve-source.js";
import type { CutResult, SievedResult } from "../agents/tools/cut-result.js";
import { READ_ORIGINAL_TOOL, readOriginal } from "../agents/tools/read-original.js";
import { type ResultSieveOptions, resultSieve } from "../agents/tools/result-sieve.js";
import { createShelf } from "../agents/tools/shelf.js";
import { SieveError } from "../core/index.js";
import type { ResultOptions } from "./options.js";
import type { JsonSchema } from "./output-schema.js";

/** One block of a tool's result, as far as it is read here. */
export interface ContentBlock {
  type: string;
  text?: string;
  resource?: { text?: string };
}

/** What a tool gave back. */
export interface ToolResult {
  content?: readonly ContentBlock[];
  structuredContent?: JsonSchema;
  isError?: boolean;
  _meta?: JsonSchema;
}

/** What a tool was called with, and what the model said that it needs. */
export interface CallFacts {
  name: string;
  args: JsonSchema | undefined;
  focus: string | undefined;
}

/** Cuts the results of tools, and reads back what was cut. */
export interface ToolResultSieve {
  /** The result as it is if it is under the ceiling, or if the sieve fails. @throws The signal's reason */
  cut(result: ToolResult, call: CallFacts, signal: AbortSignal): Promise<ToolResult>;
  /** Answers a call of `read_original`. @throws The signal's reason */
  read(args: JsonSchema, signal: AbortSignal): Promise<ToolResult>;
}

/** The tool as clients see it. */
export const READ_TOOL = { ...READ_ORIGINAL_TOOL, annotations: { readOnlyHint: true, openWorldHint: false } };

/** @param canRead Whether the model has `read_original`. */
export function toolResultSieve(
  options: ResultOptions & ResultSieveOptions & { maxTokens: number },
  canRead: () => boolean,
): ToolResultSieve {
  const { openSieve, rest, method } = splitSieveOptions(options);
  const { maxTokens, tokenizer } = rest as ResultSieveOptions & { maxTokens: number };
  const shelf = createShelf();
  const cutTexts = resultSieve(openSieve, rest as ResultSieveOptions, { canRead, method });

  return {
    async cut(result, { name, args, focus }, signal) {
      const { content = [], structuredContent } = result;
      const call = { user: [], focus, call: { name, args } };
      const sources = content.map(textOf).filter((text) => text !== undefined);
      const cut = await cutTexts(sources, call, { shelf, signal });
      // Most servers say the same twice.
      const said = new Map<string, string>();
      for (const [index, source] of sources.entries()) said.set(source, cut?.texts[index]?.text ?? source);
      const data = structuredContent && JSON.stringify(withStrings(structuredContent, said));
      const cutData = data ? await cutTexts([data], call, { shelf, signal, isMarked: false }) : undefined;
      const cuts = [cut, cutData].filter((one) => one !== undefined);
      const [first] = cuts;
      if (first === undefined) return result;
      // The tokens are those of the content, where that was cut; the originals are of both.
      const facts: SievedResult = { ...first.facts, originals: cuts.flatMap((one) => one.facts.originals) };
      return {
        ...result,
        content: cut ? withTexts(content, cut) : content,
        ...(data ? { structuredContent: parsed(cutData?.texts[0]?.text ?? data) } : {}),
        _meta: { ...result._meta, contextsieve: facts },
      };
    },
    async read(args, signal) {
      try {
        const text = await readOriginal(shelf, args, { openSieve, maxTokens, tokenizer, signal });
        return { content: [{ type: "text", text }] };
      } catch (error) {
        return failed(error);
      }
    },
  };
}

/** What a model is told of an error that it can mend. @throws Any other */
export function failed(error: unknown): ToolResult {
  if (!SieveError.isInstance(error)) throw error;
  return { content: [{ type: "text", text: error.message }], isError: true };
}

function textOf({ type, text, resource }: ContentBlock): string | undefined {
  return type === "text" ? text : type === "resource" ? resource?.text : undefined;
}

function withTexts(content: readonly ContentBlock[], { texts }: CutResult): ContentBlock[] {
  const rest = texts.map(({ text }) => text);
  return content.flatMap((block): ContentBlock[] => {
    if (textOf(block) === undefined) return [block];
    const text = rest.shift() ?? "";
    if (text === "") return [];
    return [block.type === "text" ? { ...block, text } : { ...block, resource: { ...block.resource, text } }];
  });
}

/** Data in which other texts stand for some of its strings. */
function withStrings(data: unknown, texts: ReadonlyMap<string, string>): unknown {
  if (typeof data === "string") return texts.get(data) ?? data;
  if (typeof data !== "object" || data === null) return data;
  if (Array.isArray(data)) return data.map((item) => withStrings(item, texts));
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, withStrings(value, texts)]));
}

/** JSON that was cut, as an object again. Empty if a method has cut it that knows no JSON. */
function parsed(text: string): JsonSchema {
  try {
    return JSON.parse(text) as JsonSchema;
  } catch {
    return {};
  }
}
