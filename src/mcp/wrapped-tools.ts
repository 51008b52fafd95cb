import { FOCUS, takeFocus, withFocusSchema } from "../agents/tools/focus.js";
import { READ_ORIGINAL } from "../agents/tools/read-original.js";
import { type JsonSchema, schemaOfCut } from "./output-schema.js";
import { READ_TOOL } from "./tool-results.js";

/** A tool of a server, as far as it is read here. */
export interface WrappedTool {
  name: string;
  inputSchema?: JsonSchema & { properties?: JsonSchema };
  outputSchema?: JsonSchema;
}

/** A page of `tools/list`. */
export interface ToolPage {
  tools?: readonly WrappedTool[];
  nextCursor?: string;
}

/** The tools of a server whose results are cut, as the client sees them. */
export interface WrappedTools {
  /** Adds the argument `focus` to each schema, and `read_original` behind the last page. */
  show(page: ToolPage): ToolPage;
  /** Splits a call's arguments into the server's own and `focus`, where that was added. */
  split(name: string, args: JsonSchema | undefined): { args: JsonSchema | undefined; focus: string | undefined };
  /** True if `read_original` is answered here: the server has no tool of that name. */
  readonly canRead: boolean;
}

/** @param exclude Names of tools that are shown as they are. */
export function wrapTools(exclude: ReadonlySet<string>): WrappedTools {
  /** Tools that the argument was added to: others may have one of that name. */
  const focused = new Set<string>();
  let canRead = true;
  return {
    show({ tools = [], ...page }) {
      if (tools.some(({ name }) => name === READ_ORIGINAL)) canRead = false;
      const shown = tools.map((tool) => {
        if (exclude.has(tool.name)) return tool;
        const { inputSchema = { type: "object" }, outputSchema } = tool;
        const { properties = {} } = inputSchema;
        if (FOCUS in properties) focused.delete(tool.name);
        else focused.add(tool.name);
        return {
          ...tool,
          inputSchema: withFocusSchema(inputSchema),
          ...(outputSchema ? { outputSchema: schemaOfCut(outputSchema) } : {}),
        };
      });
      const isLast = page.nextCursor === undefined;
      return { ...page, tools: isLast && canRead ? [...shown, READ_TOOL] : shown };
    },
    split(name, args) {
      if (args === undefined || !focused.has(name)) return { args, focus: undefined };
      const { focus, input } = takeFocus(args);
      return { args: input, focus };
    },
    get canRead() {
      return canRead;
    },
  };
}
