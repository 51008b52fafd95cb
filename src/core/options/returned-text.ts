import { InvalidOptionError } from "../errors.js";

/**
 * A caller's function whose result has to be a text, as one that makes sure of it: anything else would be counted as
 * another text than is printed.
 *
 * @param name The option that it is.
 * @returns A function that throws an InvalidOptionError in the place of what is no string.
 */
export function returningText<Given extends unknown[]>(
  name: string,
  own: (...given: Given) => unknown,
): (...given: Given) => string {
  return (...given) => {
    const text = own(...given);
    if (typeof text === "string") return text;
    // A rejection must not end the process as well.
    if (isThenable(text)) text.then(undefined, () => undefined);
    throw new InvalidOptionError(`Expected \`${name}\` to return a string, got ${kindOf(text)}.`);
  };
}

function kindOf(value: unknown): string {
  if (isThenable(value)) return "a promise";
  if (value === undefined) return "`undefined`: is a `return` missing?";
  const isPlain = value === null || (typeof value !== "object" && typeof value !== "function");
  return isPlain ? `\`${String(value)}\`` : `a value of type ${typeof value}`;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
