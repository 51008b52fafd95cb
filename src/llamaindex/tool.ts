import { checkCompressSettings, type SieveSource, splitSieveOptions } from "../agents/sieve-source.js";
import { type CutRequest, cutTexts, targetOf, toolDefaults } from "../agents/tools/cut-texts.js";
import { expect } from "../core/index.js";
import type { CompressSettings } from "./settings.js";
import type { ToolLike } from "./shapes.js";

/** Options of `compress`, those that make the sieve, or `sieve`, and where the question comes from. */
export type SieveToolOptions<Input> = CompressSettings &
  SieveSource & {
    /** What the agent wants to know, or how to tell from the tool's input. @default none: what is informative in itself stays */
    query?: string | readonly string[] | ((input: Input) => string | readonly string[] | undefined);
  };

/** The wrapped tool: same name, description and parameters. */
export interface SievedTool<Tool extends ToolLike<never>> {
  readonly metadata: Tool["metadata"];
  call(...input: Parameters<Tool["call"]>): Promise<ToolOutput>;
  /** The tool bound to a value, as `FunctionTool` has it, wrapped alike; absent where the tool has no such method. */
  bind: Tool extends Bindable<infer Value, infer Bound> ? (value: Value) => SievedTool<Bound> : undefined;
}

/** A tool that can be bound to a value that its function gets besides its input. */
export interface Bindable<Value, Bound extends ToolLike<never>> {
  bind(value: Value): Bound;
}

/** What a LlamaIndex tool may return: its `JSONValue`. */
export type ToolOutput = boolean | number | string | { [key: string]: ToolOutput } | ToolOutput[];

/**
 * Wraps a LlamaIndex tool so that its output arrives compressed, for agents and workflows. The ceiling counts
 * what the agent puts before its model; an output under it is returned as it is, of any type. Above it, a text
 * is compressed, and an object is compressed as JSON and given back as an object that has lost members. `form` is
 * `"compact"` and `marker` is `true` by default. Where nothing finds a place, the beginning and a note stand for the
 * output: it is never empty unless the tool's was. What the tool throws goes through.
 *
 * @throws InvalidOptionError
 */
export function sieveTool<Tool extends ToolLike<never>>(
  tool: Tool,
  options: SieveToolOptions<Parameters<Tool["call"]>[0]>,
): SievedTool<Tool> {
  expect(typeof tool?.call === "function", "tool", "a tool of LlamaIndex", tool);
  const { openSieve, rest, method } = splitSieveOptions(options);
  const { query, template: ownTemplate, ...settings } = rest;
  const { tokenizer, separator } = settings;
  checkCompressSettings(settings, method);
  const bind = (value: never) => sieveTool((tool as unknown as Bindable<never, Tool>).bind(value), options);
  return {
    get metadata() {
      return tool.metadata;
    },
    bind: ("bind" in tool ? bind : undefined) as SievedTool<Tool>["bind"],
    async call(...input) {
      const output = (await tool.call(...(input as [never]))) as ToolOutput;
      const isText = typeof output === "string";
      if (!isText && (typeof output !== "object" || output === null)) return output;
      const whole = isText ? output : JSON.stringify(output);
      if (whole.trim() === "") return output;
      const question = typeof query === "function" ? query(input[0]) : query;
      const sieve = await openSieve();
      const read = (text: string): ToolOutput => (text === whole ? output : isText ? text : parsed(text));
      const compress: CutRequest["compress"] = async (target, template) => {
        const { documents } = await sieve.compress({
          ...toolDefaults(sieve),
          ...settings,
          ...target,
          template: ownTemplate ?? template,
          documents: [isText ? whole : { text: whole, kind: "json" }],
          query: question,
        });
        return new Map(documents.map((document) => [document.index, document]));
      };
      const render = (text: string) => renderForAgent(read(text));
      const [left] = await cutTexts({
        ...{ sources: [whole], target: targetOf(settings), tokenizer, separator },
        ...{ render, compress },
      });
      return read(left?.text ?? "");
    },
  };
}

/** JSON that was cut, as an object again. The text itself if a method has cut it that knows no JSON. */
function parsed(text: string): ToolOutput {
  try {
    return JSON.parse(text) as ToolOutput;
  } catch {
    return text;
  }
}

/** How LlamaIndex's agents write a tool's output into the chat (`stringifyJSONToMessageContent`). */
function renderForAgent(output: ToolOutput): string {
  return JSON.stringify(output, null, 2).replace(/"([^"]*)"/g, "$1");
}
