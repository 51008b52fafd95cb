import { type BaseMessage, ToolMessage } from "@langchain/core/messages";
import { queryOf, questionsOf } from "../agents/question.js";
import { checkCompressSettings, type OneBudget } from "../agents/sieve-source.js";
import type { SievedMetadata } from "../agents/sieved-metadata.js";
import { cutResult, type SievedResult } from "../agents/tools/cut-result.js";
import { READ_ORIGINAL } from "../agents/tools/read-original.js";
import {
  checkToolLimits,
  limitFor,
  TOOL_LIMIT_NAMES,
  type ToolLimit,
  type ToolLimits,
} from "../agents/tools/tool-limits.js";
import { type AnyMethodOptions, expect, type MethodName, type Query, type Sieve } from "../core/index.js";
import { endTogether } from "../core/runtime/until-aborted.js";
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
export type SievedToolResult = SievedResult;

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
  const blocks = blocksOf(message);
  const sources = blocks.filter(isTextBlock).map(({ text }) => text);
  const { openSieve, originals, canRead } = parts;
  const shelf = shelfOf(request.runtime, request.state.messages);
  const signal = request.runtime?.signal;
  const result = await cutResult({
    ...{ sources, settings: limit, question, openSieve, signal },
    hasNote: canRead && shelf !== undefined,
    async compress({ documents, query, signal: _signal, ...settings }) {
      const runnable = new SieveRunnable({
        ...settings,
        sieve: await openSieve(),
      } as SieveRunnableOptions<"documents">);
      const given = documents.map(({ text: pageContent }, index) => ({ pageContent, metadata: { index } }));
      // Under a signal of its own: LangChain listens to the run's for each call, and Node warns of more than ten.
      const left = await endTogether(signal, (own) =>
        runnable.invoke({ documents: given, query }, { runName: "sieveToolResult", signal: own }),
      );
      return left.map(({ metadata, pageContent: text }) => {
        const { lossless, kind } = metadata.contextsieve as SievedMetadata;
        return { index: metadata.index as number, text, lossless, kind };
      });
    },
  });
  if (result === undefined) return message;
  const { texts, facts, lost } = result;
  if (shelf !== undefined) for (const source of lost) await originals.keep(shelf, source);
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
