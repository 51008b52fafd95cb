import { type CompressOptions, expect, expectKnown, isInRange, isInteger } from "../../core/index.js";
import { countingOf, tokenizerOfModel } from "../model/tokenizers.js";
import { tokensOfShare } from "../model/windows.js";
import { type CachePolicy, checkCachePolicy } from "./cache-policy.js";
import type { NeutralMessage, TokenCounting } from "./types.js";

/** A trim writes what is left of the prompt anew: down to half, a long run costs least without forgetting more. */
const LOW_WATER = 0.5;
/** Unless the caller says so, what the user stated is not cut for the mark's sake alone. */
const STATED_WATER = 0.6;

type Passed = "tokenizer" | "minRelevance" | "forcePhrases" | "dedupe" | "signal";

/** The question of the moment: fixed, or told from the messages so far. */
export type HistoryQuery<Message> =
  | string
  | readonly string[]
  | ((messages: readonly Message[]) => string | readonly string[] | undefined);

/** One thing that a call did to a history. */
export interface TrimEvent {
  /** Why: the ceiling was passed, the prompt cache was cold or repaid it, or the last message asked for what was dropped. */
  reason: "ceiling" | "cache" | "recall";
  tokensBefore: number;
  tokensAfter: number;
  /** Indices of the messages that lost something, of those that are gone, and of those that were fetched back. */
  cut: number[];
  dropped: number[];
  recalled: number[];
}

/** A tool call that is no longer there. */
export interface ClearedCall {
  name: string;
  /** As the model gave them: JSON. */
  args: string;
  /** Of the results that went with it. */
  tokens: number;
  /** For `read_original`, if the agent has it. */
  id?: string;
}

/**
 * How a chat history is held under a ceiling. `Message` is what the functions among the options are given.
 */
export interface HistoryOptions<Message = NeutralMessage> extends Pick<CompressOptions, Passed> {
  /**
   * Hard ceiling of the whole history, system messages included: an integer of at least 1 in target tokens, or a share of
   * the model's window in (0, 1), as 0.6. A history under it is left alone; one that passes it is trimmed to `lowWater`.
   */
  maxTokens: number;
  /** Name of the model that is sent the messages: says its window and, without `tokenizer`, its tokenizer. */
  targetModel?: string | undefined;
  /** Tokens that the model takes in, at least 1. @default by `targetModel` */
  contextWindow?: number | undefined;
  /** Tokens that are sent besides the messages, such as tool definitions, at least 0. They count as part of the ceiling. @default 0 */
  reservedTokens?: number | undefined;
  /** Share of `maxTokens` that a trim goes down to, in (0, 1]: lower means fewer trims and warmer prompt caches. @default 0.5, up to 0.6 where what the user stated needs it */
  lowWater?: number | undefined;
  /**
   * Last steps that are never touched, an integer of at least 1. A step is a user message, or an answer with the
   * results of its tool calls. If they do not fit together, the oldest of them count as history. @default 4
   */
  keepLast?: number | undefined;
  /**
   * The question of the moment, or how to tell it from the messages so far. One that changes between calls changes
   * what was rendered earlier. @default the last user message that is more than an approval
   */
  query?: HistoryQuery<Message> | undefined;
  /** Messages that stay whole with their step. @default none */
  pinned?: ((message: Message, index: number) => boolean) | undefined;
  /** Fetches back from dropped messages what a new user message asks for. @default true */
  recall?: boolean | undefined;
  /**
   * What stands for tool calls that are gone, one line for each; false for nothing.
   * @default `read_file(src/a.ts), 4,120 tokens`
   */
  cleared?: false | ((call: ClearedCall) => string) | undefined;
  /**
   * What happens if what may not be touched is over the ceiling by itself: its largest texts are cut, with a note, or a
   * BudgetError is thrown. @default "cut"
   */
  overflow?: "cut" | "throw" | undefined;
  /**
   * Results without a call are removed. Calls without a result get one that says so, or their step is removed, or all
   * stays as it came. @default "repair"
   */
  orphans?: "repair" | "remove" | "keep" | undefined;
  /** When to trim before the ceiling is passed, by what the provider's prompt cache costs. @default never */
  promptCache?: CachePolicy | undefined;
  /** Is told of each trim and each recall that a call carried out. */
  onTrim?: ((event: TrimEvent) => void) | undefined;
  /** Tokens that each message costs besides its content: role and separators; at least 0. @default 4 */
  messageOverhead?: number | undefined;
  /** Tokens that an image, a sound or a file counts, at least 0. @default 1000 */
  mediaTokens?: number | undefined;
}

/** History options, checked and complete. */
export interface CheckedHistory<Message = NeutralMessage> {
  maxTokens: number;
  lowTokens: number;
  /** Where a trim may end if what the user stated needs it; at least `lowTokens`. */
  statedTokens: number;
  keepLast: number;
  messageOverhead: number;
  mediaTokens: number;
  recall: boolean;
  overflow: "cut" | "throw";
  orphans: "repair" | "remove" | "keep";
  query: HistoryQuery<Message> | undefined;
  pinned: ((message: Message, index: number) => boolean) | undefined;
  cleared: false | ((call: ClearedCall) => string) | undefined;
  promptCache: CachePolicy | undefined;
  onTrim: ((event: TrimEvent) => void) | undefined;
  /** Goes on to `compress` as it is. */
  passed: Pick<CompressOptions, Passed>;
  counting: TokenCounting;
}

const OPTIONS: Record<keyof HistoryOptions, true> = {
  maxTokens: true,
  targetModel: true,
  contextWindow: true,
  reservedTokens: true,
  lowWater: true,
  keepLast: true,
  query: true,
  pinned: true,
  recall: true,
  cleared: true,
  overflow: true,
  orphans: true,
  promptCache: true,
  onTrim: true,
  messageOverhead: true,
  mediaTokens: true,
  tokenizer: true,
  minRelevance: true,
  forcePhrases: true,
  dedupe: true,
  signal: true,
};

/** Checks what can be checked before the model is known: a share of its window is left as it is. @throws InvalidOptionError */
export function expectHistory<Message>(options: HistoryOptions<Message>): void {
  expect(typeof options === "object" && options !== null, "history", "an object", options);
  expectKnown(options, Object.keys(OPTIONS));
  const { maxTokens, lowWater = LOW_WATER, keepLast = 4, messageOverhead = 4, mediaTokens = 1000 } = options;
  const { contextWindow = 1, reservedTokens = 0, query, orphans = "repair", overflow = "cut", recall = true } = options;
  const isShare = isInRange(maxTokens, 0, 1) && maxTokens > 0;
  expect(isShare || isInteger(maxTokens, 1), "maxTokens", "an integer of at least 1, or a share in (0, 1)", maxTokens);
  expect(isInRange(lowWater, 0, 1) && lowWater > 0, "lowWater", "in (0, 1]", lowWater);
  expect(isInteger(keepLast, 1), "keepLast", "an integer of at least 1", keepLast);
  expect(isInteger(contextWindow, 1), "contextWindow", "an integer of at least 1", contextWindow);
  for (const [name, value] of Object.entries({ messageOverhead, mediaTokens, reservedTokens })) {
    expect(isInRange(value, 0, Number.MAX_VALUE), name, "a number of at least 0", value);
  }
  const isQuery = query === undefined || typeof query === "function" || isTexts(query);
  expect(isQuery, "query", "a string, an array of strings or a function", query);
  for (const name of ["pinned", "onTrim"] as const) {
    const value = options[name];
    expect(value === undefined || typeof value === "function", name, "a function", value);
  }
  const { cleared, targetModel } = options;
  expect(!cleared || typeof cleared === "function", "cleared", "false or a function", cleared);
  expect(typeof recall === "boolean", "recall", "a boolean", recall);
  expect(["cut", "throw"].includes(overflow), "overflow", '"cut" or "throw"', overflow);
  expect(["repair", "remove", "keep"].includes(orphans), "orphans", '"repair", "remove" or "keep"', orphans);
  const isName = targetModel === undefined || (typeof targetModel === "string" && targetModel !== "");
  expect(isName, "targetModel", "a model's name", targetModel);
  checkCachePolicy(options.promptCache);
}

/** @throws InvalidOptionError Naming the option, what was expected, and what came. */
export function checkHistory<Message>(options: HistoryOptions<Message>): CheckedHistory<Message> {
  expectHistory(options);
  const { lowWater = LOW_WATER, keepLast = 4, messageOverhead = 4, mediaTokens = 1000, reservedTokens = 0 } = options;
  const { recall = true, overflow = "cut", orphans = "repair", targetModel, contextWindow } = options;
  const ceiling = tokensOfShare(options.maxTokens, { model: targetModel, window: contextWindow });
  const maxTokens = Math.floor(ceiling - reservedTokens);
  expect(maxTokens >= 1, "reservedTokens", `less than the ceiling of ${ceiling}`, reservedTokens);
  const byModel =
    options.tokenizer === undefined && targetModel !== undefined ? tokenizerOfModel(targetModel) : undefined;
  const { query, pinned, cleared, promptCache, onTrim, tokenizer = byModel?.tokenizer } = options;
  const { minRelevance, forcePhrases, dedupe, signal } = options;
  return {
    maxTokens,
    lowTokens: Math.max(1, Math.floor(lowWater * maxTokens)),
    statedTokens: Math.max(1, Math.floor((options.lowWater ?? STATED_WATER) * maxTokens)),
    ...{ keepLast, messageOverhead, mediaTokens, recall, overflow, orphans },
    ...{ query, pinned, cleared, promptCache, onTrim },
    passed: { tokenizer, minRelevance, forcePhrases, dedupe, signal },
    counting: byModel?.counting ?? countingOf(tokenizer),
  };
}

function isTexts(value: unknown): boolean {
  return typeof value === "string" || (Array.isArray(value) && value.every((text) => typeof text === "string"));
}
