import { type CompressOptions, checkQuestion, expect, expectKnown, isInRange, isInteger } from "../../core/index.js";

type Passed = "query" | "tokenizer" | "minRelevance" | "forcePhrases" | "dedupe" | "signal";

/**
 * How a chat history is held under a ceiling. `query` is by default the last user message at the time of each
 * trim; a `query` of the caller's own that changes between calls changes what was rendered earlier.
 */
export interface HistoryOptions extends Pick<CompressOptions, Passed> {
  /**
   * Hard ceiling of the whole history, system messages included, in target tokens; an integer of at least 1.
   * A history under it is left alone; one that passes it is trimmed down to `lowWater`.
   */
  maxTokens: number;
  /** Share of `maxTokens` that a trim goes down to, in (0, 1]: lower means fewer trims and warmer prompt caches. @default 0.6 */
  lowWater?: number | undefined;
  /**
   * Last steps that are never touched, an integer of at least 1. A step is a user message, or an answer with the
   * results of its tool calls. If they do not fit together under `maxTokens`, the oldest of them count as history.
   * @default 4
   */
  keepLast?: number | undefined;
  /** Tokens that each message costs besides its content: role and separators; at least 0. @default 4 */
  messageOverhead?: number | undefined;
  /** Tokens that an image, a sound or a file counts, at least 0. @default 1000 */
  mediaTokens?: number | undefined;
}

/** History options, checked and complete. */
export interface CheckedHistory {
  maxTokens: number;
  lowTokens: number;
  keepLast: number;
  messageOverhead: number;
  mediaTokens: number;
  /** Goes on to `compress` as it is. */
  passed: Pick<CompressOptions, Exclude<Passed, "query">>;
  /** An empty one is no question; undefined if the last user message is. */
  query: CompressOptions["query"];
}

const OPTIONS: Record<keyof HistoryOptions, true> = {
  maxTokens: true,
  lowWater: true,
  keepLast: true,
  messageOverhead: true,
  mediaTokens: true,
  query: true,
  tokenizer: true,
  minRelevance: true,
  forcePhrases: true,
  dedupe: true,
  signal: true,
};

/** @throws InvalidOptionError Naming the option, what was expected, and what came. */
export function checkHistory(options: HistoryOptions): CheckedHistory {
  expectKnown(options, Object.keys(OPTIONS));
  const {
    maxTokens,
    lowWater = 0.6,
    keepLast = 4,
    messageOverhead = 4,
    mediaTokens = 1000,
    query,
    ...passed
  } = options;
  expect(isInteger(maxTokens, 1), "maxTokens", "an integer of at least 1", maxTokens);
  expect(isInRange(lowWater, 0, 1) && lowWater > 0, "lowWater", "in (0, 1]", lowWater);
  expect(isInteger(keepLast, 1), "keepLast", "an integer of at least 1", keepLast);
  expect(isInRange(messageOverhead, 0, Number.MAX_VALUE), "messageOverhead", "a number of at least 0", messageOverhead);
  expect(isInRange(mediaTokens, 0, Number.MAX_VALUE), "mediaTokens", "a number of at least 0", mediaTokens);
  const lowTokens = Math.max(1, Math.floor(lowWater * maxTokens));
  return {
    maxTokens,
    lowTokens,
    keepLast,
    messageOverhead,
    mediaTokens,
    passed,
    query: query === undefined ? undefined : (checkQuestion(query) ?? ""),
  };
}
