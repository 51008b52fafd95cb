import { type CompressOptions, expect, type MethodName, type Sieve } from "../../core/index.js";
import { queryOf, questionsOf, type Situation } from "../question.js";
import { checkCompressSettings } from "../sieve-source.js";
import { type CutResult, cutResult } from "./cut-result.js";
import { READ_ORIGINAL } from "./read-original.js";
import type { Shelf } from "./shelf.js";
import { checkToolLimits, limitFor, type ToolLimit, type ToolLimits } from "./tool-limits.js";

/** A call whose result is cut: what its question is told from. */
export interface ResultCall extends Situation {
  call: { name: string; args: unknown };
  /** What the model said that it needs of the result. */
  focus?: string | undefined;
}

/** How the results of tools are cut. One of `maxTokens`, `rate` and `threshold`, or limits by tool. */
export interface ResultSieveOptions
  extends ToolLimit,
    ToolLimits<ResultCall>,
    Pick<CompressOptions, "tokenizer" | "separator"> {
  /**
   * What an agent needs of a result.
   * @default what the model said beside the call, what the user said last, and the call itself; where the model gave a
   * `focus`, that alone counts
   */
  query?: ((call: ResultCall) => string | readonly string[] | undefined) | undefined;
  /** What is done where the sieve fails: the result comes uncut, or the error is thrown. @default "uncut" */
  onError?: "uncut" | "throw" | undefined;
}

/** Names of the options of {@link ResultSieveOptions}. */
export const RESULT_SIEVE_NAMES = [
  ...["maxTokens", "rate", "threshold", "kind", "form", "marker", "minRelevance", "forcePhrases", "dedupe"],
  ...["exclude", "byTool", "cutAbove", "maxTokensPerStep", "tokenizer", "separator", "query", "onError"],
] as const;

/** Where results are cut, and where their originals go. */
export interface ResultPlace {
  /** Where originals are kept. Without one nothing is kept, and no note says where the rest is. */
  shelf?: Shelf | undefined;
  /** Calls of the step that the result belongs to. @default 1 */
  calls?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Says in markers and notes what is left out: not in data that has to keep to a schema. @default true */
  isMarked?: boolean | undefined;
}

/** Cuts the texts of a result. Undefined if they stay as they are. */
export type CutResultTexts = (
  sources: readonly string[],
  call: ResultCall,
  place: ResultPlace,
) => Promise<CutResult | undefined>;

/**
 * Makes the function that cuts the texts of tool results, for every framework alike.
 *
 * @param parts `canRead`: whether the model has `read_original`, and is told so; `method`: of the sieve that is opened.
 *
 * @throws InvalidOptionError
 */
export function resultSieve(
  openSieve: () => Promise<Sieve>,
  options: ResultSieveOptions,
  { canRead, method }: { canRead: () => boolean; method: MethodName },
): CutResultTexts {
  checkResultSieve(options, canRead(), method);
  const { query, onError = "uncut", ...limits } = options;
  const { tokenizer, separator } = limits;

  const cut: CutResultTexts = async (sources, call, { shelf, calls = 1, signal, isMarked }) => {
    const limit = limitFor(limits, call.call.name, call, calls);
    if (limit === false || call.call.name === READ_ORIGINAL) return undefined;
    // What the model itself says that it needs is not to be watered down.
    const question = queryOf(call.focus ?? query?.(call) ?? questionsOf(call));
    const settings = { ...limit, tokenizer, separator };
    const hasNote = shelf !== undefined && canRead();
    const result = await cutResult({ sources, settings, question, openSieve, signal, hasNote, isMarked });
    if (result === undefined || shelf === undefined)
      return result && { ...result, facts: { ...result.facts, originals: [] } };
    for (const source of result.lost) shelf.keep(source);
    return result;
  };
  return async (sources, call, place) => {
    try {
      return await cut(sources, call, place);
    } catch (error) {
      place.signal?.throwIfAborted();
      if (onError === "throw") throw error;
      return undefined;
    }
  };
}

/** @throws InvalidOptionError */
function checkResultSieve(options: ResultSieveOptions, canRead: boolean, method: MethodName): void {
  const { query, onError = "uncut", exclude, byTool, cutAbove, maxTokensPerStep, ...settings } = options;
  expect(query === undefined || typeof query === "function", "query", "a function", query);
  expect(onError === "uncut" || onError === "throw", "onError", '"uncut" or "throw"', onError);
  checkToolLimits(options, canRead);
  const hasBudget = [settings.maxTokens, settings.rate, settings.threshold].some((value) => value !== undefined);
  const hasOther = byTool !== undefined || maxTokensPerStep !== undefined;
  checkCompressSettings(hasOther && !hasBudget ? { ...settings, rate: 1 } : settings, method);
}
