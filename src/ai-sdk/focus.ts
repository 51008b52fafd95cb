import { asSchema, type FlexibleSchema, type JSONSchema7, jsonSchema, type Schema } from "ai";

/** Name of the argument by which a model says what it needs of a result. */
export const FOCUS = "focus";

const FOCUS_SCHEMA: JSONSchema7 = {
  type: "string",
  description: "What you need from the result; the rest of it may be left out.",
};

/**
 * An input's schema with an optional `focus`, which passes the schema's own check untouched. Undefined for an input that
 * is no object, or has an argument of that name.
 */
export function withFocus(given: FlexibleSchema<unknown>): Schema | undefined {
  const schema = asSchema(given);
  const shape = schema.jsonSchema;
  const isKnown = !(shape instanceof Promise);
  if (isKnown && !canHave(shape as JSONSchema7)) return undefined;
  const extended = isKnown ? extendedSchema(shape as JSONSchema7) : Promise.resolve(shape).then(extendedSchema);
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

/** Takes `focus` off a call's input. */
export function takeFocus(input: unknown): { focus: string | undefined; input: unknown } {
  if (typeof input !== "object" || input === null || !(FOCUS in input)) return { focus: undefined, input };
  const { [FOCUS]: focus, ...rest } = input as Record<string, unknown>;
  return { focus: typeof focus === "string" ? focus : undefined, input: rest };
}

function canHave({ type, properties = {} }: JSONSchema7): boolean {
  return type === "object" && !Object.hasOwn(properties, FOCUS);
}

function extendedSchema(schema: JSONSchema7): JSONSchema7 {
  return canHave(schema) ? { ...schema, properties: { ...schema.properties, [FOCUS]: FOCUS_SCHEMA } } : schema;
}
