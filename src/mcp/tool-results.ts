import { splitSieveOptions } from "../agents/sieve-source.js";
import { type CutRequest, cutTexts, type LeftText, toolDefaults } from "../agents/tools/cut-texts.js";
import { countTokens } from "../core/index.js";
import type { ResultOptions } from "./options.js";
import { createOriginals, originalId } from "./originals.js";
import type { JsonSchema } from "./output-schema.js";
import { READ_ORIGINAL, readOriginal } from "./read-original.js";

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

/** What a cut result says of itself in `_meta.contextsieve`. */
export interface SievedResult {
  /** Tokens of the texts, notes included; `structuredContent` is not among them. */
  tokens: number;
  originalTokens: number;
  /** Ids of the originals of the texts that lost something. */
  originals: string[];
}

/** Cuts the results of tools, and reads back what was cut. */
export interface ToolResultSieve {
  /** The result as it is if it is under the ceiling, or if the sieve fails. */
  cut(result: ToolResult, call: CallFacts, signal: AbortSignal): Promise<ToolResult>;
  /** Answers a call of `read_original`. */
  read(args: JsonSchema, signal: AbortSignal): Promise<ToolResult>;
}

/** @param canRead Whether the model has `read_original`. */
export function toolResultSieve(
  options: ResultOptions & { maxTokens: number },
  canRead: () => boolean,
): ToolResultSieve {
  const { openSieve, rest } = splitSieveOptions(options);
  const { maxTokens, tokenizer } = rest as { maxTokens: number; tokenizer: ResultOptions["tokenizer"] };
  const originals = createOriginals();

  const cutAll = async (sources: readonly string[], call: CallFacts, signal: AbortSignal, isMarked: boolean) => {
    if ((await countTokens(sources.join("\n\n"), tokenizer)) <= maxTokens) return undefined;
    const sieve = await openSieve();
    const compress: CutRequest["compress"] = async (target, template) => {
      const { documents } = await sieve.compress({
        ...toolDefaults(sieve),
        ...(isMarked ? {} : { marker: false }),
        ...{ ...target, template, tokenizer, signal },
        documents: sources,
        query: questionOf(call),
      });
      return new Map(documents.map((document) => [document.index, document]));
    };
    const noteOf = canRead()
      ? (source: string) => `shortened; in full: ${READ_ORIGINAL} ${originalId(source)}`
      : undefined;
    return cutTexts({ sources, target: { maxTokens }, tokenizer, noteOf, compress });
  };

  return {
    async cut(result, call, signal) {
      try {
        const { content = [], structuredContent } = result;
        const sources = content.map(textOf).filter((text) => text !== undefined);
        const texts = await cutAll(sources, call, signal, true);
        // Most servers say the same twice.
        const said = new Map(
          sources.map((source, index): [string, string] => [source, texts?.[index]?.text ?? source]),
        );
        const data = structuredContent && JSON.stringify(withStrings(structuredContent, said));
        const cutData = data && (await cutAll([data], call, signal, false));
        if (texts === undefined && !cutData) return result;
        const facts: SievedResult = { tokens: 0, originalTokens: 0, originals: [] };
        for (const [index, source] of sources.entries()) {
          const { text, lossless } = texts?.[index] ?? { text: source, lossless: true };
          facts.tokens += await countTokens(text, tokenizer);
          facts.originalTokens += await countTokens(source, tokenizer);
          if (!lossless) facts.originals.push(originals.keep(source));
        }
        if (data && cutData && !cutData[0]?.lossless) facts.originals.push(originals.keep(data));
        return {
          ...result,
          content: texts ? withTexts(content, texts) : content,
          ...(data ? { structuredContent: parsed(cutData?.[0]?.text ?? data) } : {}),
          _meta: { ...result._meta, contextsieve: facts },
        };
      } catch {
        // A failing sieve never ends a run: the client gets what the server gave.
        return result;
      }
    },
    async read(args, signal) {
      return readOriginal(originals, args, { maxTokens, tokenizer, openSieve, signal });
    },
  };
}

/** What the result is needed for: what the model said, else the call itself. */
function questionOf({ name, args, focus }: CallFacts): string {
  return focus ?? `${name} ${JSON.stringify(args ?? {})}`;
}

function textOf({ type, text, resource }: ContentBlock): string | undefined {
  return type === "text" ? text : type === "resource" ? resource?.text : undefined;
}

function withTexts(content: readonly ContentBlock[], texts: readonly LeftText[]): ContentBlock[] {
  const rest = [...texts];
  return content.flatMap((block): ContentBlock[] => {
    if (textOf(block) === undefined) return [block];
    const { text } = rest.shift() as LeftText;
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
