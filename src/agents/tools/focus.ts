/** Name of the argument by which a model says what it needs of a result. */
export const FOCUS = "focus";

/** Its JSON schema. */
export const FOCUS_SCHEMA = {
  type: "string" as const,
  description: "What you need to know from the result, in a sentence. A long result is shortened to what answers it.",
};

/** A JSON schema of a tool's input, as far as it is read here. */
export interface InputSchema {
  type?: unknown;
  properties?: Readonly<Record<string, unknown>> | undefined;
}

/** True for the input of an object that has no argument of that name. */
export function canHaveFocus({ type, properties = {} }: InputSchema): boolean {
  return type === "object" && !Object.hasOwn(properties, FOCUS);
}

/** The schema with an optional `focus`. */
export function withFocusSchema<Schema extends InputSchema>(schema: Schema): Schema {
  return { ...schema, properties: { [FOCUS]: FOCUS_SCHEMA, ...schema.properties } };
}

/** Takes `focus` off what a tool is called with. */
export function takeFocus<Input>(input: Input): { focus: string | undefined; input: Input } {
  if (typeof input !== "object" || input === null || !(FOCUS in input)) return { focus: undefined, input };
  const { [FOCUS]: focus, ...rest } = input as Record<string, unknown>;
  const isSaid = typeof focus === "string" && focus.trim() !== "";
  return { focus: isSaid ? focus : undefined, input: rest as Input };
}
