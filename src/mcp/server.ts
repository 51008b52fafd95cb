import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { splitSieveOptions } from "../agents/sieve-source.js";
import type { SievedResult } from "../agents/tools/cut-result.js";
import { toolDefaults } from "../agents/tools/cut-texts.js";
import { READ_ORIGINAL, readOriginal } from "../agents/tools/read-original.js";
import { createShelf, originalId } from "../agents/tools/shelf.js";
import { type CompressResult, countTokens, InvalidOptionError, type SourceDocument } from "../core/index.js";
import { rootsOfClient } from "./client-roots.js";
import { checkResultOptions, type ResultOptions } from "./options.js";
import { openRoots, type Roots } from "./roots.js";
import { type NamedSources, readSources } from "./sources.js";
import { failed, type ToolResult } from "./tool-results.js";
import { COMPRESS, COUNT_TOKENS, checkArguments, toolsFor } from "./tools.js";

/** What an MCP server of a sieve may read, and what it gives back. */
export type SieveServerOptions = ResultOptions & {
  /**
   * Folders, files, and URLs with all that lies below them: nothing else is read, and of folders and files no more than
   * what a client's own roots hold, where it announces some.
   * @default []
   */
  roots?: readonly string[] | undefined;
  /** Name and version that clients see. */
  info: { name: string; version: string };
};

/** Makes servers that share their options and their sieve: one for each client. */
export type MakeServer = () => Server;

/**
 * Makes MCP servers with the tools `compress`, `read_original` and `count_tokens`, each to be connected to a transport.
 *
 * @example
 * const makeServer = await sieveServer({ roots: ["docs"], info: { name: "sieve", version: "1.0.0" } });
 * await makeServer().connect(new StdioServerTransport());
 *
 * @throws InvalidOptionError
 */
export async function sieveServer(options: SieveServerOptions): Promise<MakeServer> {
  const { maxTokens } = checkResultOptions(options, ["roots", "info"]);
  const { roots: given = [], info, ...resultOptions } = options;
  const roots = await openRoots(given);
  return () => {
    const call = toolCaller({ ...resultOptions, maxTokens });
    const server = new Server(info, { capabilities: { tools: {} }, instructions: INSTRUCTIONS });
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: toolsFor(given, maxTokens) }));
    server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, sendRequest }) => {
      const hasRoots = server.getClientCapabilities()?.roots !== undefined;
      const rootsFor = async ({ files = [] }: NamedSources) =>
        hasRoots && files.length > 0 ? rootsOfClient(roots, sendRequest, signal) : roots;
      try {
        return { ...(await call(params.name, params.arguments ?? {}, { signal, rootsFor })) };
      } catch (error) {
        return { ...failed(error) };
      }
    });
    return server;
  };
}

const INSTRUCTIONS = `Shortens long texts, files and pages to what a question needs, under a ceiling of tokens. What was left out can be read with ${READ_ORIGINAL}.`;

/** What a call goes by besides its arguments. */
interface CallContext {
  signal: AbortSignal;
  /** What may be read of what the client names. */
  rootsFor: (named: NamedSources) => Promise<Roots>;
}

/** Answers the calls of one client. */
function toolCaller(options: ResultOptions & { maxTokens: number }) {
  const { openSieve, rest } = splitSieveOptions(options);
  const { maxTokens: most, tokenizer } = rest as { maxTokens: number; tokenizer: ResultOptions["tokenizer"] };
  const shelf = createShelf();

  const compress = async (args: Record<string, unknown>, { signal, rootsFor }: CallContext): Promise<ToolResult> => {
    const { question, maxTokens = most, ...named } = checkArguments(args, most);
    const documents = await readSources(named, await rootsFor(named), signal);
    const sieve = await openSieve();
    const result = await sieve.compress({
      ...toolDefaults(sieve),
      ...{ documents, query: question, maxTokens, tokenizer, template: shown, signal },
    });
    const facts = {
      tokens: result.tokens,
      originalTokens: result.originalTokens,
      originals: keepCut(documents, result),
    };
    return said(textOf(documents, result), { contextsieve: facts satisfies SievedResult });
  };
  const keepCut = (documents: readonly SourceDocument[], result: CompressResult) => {
    const whole = new Set(result.documents.filter(({ lossless }) => lossless).map(({ index }) => index));
    return documents.filter((_, index) => !whole.has(index)).map(({ text }) => shelf.keep(text));
  };
  const count = async (args: Record<string, unknown>, { signal, rootsFor }: CallContext): Promise<ToolResult> => {
    const named = checkArguments(args, most);
    const documents = await readSources(named, await rootsFor(named), signal);
    const lines: string[] = [];
    let total = 0;
    for (const [index, { text, title }] of documents.entries()) {
      const tokens = await countTokens(text, tokenizer);
      total += tokens;
      lines.push(`${tokens} ${title ?? `text ${index + 1}`}`);
    }
    return said(documents.length === 1 ? String(total) : [...lines, `${total} total`].join("\n"));
  };

  return async (name: string, args: Record<string, unknown>, context: CallContext): Promise<ToolResult> => {
    if (name === COMPRESS) return compress(args, context);
    if (name === COUNT_TOKENS) return count(args, context);
    if (name === READ_ORIGINAL)
      return said(await readOriginal(shelf, args, { openSieve, maxTokens: most, tokenizer, signal: context.signal }));
    throw new InvalidOptionError(
      `Expected the tool to be ${COMPRESS}, ${COUNT_TOKENS} or ${READ_ORIGINAL}, got \`${name}\`.`,
    );
  };
}

/** A text under a line that names it, and says where the rest of it is. */
function shown({ text: source, title }: SourceDocument, text: string): string {
  const rest = text === source ? undefined : `shortened; in full: ${READ_ORIGINAL} ${originalId(source)}`;
  const head = [title, rest].filter((part) => part !== undefined).join("; ");
  return head === "" ? text : `[${head}]\n${text}`;
}

function textOf(documents: readonly SourceDocument[], result: CompressResult): string {
  const texts = result.documents.map(({ index, text }) => shown(documents[index] as SourceDocument, text));
  return texts.length > 0 ? texts.join("\n\n") : `[nothing of ${documents.length} texts found a place]`;
}

function said(text: string, meta?: ToolResult["_meta"]): ToolResult {
  return { content: [{ type: "text", text }], ...(meta ? { _meta: meta } : {}) };
}
