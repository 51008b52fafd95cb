import { InvalidOptionError } from "../../errors.js";
import { renderWords } from "../render-words.js";
import type { Llmlingua2Options } from "./options.js";
import { compressLlmlingua2 } from "./rules.js";
import { isLeftWhole, type Segment } from "./segments.js";
import type { Llmlingua2Context, Llmlingua2Model } from "./types.js";

/** Any JSON value. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** How one pair of a JSON object is compressed (the reference's `json_config`). */
export interface JsonPairOptions {
  /** Share of the tokens of its texts to keep, in (0, 1]. @default the call's own */
  rate?: number | undefined;
  /** False for a pair that stays as it is. @default true */
  compress?: boolean | undefined;
  /** True if the whole pair may go, by the key-value filter. @default false */
  pairRemove?: boolean | undefined;
}

/** Options of the published rules for a JSON object. */
export interface JsonOptions extends Omit<Llmlingua2Options, "useContextLevelFilter" | "forceContextIds"> {
  /** How each pair is compressed, by its key; pairs without an entry get the call's options. @default {} */
  pairs?: { readonly [key: string]: JsonPairOptions } | undefined;
  /** Drop whole pairs by the mean keep probability of their texts, if `pairRemove` allows it. @default false */
  useKeyvalueLevelFilter?: boolean | undefined;
  /** Stops the call with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** A text inside a pair's value, and its place in the pair's context. */
interface Leaf {
  path: (string | number)[];
  segment: Segment;
}

/**
 * Compresses the texts inside a JSON object and leaves its shape (`compress_json`): what comes out is valid
 * JSON with the same types, at any rate. Numbers, booleans and null stay; the reference, which compresses
 * JSON as text, loses brackets and quotes with LLMLingua-2 and fails to read its own output.
 *
 * @throws InvalidOptionError
 */
export async function compressJson(
  data: { readonly [key: string]: JsonValue },
  { pairs: pairOptions = {}, useKeyvalueLevelFilter = false, signal, ...options }: JsonOptions,
  model: Llmlingua2Model,
): Promise<{ [key: string]: JsonValue }> {
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw new InvalidOptionError("Expected `data` to be an object, got another kind of JSON value.");
  }
  checkDepth(data);
  checkPairs(data, pairOptions);
  const pairs = Object.entries(data).map(([key, value]) => readPair(key, value, pairOptions[key] ?? {}));
  const forced = pairs.flatMap(({ mayGo }, index) => (mayGo ? [] : [index]));
  const { contexts, rate } = await compressLlmlingua2(
    pairs.map(({ text }) => text),
    { ...options, useContextLevelFilter: useKeyvalueLevelFilter, forceContextIds: forced },
    model,
    signal,
    pairs.map(({ segments }) => segments),
  );
  const kept = pairs.flatMap(({ key, value, text, leaves }, index) => {
    const context = contexts[index] as Llmlingua2Context;
    if (!context.kept) return [];
    return [[key, rebuild(value, leaves, text, context, rate)] as const];
  });
  return Object.fromEntries(kept);
}

interface Pair {
  key: string;
  value: JsonValue;
  /** The key and the texts of the value, line by line: what the model reads. */
  text: string;
  segments: Segment[];
  leaves: Leaf[];
  mayGo: boolean;
}

function readPair(key: string, value: JsonValue, { rate, compress = true, pairRemove = false }: JsonPairOptions): Pair {
  const pair: Pair = { key, value, text: `${key}: `, segments: [], leaves: [], mayGo: pairRemove };
  pair.segments.push({ start: 0, end: pair.text.length, compress: false });
  for (const { path, text } of textsOf(value, [])) {
    const start = pair.text.length;
    const segment = { start, end: start + text.length, compress, rate };
    pair.text += `${text}\n`;
    pair.segments.push(segment, { start: segment.end, end: segment.end + 1, compress: false });
    pair.leaves.push({ path, segment });
  }
  return pair;
}

function textsOf(value: JsonValue, path: (string | number)[]): { path: (string | number)[]; text: string }[] {
  if (typeof value === "string") return value === "" ? [] : [{ path, text: value }];
  if (typeof value !== "object" || value === null) return [];
  const entries = Array.isArray(value) ? value.map((item, index) => [index, item] as const) : Object.entries(value);
  return entries.flatMap(([key, item]) => textsOf(item, [...path, key]));
}

function rebuild(
  value: JsonValue,
  leaves: readonly Leaf[],
  text: string,
  { words }: Llmlingua2Context,
  rate: number,
): JsonValue {
  const rebuilt = { value: structuredClone(value) };
  for (const { path, segment } of leaves) {
    if (isLeftWhole(segment, rate)) continue;
    const kept = words.filter((word) => word.kept && word.start >= segment.start && word.start < segment.end);
    const inside = kept.map(({ start, end }) => ({ start, end: Math.min(end, segment.end) }));
    set(rebuilt, ["value", ...path], renderWords(text, inside).text);
  }
  return rebuilt.value;
}

function set(target: unknown, path: readonly (string | number)[], text: string): void {
  const holder = path.slice(0, -1).reduce((inner, key) => (inner as Record<string | number, unknown>)[key], target);
  (holder as Record<string | number, unknown>)[path.at(-1) as string | number] = text;
}

/** Values nested deeper than this are refused: no JSON in use is, and each level takes a frame of the stack. */
const MOST_LEVELS = 500;

/** @throws InvalidOptionError If the data goes too deep: a cycle has no end. */
function checkDepth(data: object): void {
  let level: object[] = [data];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS) {
      throw new InvalidOptionError(`Expected \`data\` to be at most ${MOST_LEVELS} levels deep, got more, or a cycle.`);
    }
    const inner = level.flatMap((value) => Object.values(value) as unknown[]);
    // A cycle that branches grows without end: each value is looked at once a level.
    level = [...new Set(inner.filter((value): value is object => typeof value === "object" && value !== null))];
  }
}

function checkPairs(data: object, pairs: { readonly [key: string]: JsonPairOptions }): void {
  for (const [key, { rate }] of Object.entries(pairs)) {
    if (!Object.hasOwn(data, key)) {
      throw new InvalidOptionError(`Expected the keys of \`pairs\` to be keys of the data, got \`${key}\`.`);
    }
    if (rate !== undefined && !(rate > 0 && rate <= 1)) {
      throw new InvalidOptionError(`Expected \`rate\` of \`${key}\` to be in (0, 1], got \`${rate}\`.`);
    }
  }
}
