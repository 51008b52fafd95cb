/** LangChain's own mark of an error that its tool node shows to the model. */
const BRAND = "~brand";
const TOOL_ERROR = "ToolInvocationError";

/**
 * What to throw for what a tool threw, so that the agent does with it what it does without a middleware: the model sees
 * it. LangChain lets pass as a fault of the middleware whatever else comes out of one. Interrupts, aborted runs and
 * errors of other middlewares stay as they are.
 */
export function toolError(error: unknown, call: unknown, signal: AbortSignal | undefined): unknown {
  const { is_bubble_up: bubbles, [BRAND]: brand } = (error ?? {}) as { is_bubble_up?: boolean; [BRAND]?: string };
  if (bubbles === true || brand !== undefined || signal?.aborted) return error;
  const shown = new Error(`${error}\n Please fix your mistakes.`, { cause: error });
  return Object.assign(shown, { [BRAND]: TOOL_ERROR, toolCall: call, toolError: error });
}
