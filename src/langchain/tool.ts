import { ToolMessage } from "@langchain/core/messages";
import { type StructuredToolInterface, tool } from "@langchain/core/tools";
import { type SieveSource, splitSieveOptions } from "../agents/sieve-source.js";
import { takeFocus } from "../agents/tools/focus.js";
import { throwCut } from "../agents/tools/tool-sieve.js";
import { expect } from "../core/index.js";
import { conversationAround, type Run } from "./conversation.js";
import { focusSchema } from "./focus.js";
import { type OnError, orUncutOn } from "./on-error.js";
import { createOriginals } from "./originals.js";
import { errorCutter, isForModel } from "./tool-errors.js";
import { type CutToolResult, type ToolRequest, type ToolResultOptions, toolResultCutter } from "./tool-results.js";

/** How a tool's results are cut, and where the sieve comes from. */
export type SieveToolOptions = ToolResultOptions &
  SieveSource & {
    /** What happens if the sieve fails: the result stays uncut, or the error is thrown. @default "uncut" */
    onError?: "uncut" | "throw" | undefined;
  };

/** What is read of the run that a tool is called in. */
interface ToolRun extends Run {
  toolCall?: { id?: string; name: string };
  signal?: AbortSignal;
}

/**
 * The function that cuts tool messages as {@link sieveMiddleware} does, for graphs of one's own: takes what a tool gave
 * back, a message or a command that carries some, and the call with the messages so far.
 *
 * @example
 * const cut = sieveToolResults({ maxTokens: 1000 });
 * const message = await cut(await tool.invoke(toolCall), { toolCall, state });
 *
 * @throws InvalidOptionError
 */
export function sieveToolResults(options: SieveToolOptions): CutToolResult {
  const { openSieve, rest, method } = splitSieveOptions(options);
  const { onError = "uncut", ...limits } = rest as ToolResultOptions & { onError?: OnError };
  const orUncut = orUncutOn(onError);
  const parts = { openSieve, method, originals: createOriginals(), canRead: false };
  const cut = toolResultCutter(limits as ToolResultOptions, parts);
  return (result, request, focus) => orUncut(result, request.runtime?.signal, () => cut(result, request, focus));
}

/**
 * Wraps a LangChain tool so that its results arrive cut, for LangGraph's `ToolNode` and whatever else calls tools: same
 * name and description, and the same input, but for `focus`. What the tool throws goes through; the message of an error that
 * is over the ceiling is cut.
 *
 * @throws InvalidOptionError
 */
export function sieveTool(wrapped: StructuredToolInterface, options: SieveToolOptions): StructuredToolInterface {
  const isTool = typeof wrapped?.invoke === "function" && typeof wrapped.name === "string";
  expect(isTool, "tool", "a LangChain tool", wrapped);
  const cut = sieveToolResults(options);
  const { name, description, schema } = wrapped;
  const call = async (input: unknown, run: ToolRun) => {
    const { focus, input: args } = options.focus ? takeFocus(input) : { focus: undefined, input };
    const { messages } = conversationAround(run);
    const { id } = run.toolCall ?? {};
    const request: ToolRequest = {
      toolCall: { name, args, id },
      state: { messages: [...messages] },
      runtime: run as never,
    };
    const given = id === undefined ? args : { type: "tool_call", id, name, args };
    const cutResult = <Result>(result: Result) => cut(result, request, focus);
    let result: unknown;
    try {
      result = await wrapped.invoke(given as never, run as never);
    } catch (error) {
      if (!isForModel(error, run.signal)) throw error;
      return throwCut(error, errorCutter({ id, name }, cutResult));
    }
    if (typeof result !== "string") return cutResult(result);
    return (await cutResult(new ToolMessage({ content: result, tool_call_id: id ?? "", name }))).content;
  };
  const own = (options.focus ? focusSchema(schema) : undefined) ?? schema;
  return tool(call as never, { name, description, schema: own as never }) as unknown as StructuredToolInterface;
}
