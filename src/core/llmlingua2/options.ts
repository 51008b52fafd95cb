import { InvalidOptionError } from "../errors.js";

/**
 * The options of the published LLMLingua-2 (`compress_prompt_llmlingua2` of microsoft/LLMLingua 0.2.2), in
 * camelCase. Its `target_token` is `maxTokens`.
 */
export interface Llmlingua2Options {
  /** Share of the tokens to keep, in (0, 1]. @default 0.5 */
  rate?: number | undefined;
  /** Tokens (cl100k) to aim at, at least 1; overrides `rate`. The published rule overshoots it. */
  maxTokens?: number | undefined;
  /** Drop whole contexts by their mean keep probability before words are judged. @default false */
  useContextLevelFilter?: boolean | undefined;
  /** Judge words; with false the contexts that are kept stay whole. @default true */
  useTokenLevelFilter?: boolean | undefined;
  /** Contexts to keep, at least 0. Used with `useContextLevelFilter`. */
  targetContext?: number | undefined;
  /** Share of the contexts to keep, in [0, 1]. Used with `useContextLevelFilter`. @default 1 */
  contextLevelRate?: number | undefined;
  /** Tokens (cl100k) of the contexts to keep, at least 1. Used with `useContextLevelFilter`. */
  contextLevelTargetToken?: number | undefined;
  /** Indices of contexts that are kept whatever their probability. @default [] */
  forceContextIds?: readonly number[] | undefined;
  /** How pieces make a word's probability: their mean, or the first one's. @default "mean" */
  tokenToWord?: "mean" | "first" | undefined;
  /** Strings that are always kept, at most 100. @default [] */
  forceTokens?: readonly string[] | undefined;
  /** Keep every piece with a digit in it. @default false */
  forceReserveDigit?: boolean | undefined;
  /** Keep only one of the same forced token where nothing is kept between two of them. @default false */
  dropConsecutive?: boolean | undefined;
  /** Tokens after which a chunk of 510 tokens may end. @default [".", "\n"] */
  chunkEndTokens?: readonly string[] | undefined;
  /** Give every word with its label, 1 for kept. @default false */
  returnWordLabel?: boolean | undefined;
  /** Separates words in the labelled prompt. @default "\t\t|\t\t" */
  wordSep?: string | undefined;
  /** Separates a word from its label. @default " " */
  labelSep?: string | undefined;
}

/** Options with every default filled in; -1 stands for "not given", as in the reference. */
export interface ResolvedLlmlingua2Options {
  rate: number;
  targetToken: number;
  useContextLevelFilter: boolean;
  useTokenLevelFilter: boolean;
  targetContext: number;
  contextLevelRate: number;
  contextLevelTargetToken: number;
  forceContextIds: ReadonlySet<number>;
  tokenToWord: "mean" | "first";
  forceTokens: readonly string[];
  forceReserveDigit: boolean;
  dropConsecutive: boolean;
  chunkEndTokens: ReadonlySet<string>;
  returnWordLabel: boolean;
  wordSep: string;
  labelSep: string;
}

/** Most strings that can be forced, as published (`max_force_token`). */
export const MAX_FORCE_TOKENS = 100;

/** Names of the options that only `method: "llmlingua2"` knows. */
export const LLMLINGUA2_OPTION_NAMES: readonly (keyof Llmlingua2Options)[] = [
  "useContextLevelFilter",
  "useTokenLevelFilter",
  "targetContext",
  "contextLevelRate",
  "contextLevelTargetToken",
  "forceContextIds",
  "tokenToWord",
  "forceReserveDigit",
  "dropConsecutive",
  "chunkEndTokens",
  "returnWordLabel",
  "wordSep",
  "labelSep",
];

/** Checks the options and fills in the published defaults. @throws InvalidOptionError */
export function resolveLlmlingua2Options(options: Llmlingua2Options): ResolvedLlmlingua2Options {
  number("rate", options.rate, "in (0, 1]", (value) => value > 0 && value <= 1);
  integer("maxTokens", options.maxTokens, 1);
  integer("targetContext", options.targetContext, 0);
  number("contextLevelRate", options.contextLevelRate, "in [0, 1]", (value) => value >= 0 && value <= 1);
  integer("contextLevelTargetToken", options.contextLevelTargetToken, 1);
  for (const name of FLAGS) flag(name, options[name]);
  strings("forceTokens", options.forceTokens);
  strings("chunkEndTokens", options.chunkEndTokens);
  indices("forceContextIds", options.forceContextIds);
  if ((options.forceTokens?.length ?? 0) > MAX_FORCE_TOKENS) {
    fail("forceTokens", `at most ${MAX_FORCE_TOKENS} strings`, `${options.forceTokens?.length} strings`);
  }
  if (options.tokenToWord !== undefined && options.tokenToWord !== "mean" && options.tokenToWord !== "first") {
    fail("tokenToWord", '"mean" or "first"', options.tokenToWord);
  }
  for (const name of ["wordSep", "labelSep"] as const) {
    if (options[name] !== undefined && typeof options[name] !== "string") fail(name, "a string", options[name]);
  }
  return {
    rate: options.rate ?? 0.5,
    targetToken: options.maxTokens ?? -1,
    useContextLevelFilter: options.useContextLevelFilter ?? false,
    useTokenLevelFilter: options.useTokenLevelFilter ?? true,
    targetContext: options.targetContext ?? -1,
    contextLevelRate: options.contextLevelRate ?? 1,
    contextLevelTargetToken: options.contextLevelTargetToken ?? -1,
    forceContextIds: new Set(options.forceContextIds),
    tokenToWord: options.tokenToWord ?? "mean",
    forceTokens: [...new Set(options.forceTokens)],
    forceReserveDigit: options.forceReserveDigit ?? false,
    dropConsecutive: options.dropConsecutive ?? false,
    chunkEndTokens: new Set(options.chunkEndTokens ?? [".", "\n"]),
    returnWordLabel: options.returnWordLabel ?? false,
    wordSep: options.wordSep ?? "\t\t|\t\t",
    labelSep: options.labelSep ?? " ",
  };
}

const FLAGS = [
  "useContextLevelFilter",
  "useTokenLevelFilter",
  "forceReserveDigit",
  "dropConsecutive",
  "returnWordLabel",
] as const;

function number(name: string, value: unknown, expected: string, holds: (value: number) => boolean): void {
  if (value === undefined) return;
  if (typeof value !== "number" || !holds(value)) fail(name, expected, value);
}

function integer(name: string, value: unknown, least: number): void {
  number(name, value, `an integer of at least ${least}`, (given) => Number.isSafeInteger(given) && given >= least);
}

function flag(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "boolean") fail(name, "true or false", value);
}

function strings(name: string, value: unknown): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) fail(name, "an array of strings", value);
  const wrong = (value as unknown[]).find((item) => typeof item !== "string" || item === "");
  if (wrong !== undefined) fail(name, "an array of strings that are not empty", wrong);
}

function indices(name: string, value: unknown): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) fail(name, "an array of indices", value);
  const wrong = (value as unknown[]).find((item) => !Number.isSafeInteger(item) || (item as number) < 0);
  if (wrong !== undefined) fail(name, "an array of indices of at least 0", wrong);
}

function fail(name: string, expected: string, value: unknown): never {
  const shown = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  throw new InvalidOptionError(`Expected \`${name}\` to be ${expected}, got \`${shown}\`.`);
}
