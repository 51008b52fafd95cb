import { type FlexibleSchema, type JSONSchema7, jsonSchema } from "ai";
import { takeFocus } from "../agents/tools/focus.js";
import { READ_ORIGINAL, READ_ORIGINAL_TOOL } from "../agents/tools/read-original.js";
import { cutValue, type ToolSieve, type ToolSieveOptions, throwCut, toolSieve } from "../agents/tools/tool-sieve.js";
import { withFocus } from "./focus.js";
import { type AISDKMessage, situationOf } from "./messages.js";
import { shownOutputs, type ToModelOutput } from "./shown-outputs.js";

interface Tool {
  type?: string;
  strict?: boolean;
  inputSchema?: FlexibleSchema<unknown>;
  execute?: (input: unknown, options: ExecuteOptions) => unknown;
  toModelOutput?: ToModelOutput;
}

interface ExecuteOptions {
  toolCallId: string;
  messages?: readonly AISDKMessage[];
  abortSignal?: AbortSignal;
}

/**
 * Wraps tools of the AI SDK so that their results arrive cut, for `generateText`, `streamText` and agents. A result under
 * the ceiling is returned as it is, of any type; above it a text is cut, and an object is cut as JSON and given back as an
 * object that has lost members. Where a tool has a `toModelOutput`, its result stays whole for the application and what
 * it shows to the model is cut. Long messages of errors are cut too. Tools without `execute` are as
 * they were.
 *
 * @example
 * await generateText({ model, prompt, tools: sieveTools({ search, fetchPage }, { maxTokens: 2000, readOriginal: true }) });
 *
 * @throws InvalidOptionError
 */
export function sieveTools<Tools extends object>(tools: Tools, options: ToolSieveOptions): Tools {
  const sieve = toolSieve(options);
  const wrapped = Object.entries(tools as Record<string, Tool>).map(([name, tool]) => [
    name,
    tool.execute ? wrapTool(name, tool, sieve) : tool,
  ]);
  return { ...(Object.fromEntries(wrapped) as Tools), ...readTool(sieve) };
}

function wrapTool(name: string, tool: Tool, sieve: ToolSieve): Tool {
  const inputSchema = sieve.hasFocus(name) ? schemaWithFocus(tool) : undefined;
  const { toModelOutput } = tool;
  const shown =
    toModelOutput && shownOutputs(toModelOutput, (input) => sieve.cutterFor({ user: [], call: { name, args: input } }));
  return {
    ...tool,
    ...(inputSchema ? { inputSchema } : {}),
    // Not async: the SDK looks at what comes back to see whether it is a stream of outputs.
    execute(given, options) {
      const { toolCallId, messages = [], abortSignal } = options;
      const { focus, input } = inputSchema ? takeFocus(given) : { focus: undefined, input: given };
      const cut = sieve.cutterFor({ ...situationOf(messages), focus, call: { name, args: input } }, abortSignal);
      shown?.begin(toolCallId, cut);
      const finish = async (output: unknown) => {
        if (shown === undefined) return cutValue(output, cut);
        await shown.finish(output, cut);
        return output;
      };
      const output = tool.execute?.(input, options);
      if (isStream(output)) return finishLast(output, finish);
      return Promise.resolve(output).then(finish, (error: unknown) => throwCut(error, cut));
    },
    ...(shown ? { toModelOutput: shown.toModelOutput } : {}),
  };
}

/** Strict schemas take no argument that may be left out, and those of a provider are the provider's. */
function schemaWithFocus({ inputSchema, strict, type = "" }: Tool) {
  return inputSchema === undefined || strict || type.startsWith("provider") ? undefined : withFocus(inputSchema);
}

/** Hands on what a tool says while it runs; the last of it is its result. */
async function* finishLast(outputs: AsyncIterable<unknown>, finish: (output: unknown) => unknown) {
  let last: unknown;
  for await (const output of outputs) {
    last = output;
    yield output;
  }
  const finished = await finish(last);
  if (finished !== last) yield finished;
}

function readTool({ read }: ToolSieve) {
  if (read === undefined) return {};
  const { description, inputSchema } = READ_ORIGINAL_TOOL;
  const execute = (input: unknown, { abortSignal }: ExecuteOptions) =>
    read(input as Record<string, unknown>, abortSignal);
  return {
    [READ_ORIGINAL]: { description, inputSchema: jsonSchema(inputSchema as unknown as JSONSchema7), execute },
  };
}

function isStream(output: unknown): output is AsyncIterable<unknown> {
  return typeof output === "object" && output !== null && Symbol.asyncIterator in output;
}
