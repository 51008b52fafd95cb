import { InvalidOptionError } from "../errors.js";

/** Longest string that is repeated in a message, in code units. */
const SHOWN_LENGTH = 60;

/** Refuses an option. @throws InvalidOptionError Naming the option, what was expected, and what came. */
export function refuse(name: string, expected: string, got: unknown): never {
  throw new InvalidOptionError(`Expected \`${name}\` to be ${expected}, got ${show(got)}.`);
}

/** Refuses an option unless the condition holds. @throws InvalidOptionError */
export function expect(holds: boolean, name: string, expected: string, got: unknown): asserts holds {
  if (!holds) refuse(name, expected, got);
}

/** Refuses options that are not among the names. @throws InvalidOptionError */
export function expectKnown(options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new InvalidOptionError(`Expected options among ${names.join(", ")}, got \`${unknown}\`.`);
}

/** Refuses what cannot stop a call. @throws InvalidOptionError */
export function expectSignal(signal: AbortSignal | undefined): void {
  const isSignal =
    typeof signal?.throwIfAborted === "function" &&
    typeof signal.addEventListener === "function" &&
    typeof signal.aborted === "boolean";
  expect(signal === undefined || isSignal, "signal", "an AbortSignal", signal);
}

/** True for a finite number in a closed range. */
export function isInRange(value: unknown, low: number, high: number): value is number {
  return typeof value === "number" && value >= low && value <= high;
}

/** True for a whole number of at least `least`. */
export function isInteger(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

/** True for a string that is not empty. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function show(value: unknown): string {
  if (typeof value === "string")
    return `\`${JSON.stringify(value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value)}\``;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "function") return "a function";
  return typeof value === "object" && value !== null ? "an object" : `\`${String(value)}\``;
}
