import { ToolMessage } from "@langchain/core/messages";
import type { CutAll } from "../agents/tools/tool-sieve.js";

/** LangChain's own mark of an error that its tool node shows to the model. */
const BRAND = "~brand";
const TOOL_ERROR = "ToolInvocationError";

/** A call that failed. */
interface FailedCall {
  id?: string | undefined;
  name: string;
}

/** False for interrupts, aborted runs and errors of other middlewares: they are not for the model. */
export function isForModel(error: unknown, signal: AbortSignal | undefined): boolean {
  const { is_bubble_up: bubbles, [BRAND]: brand } = (error ?? {}) as { is_bubble_up?: boolean; [BRAND]?: string };
  return bubbles !== true && brand === undefined && !signal?.aborted;
}

/**
 * What to throw for what a tool threw, so that the agent does with it what it does without a middleware: the model sees
 * it, cut where it is long. LangChain lets pass as a fault of the middleware whatever else comes out of one.
 */
export async function toolError(error: unknown, call: FailedCall | undefined, cut: CutAll): Promise<Error> {
  const [message = ""] = await cut([`${error}\n Please fix your mistakes.`]);
  const shown = new Error(message, { cause: error });
  return Object.assign(shown, { [BRAND]: TOOL_ERROR, toolCall: call, toolError: error });
}

/** Cuts what a call has failed with as its result is cut. */
export function errorCutter(call: FailedCall | undefined, cut: (message: ToolMessage) => Promise<ToolMessage>): CutAll {
  const { id = "", name = "" } = call ?? {};
  const cutOne = async (content: string) =>
    (await cut(new ToolMessage({ content, tool_call_id: id, name, status: "error" }))).text;
  return (texts) => Promise.all(texts.map(cutOne));
}
