import type { CompressOptions } from "../../options/compress-options.js";
import { expect, isInteger, isText } from "../../options/expect.js";

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
  /** Keep only one of the same forced token if nothing is kept between two of them. @default false */
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

/** What one call of `compress` takes of a sieve with `method: "llmlingua2"`: the reference's options, in camelCase. */
export interface Llmlingua2CompressOptions extends CompressOptions, Omit<Llmlingua2Options, "rate" | "maxTokens"> {
  /** `hard` trims what the published rule keeps to the budget; `reference` leaves it as published. @default "hard" */
  ceiling?: "hard" | "reference" | undefined;
}

/** A record, so that an option that is new in `Llmlingua2CompressOptions` cannot be forgotten here. */
const NAMES: Record<Exclude<keyof Llmlingua2CompressOptions, keyof CompressOptions>, true> = {
  ceiling: true,
  useContextLevelFilter: true,
  useTokenLevelFilter: true,
  targetContext: true,
  contextLevelRate: true,
  contextLevelTargetToken: true,
  forceContextIds: true,
  tokenToWord: true,
  forceTokens: true,
  forceReserveDigit: true,
  dropConsecutive: true,
  chunkEndTokens: true,
  returnWordLabel: true,
  wordSep: true,
  labelSep: true,
};

/** Names of the options of `compress` that only `method: "llmlingua2"` knows. */
export const LLMLINGUA2_OPTION_NAMES: readonly string[] = Object.keys(NAMES);

/** Checks the options and fills in the published defaults. @throws InvalidOptionError */
export function resolveLlmlingua2Options(options: Llmlingua2Options): ResolvedLlmlingua2Options {
  checkNumber("rate", options.rate, "in (0, 1]", (value) => value > 0 && value <= 1);
  checkInteger("maxTokens", options.maxTokens, 1);
  checkInteger("targetContext", options.targetContext, 0);
  checkNumber("contextLevelRate", options.contextLevelRate, "in [0, 1]", (value) => value >= 0 && value <= 1);
  checkInteger("contextLevelTargetToken", options.contextLevelTargetToken, 1);
  for (const name of FLAGS) {
    expect(options[name] === undefined || typeof options[name] === "boolean", name, "true or false", options[name]);
  }
  const { forceTokens = [], tokenToWord = "mean", chunkEndTokens = [".", "\n"], forceContextIds = [] } = options;
  checkItems("forceTokens", forceTokens, "strings", "strings that are not empty", isText);
  checkItems("chunkEndTokens", chunkEndTokens, "strings", "strings that are not empty", isText);
  checkItems("forceContextIds", forceContextIds, "indices", "indices of at least 0", (item) => isInteger(item, 0));
  const isShort = forceTokens.length <= MAX_FORCE_TOKENS;
  expect(isShort, "forceTokens", `at most ${MAX_FORCE_TOKENS} strings`, forceTokens);
  expect(tokenToWord === "mean" || tokenToWord === "first", "tokenToWord", '"mean" or "first"', tokenToWord);
  for (const name of ["wordSep", "labelSep"] as const) {
    expect(options[name] === undefined || typeof options[name] === "string", name, "a string", options[name]);
  }
  return {
    rate: options.rate ?? 0.5,
    targetToken: options.maxTokens ?? -1,
    useContextLevelFilter: options.useContextLevelFilter ?? false,
    useTokenLevelFilter: options.useTokenLevelFilter ?? true,
    targetContext: options.targetContext ?? -1,
    contextLevelRate: options.contextLevelRate ?? 1,
    contextLevelTargetToken: options.contextLevelTargetToken ?? -1,
    forceContextIds: new Set(forceContextIds),
    tokenToWord,
    forceTokens: [...new Set(forceTokens)],
    forceReserveDigit: options.forceReserveDigit ?? false,
    dropConsecutive: options.dropConsecutive ?? false,
    chunkEndTokens: new Set(chunkEndTokens),
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

function checkNumber(name: string, value: unknown, expected: string, holds: (value: number) => boolean): void {
  expect(value === undefined || (typeof value === "number" && holds(value)), name, expected, value);
}

function checkInteger(name: string, value: unknown, least: number): void {
  checkNumber(name, value, `an integer of at least ${least}`, (given) => isInteger(given, least));
}

function checkItems(
  name: string,
  items: unknown,
  kind: string,
  expected: string,
  holds: (item: unknown) => boolean,
): void {
  expect(Array.isArray(items), name, `an array of ${kind}`, items);
  const wrong = (items as unknown[]).findIndex((item) => !holds(item));
  expect(wrong === -1, name, `an array of ${expected}`, (items as unknown[])[wrong]);
}
