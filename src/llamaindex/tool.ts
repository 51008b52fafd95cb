import { type SieveSource, splitSieveOptions } from "../agents/sieve-source.js";
import type { CompressSettings } from "./settings.js";
import type { ToolLike } from "./shapes.js";

/** Options of `compress`, those that make the sieve, or `sieve`, and where the question comes from. */
export type SieveToolOptions<Input> = CompressSettings &
  SieveSource & {
    /** What the agent wants to know, or how to tell from the tool's input. @default none: what is informative in itself stays */
    query?: string | ((input: Input) => string | undefined);
  };

/** The wrapped tool: same name, description and parameters. */
export interface SievedTool<Tool extends ToolLike<never>> {
  readonly metadata: Tool["metadata"];
  call(...input: Parameters<Tool["call"]>): Promise<ToolOutput>;
}

/** What a LlamaIndex tool may return: its `JSONValue`. */
export type ToolOutput = boolean | number | string | { [key: string]: ToolOutput } | ToolOutput[];

/**
 * Wraps a LlamaIndex tool so that its output arrives compressed, for agents and workflows. The ceiling counts
 * what the agent puts before its model; an output under it is returned as it is, of any type. Above it, a text
 * is compressed, and an object is written as JSON, a member a line, and compressed as text: whole members stay
 * or go. What the tool throws goes through.
 *
 * @throws InvalidOptionError
 */
export function sieveTool<Tool extends ToolLike<never>>(
  tool: Tool,
  options: SieveToolOptions<Parameters<Tool["call"]>[0]>,
): SievedTool<Tool> {
  const { openSieve, rest } = splitSieveOptions(options);
  const { query, template, ...settings } = rest;
  return {
    get metadata() {
      return tool.metadata;
    },
    async call(...input) {
      const output = (await tool.call(...(input as [never]))) as ToolOutput;
      const isTextual = typeof output === "string" || (typeof output === "object" && output !== null);
      const whole = typeof output === "string" ? output : JSON.stringify(output, null, 1);
      if (!isTextual || whole.trim() === "") return output;
      const question = typeof query === "function" ? query(input[0]) : query;
      const { documents } = await (await openSieve()).compress({
        ...settings,
        template: template ?? ((_, text) => renderForAgent(text === whole ? output : text)),
        documents: [whole],
        query: question,
      });
      const text = documents[0]?.text ?? "";
      return text === whole ? output : text;
    },
  };
}

/** How LlamaIndex's agents write a tool's output into the chat (`stringifyJSONToMessageContent`). */
function renderForAgent(output: ToolOutput): string {
  return JSON.stringify(output, null, 2).replace(/"([^"]*)"/g, "$1");
}
