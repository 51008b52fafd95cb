import { type BaseMessage, SystemMessage } from "@langchain/core/messages";
import type { StructuredToolInterface } from "@langchain/core/tools";
import type { HistoryOptions } from "../agents/history/options.js";
import { type SieveSource, splitSieveOptions } from "../agents/sieve-source.js";
import { sieveMessages } from "./messages.js";
import { createOriginals, type OriginalsOptions } from "./originals.js";
import { readOriginalTool, threadOf } from "./read-original.js";
import { cutResult, type ToolResultOptions, taskOf, toolResultCutter } from "./tool-results.js";

/** What an agent's sieve does; each part is optional. */
export type SieveMiddlewareOptions = SieveSource & {
  /** Cuts a large tool result once, when it arrives, with the agent's task as the question. */
  toolResults?: ToolResultOptions | undefined;
  /** Holds the history under a ceiling for each model call; the stored state is never touched. */
  history?: Omit<HistoryOptions<BaseMessage>, "signal"> | undefined;
  /** Where the originals of cut tool results are kept. */
  originals?: OriginalsOptions | undefined;
  /** Gives the model a tool, `read_original`, for what was cut. @default false */
  readOriginal?: boolean | undefined;
};

/** What the middleware reads of an agent's runtime. */
export interface AgentRuntime {
  configurable?: { thread_id?: string } | undefined;
  signal?: AbortSignal | undefined;
}

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

/** What the middleware reads of a tool call. */
export interface ToolRequest {
  toolCall?: { name: string };
  state: { messages: BaseMessage[] };
  runtime: AgentRuntime;
}

/** What the middleware reads of a model call. */
export interface ModelRequest {
  messages: BaseMessage[];
  systemMessage?: SystemMessage;
  systemPrompt?: string;
  runtime: AgentRuntime;
}

/** LangChain's mark of a middleware. */
const MIDDLEWARE = Symbol.for("AgentMiddleware");
const PAGE_TOKENS = 2000;

/**
 * A sieve for agents: `createAgent({ ..., middleware: [sieveMiddleware({ toolResults: { maxTokens: 1000 } })] })`.
 *
 * @throws InvalidOptionError
 */
export function sieveMiddleware(options: SieveMiddlewareOptions): SieveMiddleware {
  const { openSieve, rest } = splitSieveOptions(options);
  const { toolResults, history, originals: originalsOptions, readOriginal = false } = rest;
  const originals = createOriginals(originalsOptions);
  const middleware: SieveMiddleware = { name: "contextsieve", tools: [] };
  Object.assign(middleware, { [MIDDLEWARE]: true });

  if (toolResults) {
    const cut = toolResultCutter(openSieve, toolResults, originals, readOriginal);
    middleware.wrapToolCall = async (request, handler) => {
      const { toolCall, state, runtime } = request;
      const facts = {
        tool: toolCall?.name,
        task: taskOf(state.messages),
        thread: threadOf(runtime),
        signal: runtime?.signal,
      };
      return cutResult(await handler(request), (message) => cut({ message, ...facts }));
    };
    if (readOriginal) {
      const { maxTokens = PAGE_TOKENS, tokenizer } = toolResults;
      middleware.tools.push(readOriginalTool(originals, maxTokens, tokenizer));
    }
  }

  if (history) {
    middleware.wrapModelCall = async (request, handler) => {
      const { messages, systemPrompt = "", systemMessage = new SystemMessage(systemPrompt), runtime } = request;
      // An empty system message is not sent, and not counted.
      const system = systemMessage.text === "" ? [] : [systemMessage];
      const kept = await sieveMessages([...system, ...messages], {
        ...history,
        sieve: await openSieve(),
        signal: runtime?.signal,
      });
      return handler({ ...request, messages: kept.slice(system.length) });
    };
  }
  return middleware;
}
