import { type CompressOptions, countTokens, expect, type MethodName, type Sieve } from "../../core/index.js";
import { queryOf, questionsOf, type Situation } from "../question.js";
import { checkCompressSettings } from "../sieve-source.js";
import { type CutRequest, cutTexts, type LeftText, targetOf, toolDefaults } from "./cut-texts.js";
import { cutLongStrings, type StringSettings } from "./long-strings.js";
import { noteFormOf, withNote } from "./note.js";
import { READ_ORIGINAL } from "./read-original.js";
import { withSalient } from "./salient.js";
import { originalId, type Shelf } from "./shelf.js";
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

/** What a cut result says of itself. */
export interface SievedResult {
  /** Tokens of the texts, notes included. */
  tokens: number;
  originalTokens: number;
  /** Ids of the originals of the texts that lost something. */
  originals: string[];
}

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

/** The texts of a result as they are left. */
export interface CutResult {
  texts: readonly LeftText[];
  facts: SievedResult;
}

/** Cuts the texts of a result. Undefined if they stay as they are. */
export type CutResultTexts = (
  sources: readonly string[],
  call: ResultCall,
  place: ResultPlace,
) => Promise<CutResult | undefined>;

const DEFAULT_SEPARATOR = "\n\n";

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
  const { tokenizer, separator = DEFAULT_SEPARATOR } = limits;

  const cut: CutResultTexts = async (sources, call, { shelf, calls = 1, signal, isMarked = true }) => {
    const limit = limitFor(limits, call.call.name, call, calls);
    if (limit === false || call.call.name === READ_ORIGINAL || sources.every((text) => text.trim() === ""))
      return undefined;
    const { cutAbove = 0, ...settings } = limit;
    const whole = await countTokens(sources.join(separator), tokenizer);
    if (whole <= Math.max(cutAbove, settings.maxTokens ?? 0)) return undefined;
    // What the model itself says that it needs is not to be watered down.
    const question = queryOf(call.focus ?? query?.(call) ?? questionsOf(call));
    const hasNote = shelf !== undefined && canRead();
    const noteOf = hasNote
      ? (source: string) => `shortened; in full: ${READ_ORIGINAL} ${originalId(source)}`
      : undefined;
    const sieve = await openSieve();
    const given = { ...toolDefaults(sieve), ...settings, ...(isMarked ? {} : { marker: false }), tokenizer, separator };
    const compress: CutRequest["compress"] = async (target, template) => {
      const ours = { ...given, ...target, query: question, signal };
      const inData = await cutInData(sources, ours, noteOf, sieve);
      if (inData !== undefined) return new Map([[0, { text: inData, lossless: false }]]);
      const { documents } = await sieve.compress({ ...ours, template, documents: sources });
      const kept = new Map(documents.map((document) => [document.index, document]));
      return isMarked ? withSalient({ sources, kept, target, noteOf }, ours, sieve) : kept;
    };
    const texts = await cutTexts({ sources, target: targetOf(settings), tokenizer, separator, noteOf, compress });
    if (sources.every((source, index) => texts[index]?.text === source)) return undefined;
    const facts: SievedResult = { tokens: 0, originalTokens: 0, originals: [] };
    for (const [index, source] of sources.entries()) {
      const { text, lossless } = texts[index] as LeftText;
      facts.tokens += await countTokens(text, tokenizer);
      facts.originalTokens += await countTokens(source, tokenizer);
      if (!lossless && shelf !== undefined) facts.originals.push(shelf.keep(source));
    }
    return { texts, facts };
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

/** What is left of data that is long for its texts: those are cut, with room for the note. */
async function cutInData(
  sources: readonly string[],
  settings: StringSettings & { maxTokens?: number | undefined },
  noteOf: CutRequest["noteOf"],
  sieve: Sieve,
): Promise<string | undefined> {
  const [source = ""] = sources;
  const { maxTokens, tokenizer } = settings;
  if (sources.length !== 1 || maxTokens === undefined) return undefined;
  const note = noteOf ? await countTokens(withNote("{}", noteOf(source), noteFormOf(source)), tokenizer) : 0;
  return cutLongStrings(source, { ...settings, maxTokens: Math.max(1, maxTokens - note) }, sieve);
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
