import { type BaseMessage, SystemMessage } from "@langchain/core/messages";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import { expectHistory, type HistoryOptions } from "../agents/history/options.js";
import { tokenizerOfModel } from "../agents/model/tokenizers.js";
import { type SieveSource, splitSieveOptions } from "../agents/sieve-source.js";
import { takeFocus } from "../agents/tools/focus.js";
import { READ_ORIGINAL } from "../agents/tools/read-original.js";
import { originalId } from "../agents/tools/shelf.js";
import { countTokens, expect, expectKnown } from "../core/index.js";
import { currentConversation, shelfOf } from "./conversation.js";
import { tellingOfFocus } from "./focus.js";
import { trimForAgent } from "./messages.js";
import { orUncutOn } from "./on-error.js";
import { createOriginals, type OriginalsOptions } from "./originals.js";
import { readOriginalTool } from "./read-original.js";
import { errorCutter, isForModel, toolError } from "./tool-errors.js";
import { type AgentRuntime, type ToolRequest, type ToolResultOptions, toolResultCutter } from "./tool-results.js";

/** What an agent's sieve does: at least one of `toolResults` and `history`. */
export type SieveMiddlewareOptions = SieveSource & {
  /** Cuts a large tool result once, when it arrives, for what the agent is looking for. */
  toolResults?: ToolResultOptions | undefined;
  /**
   * Holds the history under a ceiling for each model call, tool definitions and system message counted; the stored state
   * is never touched. A share of the window is of the model's of the call.
   */
  history?: Omit<HistoryOptions<BaseMessage>, "signal"> | undefined;
  /** Where the originals of cut tool results are kept. */
  originals?: OriginalsOptions | undefined;
  /** Gives the model a tool, `read_original`, for what was cut or cleared. @default false */
  readOriginal?: boolean | undefined;
  /** What happens if the sieve fails: the model sees everything uncut, or the run ends with the error. @default "uncut" */
  onError?: "uncut" | "throw" | undefined;
  /** Name of the middleware: an agent takes each name once. @default "contextsieve" */
  name?: string | undefined;
};

/** A middleware for `createAgent` of `langchain` 1.x: what that package's `AgentMiddleware` asks for, without importing it. */
export interface SieveMiddleware {
  name: string;
  tools: StructuredToolInterface[];
  wrapToolCall?: <Request extends ToolRequest, Result>(
    request: Request,
    handler: (request: Request) => Result | Promise<Result>,
  ) => Promise<Result>;
  wrapModelCall?: <Request extends ModelRequest, Response>(
    request: Request,
    handler: (request: Request) => Response | Promise<Response>,
  ) => Promise<Response>;
}

/** What the middleware reads of a model call. */
export interface ModelRequest {
  messages: BaseMessage[];
  model?: unknown;
  tools?: readonly unknown[] | undefined;
  systemMessage?: SystemMessage;
  systemPrompt?: string;
  runtime: AgentRuntime;
}

/** LangChain's mark of a middleware. */
const MIDDLEWARE = Symbol.for("AgentMiddleware");
const PAGE_TOKENS = 2000;
const OPTIONS = ["toolResults", "history", "originals", "readOriginal", "onError", "name"];

/**
 * A sieve for agents: `createAgent({ ..., middleware: [sieveMiddleware({ toolResults: { maxTokens: 1000 } })] })`. Put it
 * last: what other middlewares add to a call after it is not counted.
 *
 * @throws InvalidOptionError
 */
export function sieveMiddleware(options: SieveMiddlewareOptions): SieveMiddleware {
  const { openSieve, rest, method } = splitSieveOptions(options);
  expectKnown(rest, OPTIONS);
  const { toolResults, history, readOriginal = false, onError = "uncut", name = "contextsieve" } = rest;
  const isUseful = toolResults !== undefined || history !== undefined;
  expect(isUseful, "options", "with `toolResults`, `history` or both", options);
  expect(typeof readOriginal === "boolean", "readOriginal", "a boolean", readOriginal);
  expect(typeof name === "string" && name !== "", "name", "a string that is not empty", name);
  if (history !== undefined) expectHistory(history);
  const originals = createOriginals(rest.originals);
  const middleware: SieveMiddleware = { name, tools: [] };
  Object.assign(middleware, { [MIDDLEWARE]: true });

  const orUncut = orUncutOn(onError);
  const isWrapped = toolResults !== undefined || readOriginal;
  if (isWrapped) {
    const cut = toolResults && toolResultCutter(toolResults, { openSieve, originals, canRead: readOriginal, method });
    middleware.wrapToolCall = async (request, handler) => {
      const { toolCall, state, runtime } = request;
      const { focus, input: args } = toolResults?.focus
        ? takeFocus(toolCall?.args)
        : { focus: undefined, input: toolCall?.args };
      const shelf = shelfOf(runtime, state.messages);
      const bare = focus === undefined ? request : { ...request, toolCall: { ...toolCall, args } };
      const signal = runtime?.signal;
      const cutResult = <Result>(result: Result) =>
        cut === undefined ? Promise.resolve(result) : orUncut(result, signal, () => cut(result, bare, focus));
      const result = await currentConversation.run({ messages: state.messages, shelf }, async () => {
        try {
          return await handler(bare);
        } catch (error) {
          if (!isForModel(error, signal)) throw error;
          throw await toolError(error, toolCall, errorCutter(toolCall, cutResult));
        }
      });
      return cutResult(result);
    };
  }
  if (readOriginal) {
    const { maxTokens = PAGE_TOKENS, tokenizer = history?.tokenizer } = toolResults ?? {};
    middleware.tools.push(readOriginalTool({ openSieve, originals, pageTokens: maxTokens, tokenizer }));
  }

  if (history !== undefined || toolResults?.focus) {
    middleware.wrapModelCall = async (request, handler) => {
      const { messages, runtime } = request;
      const model = toolResults?.focus
        ? tellingOfFocus(request.model, (tool) => tool === READ_ORIGINAL)
        : request.model;
      const told = model === request.model ? request : { ...request, model };
      if (history === undefined) return handler(told);
      const kept = await orUncut(messages, runtime?.signal, () =>
        trimmedMessages(request, history, openSieve, readOriginal),
      );
      return handler({ ...told, messages: kept });
    };
  }
  return middleware;
}

async function trimmedMessages(
  {
    messages,
    systemPrompt = "",
    systemMessage = new SystemMessage(systemPrompt),
    model,
    tools = [],
    runtime,
  }: ModelRequest,
  history: Omit<HistoryOptions<BaseMessage>, "signal">,
  openSieve: ReturnType<typeof splitSieveOptions>["openSieve"],
  readOriginal: boolean,
): Promise<BaseMessage[]> {
  // An empty system message is not sent, and not counted.
  const system = systemMessage.text === "" ? [] : [systemMessage];
  const targetModel = history.targetModel ?? nameOf(model);
  const tokenizer =
    history.tokenizer ?? (targetModel === undefined ? undefined : tokenizerOfModel(targetModel).tokenizer);
  const definitions = await countTokens(tools.map(definitionOf).join("\n"), tokenizer);
  const options = {
    ...history,
    ...{ targetModel, contextWindow: history.contextWindow ?? windowOf(model) },
    reservedTokens: (history.reservedTokens ?? 0) + definitions,
    sieve: await openSieve(),
    signal: runtime?.signal,
  };
  const kept = await trimForAgent([...system, ...messages], options, readOriginal ? originalId : undefined);
  return kept.slice(system.length);
}

/** A model's own name, as LangChain's chat models carry it. */
function nameOf(model: unknown): string | undefined {
  const { model: name, modelName } = (model ?? {}) as { model?: unknown; modelName?: unknown };
  return [name, modelName].find((value): value is string => typeof value === "string" && value !== "");
}

function windowOf(model: unknown): number | undefined {
  const window = (model as { profile?: { maxInputTokens?: unknown } } | undefined)?.profile?.maxInputTokens;
  return typeof window === "number" && window > 0 ? window : undefined;
}

const definitions = new WeakMap<object, string>();

/** A tool as a model is told of it. */
function definitionOf(tool: unknown): string {
  if (typeof tool !== "object" || tool === null) return "";
  const known = definitions.get(tool);
  if (known !== undefined) return known;
  const isTool = "schema" in tool && "name" in tool;
  const text = JSON.stringify(isTool ? convertToOpenAITool(tool as StructuredToolInterface) : tool);
  definitions.set(tool, text);
  return text;
}
