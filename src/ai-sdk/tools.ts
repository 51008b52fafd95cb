import { type FlexibleSchema, jsonSchema } from "ai";
import { isText } from "../agents/history/types.js";
import { type SieveSource, splitSieveOptions } from "../agents/sieve-source.js";
import { READ_ORIGINAL, READ_ORIGINAL_TOOL, readOriginal } from "../agents/tools/read-original.js";
import {
  RESULT_SIEVE_NAMES,
  type ResultCall,
  type ResultPlace,
  type ResultSieveOptions,
  resultSieve,
} from "../agents/tools/result-sieve.js";
import { createShelf, type Shelf } from "../agents/tools/shelf.js";
import { expectKnown, type TokenizerOption } from "../core/index.js";
import { takeFocus, withFocus } from "./focus.js";
import { type AISDKMessage, situationOf } from "./messages.js";
import { readOutput, type ToolOutput, writeOutput } from "./tool-output.js";

/** How the results of tools are cut, and what the model gets beside them. */
export type SieveToolsOptions = SieveSource &
  Omit<ResultSieveOptions, "maxTokensPerStep"> & {
    /** Gives each tool an optional argument `focus`, in which the model says what it needs of the result. @default false */
    focus?: boolean | undefined;
    /** Gives the model a tool, `read_original`, for what was cut. @default false */
    readOriginal?: boolean | undefined;
    /** Where originals are kept: one for each conversation. @default one of its own for what this call returns */
    shelf?: Shelf | undefined;
  };

interface Tool {
  type?: string;
  strict?: boolean;
  inputSchema?: FlexibleSchema<unknown>;
  execute?: (input: unknown, options: ExecuteOptions) => unknown;
  toModelOutput?: (given: unknown) => unknown;
}

interface ExecuteOptions {
  toolCallId: string;
  messages?: readonly AISDKMessage[];
  abortSignal?: AbortSignal;
}

/** What `toModelOutput` is given since version 6. */
interface OutputToShow {
  toolCallId: string;
  input: unknown;
  output: unknown;
}

type Cut = (texts: readonly string[]) => Promise<readonly string[]>;

const PAGE_TOKENS = 2000;

/**
 * Wraps tools of the AI SDK so that their results arrive cut, for `generateText`, `streamText` and agents. A result under
 * the ceiling is returned as it is, of any type; above it a text is cut, and an object is cut as JSON and given back as an
 * object that has lost members. Where a tool has a `toModelOutput`, its result stays whole for the application and what
 * it shows to the model is cut (since version 6). Long messages of errors are cut too. Tools without `execute` are as
 * they were.
 *
 * @example
 * await generateText({ model, prompt, tools: sieveTools({ search, fetchPage }, { maxTokens: 2000, readOriginal: true }) });
 *
 * @throws InvalidOptionError
 */
export function sieveTools<Tools extends object>(tools: Tools, options: SieveToolsOptions): Tools {
  const { openSieve, rest } = splitSieveOptions(options);
  expectKnown(rest, [...RESULT_SIEVE_NAMES, "focus", "readOriginal", "shelf"]);
  const { focus = false, readOriginal: canRead = false, shelf = createShelf(), ...limits } = rest;
  const cutTexts = resultSieve(openSieve, limits, () => canRead);
  const cutter =
    (call: ResultCall, place: ResultPlace): Cut =>
    async (texts) =>
      (await cutTexts(texts, call, { shelf, ...place }))?.texts.map(({ text }) => text) ?? texts;
  const wrapped = Object.entries(tools as Record<string, Tool>).map(([name, tool]) => {
    const isFocused = focus && !limits.exclude?.includes(name);
    return [name, tool.execute ? wrapTool(name, tool, cutter, isFocused) : tool];
  });
  const { maxTokens = PAGE_TOKENS, tokenizer } = limits;
  const reader = canRead ? { [READ_ORIGINAL]: readTool({ shelf, openSieve, maxTokens, tokenizer }) } : {};
  return { ...(Object.fromEntries(wrapped) as Tools), ...reader };
}

function wrapTool(
  name: string,
  tool: Tool,
  cutter: (call: ResultCall, place: ResultPlace) => Cut,
  focus: boolean,
): Tool {
  const canFocus =
    focus && tool.inputSchema !== undefined && tool.strict !== true && !tool.type?.startsWith("provider");
  const inputSchema = canFocus ? withFocus(tool.inputSchema as FlexibleSchema<unknown>) : undefined;
  const { toModelOutput } = tool;
  const calls = new Map<string, Cut>();
  const cutFor = (given: unknown, { toolCallId, messages = [], abortSignal }: ExecuteOptions) => {
    const { focus: focused, input } = inputSchema ? takeFocus(given) : { focus: undefined, input: given };
    const call = { ...situationOf(messages), focus: focused, call: { name, args: input } };
    const cut = cutter(call, { signal: abortSignal });
    if (toModelOutput) calls.set(toolCallId, cutter(call, {}));
    return { input, cut };
  };
  return {
    ...tool,
    ...(inputSchema ? { inputSchema } : {}),
    // Not async: the SDK looks at what comes back to see whether it is a stream of outputs.
    execute(given, options) {
      const { input, cut } = cutFor(given, options);
      const finish = (output: unknown) => (toModelOutput ? output : cutOutput(output, cut));
      const output = tool.execute?.(input, options);
      if (isStream(output)) return finishLast(output, finish);
      return Promise.resolve(output).then(finish, (error: unknown) => cutError(error, cut));
    },
    ...(toModelOutput
      ? {
          toModelOutput(given: unknown) {
            const shown = toModelOutput(given);
            // Version 5 gives the output alone, and waits for no promise.
            if (!isToShow(given)) return shown;
            const cut = calls.get(given.toolCallId) ?? cutter({ user: [], call: { name, args: given.input } }, {});
            return Promise.resolve(shown).then((output) => cutShown(output as ToolOutput, cut));
          },
        }
      : {}),
  };
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

async function cutOutput(output: unknown, cut: Cut): Promise<unknown> {
  const isString = typeof output === "string";
  const whole = isString ? output : typeof output === "object" && output !== null ? JSON.stringify(output) : undefined;
  if (whole === undefined) return output;
  const [text = ""] = await cut([whole]);
  return text === whole ? output : isString ? text : parsed(text);
}

async function cutShown(output: ToolOutput, cut: Cut): Promise<ToolOutput> {
  const texts = readOutput(output, "", 0)
    .filter(isText)
    .map(({ text }) => text);
  const left = await cut(texts);
  return left === texts ? output : writeOutput(output, left);
}

/** @throws The error, or one that says less and has it as its cause. */
async function cutError(error: unknown, cut: Cut): Promise<never> {
  if (!(error instanceof Error)) throw error;
  const [message = ""] = await cut([error.message]);
  throw message === error.message ? error : new Error(message, { cause: error });
}

function readTool({
  shelf,
  ...settings
}: {
  shelf: Shelf;
  openSieve: () => ReturnType<ReturnType<typeof splitSieveOptions>["openSieve"]>;
  maxTokens: number;
  tokenizer: TokenizerOption | undefined;
}) {
  const { description, inputSchema } = READ_ORIGINAL_TOOL;
  return {
    description,
    inputSchema: jsonSchema(inputSchema as unknown as Parameters<typeof jsonSchema>[0]),
    execute: (input: unknown, { abortSignal: signal }: ExecuteOptions) =>
      readOriginal(shelf, input as Record<string, unknown>, { ...settings, signal }),
  };
}

/** JSON that was cut, as an object again. The text itself if a method has cut it that knows no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isStream(output: unknown): output is AsyncIterable<unknown> {
  return typeof output === "object" && output !== null && Symbol.asyncIterator in output;
}

function isToShow(given: unknown): given is OutputToShow {
  return typeof given === "object" && given !== null && "toolCallId" in given && "input" in given && "output" in given;
}
