import { InvalidArgumentError } from "commander";

const SUFFIXES: Readonly<Record<string, number>> = { "": 1, k: 1000, m: 1_000_000 };

/** Commander's reading of a whole number of at least 1. */
export function wholeNumber(value: string): number {
  const number = value.trim() === "" ? Number.NaN : Number(value);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError(`Expected an integer of at least 1, got \`${value}\`.`);
  return number;
}

/** Commander's reading of a number of tokens: `2000`, `2k`, `1.5k`, `1m`. */
export function tokenNumber(value: string): number {
  const { digits, suffix = "" } = /^(?<digits>\d+(?:\.\d+)?)(?<suffix>[km])?$/iu.exec(value.trim())?.groups ?? {};
  // Rounded, since 1.1 * 1000 is not 1100 to the last bit.
  const exact = Number(digits) * (SUFFIXES[suffix.toLowerCase()] as number);
  const number = Math.round(exact);
  if (!Number.isSafeInteger(number) || number < 1 || Math.abs(exact - number) > 1e-6)
    throw new InvalidArgumentError(`Expected an integer of at least 1, such as 2000 or 2k, got \`${value}\`.`);
  return number;
}

/** Commander's reading of a decimal number. */
export function decimal(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number))
    throw new InvalidArgumentError(`Expected a number, got \`${value}\`.`);
  return number;
}

/** Commander's reading of a number, or of `auto`. */
export function decimalOrAuto(value: string): number | "auto" {
  return value.trim() === "auto" ? "auto" : decimal(value);
}

/** Commander's reading of a share: `0.3` or `30%`. */
export function share(value: string): number {
  const text = value.trim();
  return text.endsWith("%") && text.length > 1 ? decimal(text.slice(0, -1)) / 100 : decimal(value);
}
