import { asSchema, type FlexibleSchema, type JSONSchema7, jsonSchema, type Schema } from "ai";
import { canHaveFocus, FOCUS, type InputSchema, takeFocus, withFocusSchema } from "../agents/tools/focus.js";

/**
 * An input's schema with an optional `focus`, which passes the schema's own check untouched. Undefined for an input that
 * is no object, or has an argument of that name.
 */
export function withFocus(given: FlexibleSchema<unknown>): Schema | undefined {
  const schema = asSchema(given);
  const shape = schema.jsonSchema;
  const isKnown = !(shape instanceof Promise);
  if (isKnown && !canHaveFocus(shape as InputSchema)) return undefined;
  const extended = isKnown ? extend(shape as JSONSchema7) : Promise.resolve(shape).then(extend);
  const { validate } = schema;
  return jsonSchema(extended as JSONSchema7, {
    async validate(value) {
      const { focus, input } = takeFocus(value);
      const checked = await (validate?.(input) ?? { success: true as const, value: input });
      if (!checked.success || focus === undefined) return checked;
      return { success: true, value: { ...(checked.value as object), [FOCUS]: focus } };
    },
  });
}

function extend(schema: JSONSchema7): JSONSchema7 {
  return canHaveFocus(schema as InputSchema) ? (withFocusSchema(schema as InputSchema) as JSONSchema7) : schema;
}
