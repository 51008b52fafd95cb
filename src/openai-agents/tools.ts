import {
  canHaveFocus,
  FOCUS,
  FOCUS_SCHEMA,
  type InputSchema,
  takeFocus,
  withFocusSchema,
} from "../agents/tools/focus.js";
import { READ_ORIGINAL_TOOL } from "../agents/tools/read-original.js";
import {
  type CutAll,
  cutValue,
  type ToolSieve,
  type ToolSieveOptions,
  throwCut,
  toolSieve,
} from "../agents/tools/tool-sieve.js";

/** A function tool of the Agents SDK, as far as it is read here. */
interface FunctionTool {
  type: string;
  name: string;
  strict?: boolean;
  parameters: InputSchema & { required?: readonly string[] };
  invoke(context: unknown, input: string, details?: CallDetails): Promise<unknown>;
}

export interface CallDetails {
  signal?: AbortSignal;
}

interface TextPart {
  type: string;
  text?: string;
}

/** What gives a model its originals back: a tool of the SDK. */
export interface ReadOriginalTool {
  type: "function";
  name: string;
  description: string;
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's own type of a schema.
  parameters: any;
  strict: false;
  invoke(context: unknown, input: string, details?: CallDetails): Promise<string>;
  needsApproval(): Promise<boolean>;
  isEnabled(): Promise<boolean>;
}

/**
 * Wraps function tools of OpenAI's Agents SDK so that their results arrive cut. A result under the ceiling is returned as
 * it is; above it texts are cut, and an object is cut as JSON. Images and files stay. Tools that are not functions are as
 * they were. The question is what the model says in `focus`, else the call itself, or what `query` tells: the SDK tells a
 * tool nothing of the conversation.
 *
 * @example
 * const agent = new Agent({ name: "Clerk", tools: sieveTools([search, fetchPage], { maxTokens: 2000, readOriginal: true }) });
 *
 * @throws InvalidOptionError
 */
export function sieveTools<Tool extends { type: string }>(
  tools: readonly Tool[],
  options: ToolSieveOptions,
): (Tool | ReadOriginalTool)[] {
  const sieve = toolSieve(options);
  const wrapped = tools.map((tool) =>
    tool.type === "function" ? (wrapTool(tool as unknown as FunctionTool, sieve) as unknown as Tool) : tool,
  );
  return sieve.read ? [...wrapped, readTool(sieve.read)] : wrapped;
}

function wrapTool(tool: FunctionTool, sieve: ToolSieve): FunctionTool {
  const { name, parameters } = tool;
  const isFocused = sieve.hasFocus(name) && canHaveFocus(parameters);
  return {
    ...tool,
    ...(isFocused ? { parameters: parametersWithFocus(tool) } : {}),
    async invoke(context, given, details) {
      const args = parsedInput(given);
      const { focus, input } = isFocused ? takeFocus(args) : { focus: undefined, input: args };
      // The SDK tells a tool nothing of the conversation.
      const cut = sieve.cutterFor({ user: [], focus, call: { name, args: input } }, details?.signal);
      try {
        const output = await tool.invoke(context, input === args ? given : JSON.stringify(input), details);
        return await cutOutput(output, cut);
      } catch (error) {
        return throwCut(error, cut);
      }
    },
  };
}

/** Strict schemas take no argument that may be left out: it may be null there. */
function parametersWithFocus({ parameters, strict }: FunctionTool): FunctionTool["parameters"] {
  const extended = withFocusSchema(parameters);
  if (!strict) return extended;
  const properties = { ...extended.properties, [FOCUS]: { ...FOCUS_SCHEMA, type: ["string", "null"] } };
  return { ...extended, properties, required: [...(parameters.required ?? []), FOCUS] };
}

/** The SDK sends parts as they are, and anything else that is no text as JSON. */
async function cutOutput(output: unknown, cut: CutAll): Promise<unknown> {
  const parts = Array.isArray(output) ? (output as TextPart[]) : [output as TextPart];
  const isParts = parts.length > 0 && parts.every((part) => /^(?:text|image|file)$/u.test(String(part?.type)));
  if (!isParts) return cutValue(output, cut);
  const texts = parts.flatMap(({ text }) => (text === undefined ? [] : [text]));
  const left = await cut(texts);
  if (left === texts) return output;
  const rest = [...left];
  const written = parts.map((part) => (part.text === undefined ? part : { ...part, text: rest.shift() ?? "" }));
  return Array.isArray(output) ? written : written[0];
}

function readTool(read: NonNullable<ToolSieve["read"]>): ReadOriginalTool {
  const { name, description, inputSchema } = READ_ORIGINAL_TOOL;
  return {
    ...{ type: "function", name, description, strict: false, parameters: inputSchema },
    invoke: (_, input, details) => read(parsedInput(input) as Record<string, unknown>, details?.signal),
    needsApproval: async () => false,
    isEnabled: async () => true,
  };
}

/** What a model gave; an empty object for what is none. */
function parsedInput(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return {};
  }
}
