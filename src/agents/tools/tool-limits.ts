import { type CompressOptions, expect, expectKnown, isInteger, type TokenizerOption } from "../../core/index.js";

/** How the results of one tool are cut, where that differs from the others. */
export interface ToolLimit
  extends Pick<
    CompressOptions,
    "maxTokens" | "rate" | "threshold" | "kind" | "form" | "marker" | "minRelevance" | "forcePhrases" | "dedupe"
  > {
  /** Results of at most so many tokens are left alone, an integer of at least 0. @default 0 */
  cutAbove?: number | undefined;
}

/** Which results are cut, and how far. `Request` is what the functions are given. */
export interface ToolLimits<Request> {
  /** Names of tools whose results are left alone. @default [] */
  exclude?: readonly string[] | undefined;
  /** By a tool's name: other limits, false to leave its results alone, or how to tell from the call. */
  byTool?:
    | { readonly [name: string]: ToolLimit | false | ((request: Request) => ToolLimit | false | undefined) }
    | undefined;
  /** Results of at most so many tokens are left alone, an integer of at least 0. @default 0 */
  cutAbove?: number | undefined;
  /**
   * Ceiling of all results of one step together, in tokens: each of its calls has the same share. Beside `maxTokens`
   * only. @default none
   */
  maxTokensPerStep?: number | undefined;
}

/** Names of the options of {@link ToolLimits}. */
export const TOOL_LIMIT_NAMES = ["exclude", "byTool", "cutAbove", "maxTokensPerStep"] as const;
const LIMIT: Record<keyof ToolLimit, true> = {
  maxTokens: true,
  rate: true,
  threshold: true,
  kind: true,
  form: true,
  marker: true,
  minRelevance: true,
  forcePhrases: true,
  dedupe: true,
  cutAbove: true,
};
/** A note with the id of the original, and as much of a result as says what it is. */
const LEAST_TOKENS_WITH_NOTE = 40;

type Settings = ToolLimit & ToolLimits<never> & { tokenizer?: TokenizerOption | undefined };

/** @throws InvalidOptionError */
export function checkToolLimits<Request>(options: Settings & ToolLimits<Request>, hasNote: boolean): void {
  const { exclude = [], byTool = {}, cutAbove = 0, maxTokensPerStep, maxTokens, rate, threshold } = options;
  const isNames = Array.isArray(exclude) && exclude.every((name) => typeof name === "string");
  expect(isNames, "exclude", "an array of tools' names", exclude);
  expect(isInteger(cutAbove, 0), "cutAbove", "an integer of at least 0", cutAbove);
  expect(typeof byTool === "object" && byTool !== null, "byTool", "an object by tools' names", byTool);
  const isBeside = maxTokensPerStep === undefined || (rate === undefined && threshold === undefined);
  expect(isBeside, "maxTokensPerStep", "beside `maxTokens` only", maxTokensPerStep);
  expect(
    maxTokensPerStep === undefined || isInteger(maxTokensPerStep, 1),
    "maxTokensPerStep",
    "an integer of at least 1",
    maxTokensPerStep,
  );
  expectRoom("maxTokens", maxTokens, hasNote && typeof options.tokenizer !== "function");
  for (const [name, limit] of Object.entries(byTool)) {
    if (limit === false || typeof limit === "function") continue;
    const option = `byTool.${name}`;
    expect(typeof limit === "object" && limit !== null, option, "an object, false or a function", limit);
    expectKnown(limit, Object.keys(LIMIT));
    const given = [limit.maxTokens, limit.rate, limit.threshold].filter((value) => value !== undefined);
    expect(given.length <= 1, option, "with one of `maxTokens`, `rate` and `threshold` at most", limit);
    expect(
      limit.maxTokens === undefined || isInteger(limit.maxTokens, 1),
      `${option}.maxTokens`,
      "an integer of at least 1",
      limit.maxTokens,
    );
    expectRoom(`${option}.maxTokens`, limit.maxTokens, hasNote && typeof options.tokenizer !== "function");
  }
}

function expectRoom(name: string, maxTokens: number | undefined, hasNote: boolean): void {
  const isRoomy = !hasNote || maxTokens === undefined || maxTokens >= LEAST_TOKENS_WITH_NOTE;
  expect(
    isRoomy,
    name,
    `at least ${LEAST_TOKENS_WITH_NOTE} beside \`readOriginal\`, whose note is part of it`,
    maxTokens,
  );
}

/**
 * The limits for one call's result: the tool's own over the common ones, and its share of the step's ceiling. False if
 * the result is left alone.
 *
 * @param calls Calls of the step.
 */
export function limitFor<Request>(
  options: ToolLimit & ToolLimits<Request>,
  tool: string,
  request: Request,
  calls: number,
): ToolLimit | false {
  const { exclude = [], byTool = {}, cutAbove, maxTokensPerStep, ...rest } = options;
  if (exclude.includes(tool)) return false;
  const own = Object.hasOwn(byTool, tool) ? byTool[tool] : undefined;
  const given = typeof own === "function" ? own(request) : own;
  if (given === false) return false;
  const hasOwn =
    given !== undefined && [given.maxTokens, given.rate, given.threshold].some((value) => value !== undefined);
  const common = hasOwn ? { ...rest, maxTokens: undefined, rate: undefined, threshold: undefined } : rest;
  const limit: ToolLimit = { ...common, cutAbove, ...given };
  if (maxTokensPerStep !== undefined && limit.rate === undefined && limit.threshold === undefined) {
    const share = Math.max(1, Math.floor(maxTokensPerStep / Math.max(1, calls)));
    limit.maxTokens = Math.min(limit.maxTokens ?? share, share);
  }
  const hasBudget = [limit.maxTokens, limit.rate, limit.threshold].some((value) => value !== undefined);
  return hasBudget && limit;
}
