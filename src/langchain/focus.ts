import type { StructuredToolInterface } from "@langchain/core/tools";
import { toJsonSchema } from "@langchain/core/utils/json_schema";
import { canHaveFocus, type InputSchema, withFocusSchema } from "../agents/tools/focus.js";

/** A copy of the tool, as the model is told of it, that takes a `focus` too. A tool whose input is no object, or has one already, is as it was. */
export function withFocus<Tool>(tool: Tool): Tool {
  const { schema, name } = tool as Partial<StructuredToolInterface>;
  if (schema === undefined || name === undefined) return tool;
  const extended = focusSchema(schema);
  return extended === undefined
    ? tool
    : Object.create(tool as object, { schema: { value: extended, enumerable: true, configurable: true } });
}

/** The schema with an optional `focus`, as JSON Schema; undefined if it cannot have one. */
export function focusSchema(schema: StructuredToolInterface["schema"]): object | undefined {
  const json = toJsonSchema(schema) as InputSchema;
  return canHaveFocus(json) ? withFocusSchema(json) : undefined;
}

/** A model that tells of each of its tools that it takes a `focus`. */
export function tellingOfFocus<Model>(model: Model, exclude: (name: string) => boolean): Model {
  if (typeof model !== "object" || model === null) return model;
  return new Proxy(model, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== "function") return value;
      if (property !== "bindTools") return value.bind(target);
      return (tools: readonly { name?: string }[], ...rest: unknown[]) =>
        value.call(
          target,
          tools.map((tool) => (exclude(tool.name ?? "") ? tool : withFocus(tool))),
          ...rest,
        );
    },
  });
}
