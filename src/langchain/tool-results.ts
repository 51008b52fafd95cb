import { type BaseMessage, ToolMessage } from "@langchain/core/messages";
import { queryOf, questionsOf } from "../agents/question.js";
import { checkCompressSettings, type OneBudget } from "../agents/sieve-source.js";
import type { SievedMetadata } from "../agents/sieved-metadata.js";
import { type CutRequest, cutTexts, type LeftText, targetOf, toolDefaults } from "../agents/tools/cut-texts.js";
import { READ_ORIGINAL } from "../agents/tools/read-original.js";
import { withSalient } from "../agents/tools/salient.js";
import { originalId } from "../agents/tools/shelf.js";
import {
  checkToolLimits,
  limitFor,
  TOOL_LIMIT_NAMES,
  type ToolLimit,
  type ToolLimits,
} from "../agents/tools/tool-limits.js";
import { type AnyMethodOptions, countTokens, expect, type MethodName, type Query, type Sieve } from "../core/index.js";
import { callsInStep, shelfOf, situationOf } from "./conversation.js";
import { blocksOf, isTextBlock, withContent } from "./message-format.js";
import type { Originals } from "./originals.js";
import { SieveRunnable, type SieveRunnableOptions } from "./runnable.js";

/** What the middleware reads of a tool call. */
export interface ToolRequest {
  toolCall?: { name: string; args?: unknown; id?: string | undefined };
  state: { messages: BaseMessage[] };
  runtime?: AgentRuntime | undefined;
}

/** What the middleware reads of an agent's runtime. */
export interface AgentRuntime {
  configurable?: { thread_id?: string } | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * How large tool results are cut. Exactly one of `maxTokens`, `rate` and `threshold`; or limits by tool or by step alone.
 * `form` is `"compact"` and `marker` is `true` by default.
 */
export type ToolResultOptions = Omit<
  AnyMethodOptions,
  "documents" | "query" | "signal" | "template" | "explain" | "maxTokens" | "rate" | "threshold"
> &
  ToolLimits<ToolRequest> & {
    /**
     * What an agent needs of a result.
     * @default the assistant's text beside the call, what the user said last (but for approvals), the call itself
     */
    query?: ((request: ToolRequest) => string | readonly string[] | undefined) | undefined;
    /** Gives each tool an optional argument `focus`, in which the model says what it needs of the result. @default false */
    focus?: boolean | undefined;
  } & (
    | OneBudget
    | { maxTokens?: undefined; rate?: undefined; threshold?: undefined; maxTokensPerStep: number }
    | { maxTokens?: undefined; rate?: undefined; threshold?: undefined; byTool: object }
  );

/** What a cut tool message says of itself in `response_metadata.contextsieve`. */
export interface SievedToolResult {
  /** Tokens of the texts, notes included. */
  tokens: number;
  originalTokens: number;
  /** Ids of the originals of the texts that lost something. */
  originals: string[];
}

/** What a cutter needs besides its options. */
export interface CutterParts {
  openSieve: () => Promise<Sieve>;
  originals: Originals;
  /** Whether the model can read originals, and is told so. */
  canRead: boolean;
  method: MethodName;
}

/** Cuts what a tool gave back, a message or a command that carries some; what is under the ceiling is as it was. */
export type CutToolResult = <Result>(result: Result, request: ToolRequest, focus?: string) => Promise<Result>;

/** @throws InvalidOptionError */
function checkToolResults(given: ToolResultOptions, canRead: boolean, method: MethodName): void {
  expect(typeof given === "object" && given !== null, "toolResults", "an object", given);
  const { query, focus, ...options } = given;
  expect(query === undefined || typeof query === "function", "toolResults.query", "a function", query);
  expect(focus === undefined || typeof focus === "boolean", "toolResults.focus", "a boolean", focus);
  checkToolLimits(options, canRead);
  const rest = Object.entries(options).filter(([name]) => !(TOOL_LIMIT_NAMES as readonly string[]).includes(name));
  const settings: AnyMethodOptions = Object.fromEntries(rest) as never;
  const isByTool = options.byTool !== undefined || options.maxTokensPerStep !== undefined;
  const hasBudget = [options.maxTokens, options.rate, options.threshold].some((value) => value !== undefined);
  checkCompressSettings(isByTool && !hasBudget ? { ...settings, rate: 1 } : settings, method);
}

/** Makes the function that cuts tool messages over the ceiling, and puts their originals away. @throws InvalidOptionError */
export function toolResultCutter(options: ToolResultOptions, parts: CutterParts): CutToolResult {
  checkToolResults(options, parts.canRead, parts.method);
  const { query, focus: _focus, ...limits } = options;
  return async (result, request, focus) => {
    const { toolCall, state } = request;
    const { messages } = state;
    const name = toolCall?.name ?? "";
    const call = toolCall && { name, args: toolCall.args };
    // What the model itself says that it needs is not to be watered down.
    const question = queryOf(focus ?? query?.(request) ?? questionsOf({ ...situationOf(messages), call }));
    return cutMessages(result, async (message) => {
      const tool = message.name ?? name;
      const limit = tool === READ_ORIGINAL ? false : limitFor(limits, tool, request, callsInStep(messages));
      return limit === false ? message : cutMessage(message, { limit, question, request, parts });
    });
  };
}

interface MessageCut {
  limit: ToolLimit & { tokenizer?: AnyMethodOptions["tokenizer"]; separator?: AnyMethodOptions["separator"] };
  question: Query | undefined;
  request: ToolRequest;
  parts: CutterParts;
}

async function cutMessage(message: ToolMessage, { limit, question, request, parts }: MessageCut): Promise<ToolMessage> {
  const { cutAbove = 0, ...settings } = limit;
  const { tokenizer, separator } = settings;
  const blocks = blocksOf(message);
  const sources = blocks.filter(isTextBlock).map(({ text }) => text);
  if (sources.every((text) => text.trim() === "")) return message;
  if (cutAbove > 0 && (await countTokens(sources.join(separator ?? "\n\n"), tokenizer)) <= cutAbove) return message;

  const { openSieve, originals, canRead } = parts;
  const shelf = shelfOf(request.runtime, request.state.messages);
  const hasNote = canRead && shelf !== undefined;
  const noteOf = hasNote ? (source: string) => `shortened; in full: ${READ_ORIGINAL} ${originalId(source)}` : undefined;
  const signal = request.runtime?.signal;
  const sieve = await openSieve();
  const compress: CutRequest["compress"] = async (target, template) => {
    const runnable = new SieveRunnable({
      ...toolDefaults(sieve),
      ...settings,
      ...target,
      template,
      sieve,
    } as SieveRunnableOptions<"documents">);
    const documents = await runnable.invoke(
      { documents: sources.map((pageContent, index) => ({ pageContent, metadata: { index } })), query: question },
      { runName: "sieveToolResult", ...(signal === undefined ? {} : { signal }) },
    );
    const kept = new Map(
      documents.map(({ metadata, pageContent: text }) => {
        const { lossless, kind } = metadata.contextsieve as SievedMetadata;
        return [metadata.index as number, { text, lossless, kind }];
      }),
    );
    return withSalient({ sources, kept, target, noteOf }, { ...settings, query: question, signal }, sieve);
  };
  const texts = await cutTexts({ sources, target: targetOf(settings), tokenizer, separator, noteOf, compress });
  if (sources.every((source, index) => texts[index]?.text === source)) return message;

  const facts: SievedToolResult = { tokens: 0, originalTokens: 0, originals: [] };
  for (const [index, source] of sources.entries()) {
    const { text, lossless } = texts[index] as LeftText;
    facts.tokens += await countTokens(text, tokenizer);
    facts.originalTokens += await countTokens(source, tokenizer);
    if (lossless) continue;
    if (shelf !== undefined) await originals.keep(shelf, source);
    facts.originals.push(originalId(source));
  }
  const rest = [...texts];
  const content = blocks.flatMap((block) => {
    if (!isTextBlock(block)) return [block];
    const { text = "" } = rest.shift() ?? {};
    return text === "" ? [] : [{ ...block, text }];
  });
  return withContent(
    message,
    typeof message.content === "string" ? (texts[0]?.text ?? "") : (content as ToolMessage["content"]),
    { response_metadata: { ...message.response_metadata, contextsieve: facts } },
  );
}

/** Cuts the tool messages of what a tool gave back: a message, or a command that carries some. */
async function cutMessages<Result>(
  result: Result,
  cut: (message: ToolMessage) => Promise<ToolMessage>,
): Promise<Result> {
  if (ToolMessage.isInstance(result)) return (await cut(result)) as Result;
  const update = (result as { update?: { messages?: unknown } } | undefined)?.update;
  if (update?.messages === undefined) return result;
  const { messages } = update;
  const cutOne = (message: unknown) => (ToolMessage.isInstance(message) ? cut(message) : message);
  const cutAll = Array.isArray(messages) ? await Promise.all(messages.map(cutOne)) : await cutOne(messages);
  const copy = Object.create(Object.getPrototypeOf(result)) as object;
  return Object.assign(copy, result, { update: { ...update, messages: cutAll } }) as Result;
}
