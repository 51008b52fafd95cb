import { expect, expectKnown, InvalidOptionError } from "../../core/index.js";
import { type SieveSource, splitSieveOptions } from "../sieve-source.js";
import { readOriginal } from "./read-original.js";
import { RESULT_SIEVE_NAMES, type ResultCall, type ResultSieveOptions, resultSieve } from "./result-sieve.js";
import { createShelf, type Shelf } from "./shelf.js";

/** How wrapped tools cut their results, and what a model gets beside them. */
export type ToolSieveOptions = SieveSource &
  Omit<ResultSieveOptions, "maxTokensPerStep"> & {
    /** Gives each tool an optional argument `focus`, in which the model says what it needs of the result. @default false */
    focus?: boolean | undefined;
    /** Gives the model a tool, `read_original`, for what was cut. @default false */
    readOriginal?: boolean | undefined;
    /** Where originals are kept: one for each conversation. @default one of its own for the tools that are wrapped together */
    shelf?: Shelf | undefined;
  };

/** Cuts texts that go to a model together; those under the ceiling are the very array that came in. */
export type CutAll = (texts: readonly string[]) => Promise<readonly string[]>;

/** What an adapter wraps its framework's tools with. */
export interface ToolSieve {
  cutterFor(call: ResultCall, signal?: AbortSignal): CutAll;
  /** Whether a tool is to have the argument `focus`. */
  hasFocus(name: string): boolean;
  /** Answers a call of `read_original`; undefined if the model is not to have it. */
  read: ((input: Record<string, unknown>, signal?: AbortSignal) => Promise<string>) | undefined;
}

const PAGE_TOKENS = 2000;

/** What the wrappers of tools have in common. @throws InvalidOptionError */
export function toolSieve(options: ToolSieveOptions): ToolSieve {
  const { openSieve, rest, method } = splitSieveOptions(options);
  expectKnown(rest, [...RESULT_SIEVE_NAMES, "focus", "readOriginal", "shelf"]);
  const { focus = false, readOriginal: canRead = false, shelf = createShelf(), ...limits } = rest;
  expect(typeof focus === "boolean", "focus", "a boolean", focus);
  expect(typeof canRead === "boolean", "readOriginal", "a boolean", canRead);
  const cut = resultSieve(openSieve, limits, { canRead: () => canRead, method });
  const { maxTokens = PAGE_TOKENS, tokenizer, exclude = [] } = limits;
  const read = async (input: Record<string, unknown>, signal?: AbortSignal) => {
    try {
      return await readOriginal(shelf, input, { openSieve, maxTokens, tokenizer, signal });
    } catch (error) {
      // What was wrong with its call is the model's to read.
      if (InvalidOptionError.isInstance(error)) return error.message;
      throw error;
    }
  };
  return {
    cutterFor: (call, signal) => async (texts) =>
      (await cut(texts, call, { shelf, signal }))?.texts.map(({ text }) => text) ?? texts,
    hasFocus: (name) => focus && !exclude.includes(name),
    read: canRead ? read : undefined,
  };
}

/**
 * Cuts what a tool gave back: a text, or an object as JSON, which is an object again that has lost members. Anything else,
 * and what is under the ceiling, is as it was.
 */
export async function cutValue(value: unknown, cut: CutAll): Promise<unknown> {
  const isString = typeof value === "string";
  const whole = isString ? value : typeof value === "object" && value !== null ? JSON.stringify(value) : undefined;
  if (whole === undefined) return value;
  const [text = ""] = await cut([whole]);
  return text === whole ? value : isString ? text : parsed(text);
}

/** Throws what a tool threw: an error whose message is over the ceiling says less, and has the whole one as its cause. */
export async function throwCut(error: unknown, cut: CutAll): Promise<never> {
  if (!(error instanceof Error)) throw error;
  const [message = ""] = await cut([error.message]);
  throw message === error.message ? error : Object.assign(new Error(message, { cause: error }), { name: error.name });
}

/** JSON that was cut, as an object again. The text itself if a method has cut it that knows no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
