import { type CountFunction, resolveCounter, type TokenizerOption } from "../../core/index.js";
import type { TokenCounting } from "../history/types.js";

/** How a tokenizer that is not at hand is counted with: `o200k_base` times a factor, by the scripts of the text. */
interface Bound {
  name: RegExp;
  /** For texts in the Latin alphabet and code. */
  latin: number;
  /** For texts with letters of another script. */
  other: number;
}

/** Models whose encoding is at hand. */
const EXACT: readonly [name: RegExp, encoding: string][] = [
  [/^(?:chatgpt-|gpt-4o|gpt-4\.[1-9]|gpt-[5-9]|o[1-9]|gpt-oss)/u, "o200k_base"],
  [/^(?:gpt-4|gpt-3\.5|text-embedding-)/u, "cl100k_base"],
];

/**
 * The factors are above the largest that was measured, on prose in 14 languages, code, JSON, logs and chats, with a
 * published tokenizer of the family (Claude 2, Gemini 1, Llama 3, Qwen 3, Mistral 7B): 1.37 and 3.9, 1.2 and 1.3, 1.24
 * and 1.7, 1.26 and 3.3, 1.5 and 3.7. Claude's later tokenizers are not published: hence its wider margin.
 */
const BOUNDS: readonly Bound[] = [
  { name: /^(?:anthropic\.)?claude/u, latin: 1.75, other: 4.5 },
  { name: /^(?:gemini|gemma)/u, latin: 1.3, other: 1.6 },
  { name: /^(?:meta-)?llama-?[3-9]/u, latin: 1.35, other: 2 },
  { name: /^(?:qwen|qwq)/u, latin: 1.4, other: 3.6 },
  { name: /^(?:mistral|mixtral|ministral|codestral|magistral|devstral|pixtral)/u, latin: 1.6, other: 4 },
];
/** A model that nobody here knows. */
const UNKNOWN: Bound = { name: /^/u, latin: 1.75, other: 4.5 };
const BASE_ENCODING = "o200k_base";
const OTHER_SCRIPT = /[^\p{Script=Latin}\P{L}]/u;

/** A counter and what is to be said of it. */
export interface ModelTokenizer {
  tokenizer: TokenizerOption;
  counting: TokenCounting;
}

const bounded = new Map<Bound, CountFunction>();

/**
 * How the tokens of a model are counted: by its own encoding, or, where that is not at hand, by an upper bound that
 * `counting` states. A provider's prefix (`openai/`, `us.anthropic.`) does not matter.
 *
 * @example
 * const { tokenizer, counting } = tokenizerOfModel("claude-sonnet-4-5");
 */
export function tokenizerOfModel(model: string): ModelTokenizer {
  const name = bareName(model);
  const encoding = EXACT.find(([pattern]) => pattern.test(name))?.[1];
  if (encoding !== undefined) return { tokenizer: encoding, counting: { tokenizer: encoding, isExact: true } };
  const bound = BOUNDS.find((candidate) => candidate.name.test(name)) ?? UNKNOWN;
  const tokenizer = bounded.get(bound) ?? boundedCounter(bound);
  bounded.set(bound, tokenizer);
  const said = `${BASE_ENCODING} x ${bound.latin}, x ${bound.other} for a text with other than Latin letters`;
  return { tokenizer, counting: { tokenizer: BASE_ENCODING, isExact: false, bound: said } };
}

/** What is said of a tokenizer that the caller chose. */
export function countingOf(tokenizer: TokenizerOption | undefined): TokenCounting {
  return { tokenizer: typeof tokenizer === "function" ? "custom" : (tokenizer ?? BASE_ENCODING), isExact: true };
}

/** A model's name without its provider: `us.anthropic.claude-x` and `openai/gpt-5` as `claude-x` and `gpt-5`. */
export function bareName(model: string): string {
  const last = model
    .toLowerCase()
    .split(/[/:]/u)
    .find((part) => (/[a-z]/u.test(part) && /\d/u.test(part)) || /claude|gemini|mistral/u.test(part));
  return (last ?? model.toLowerCase()).replace(
    /^(?:[a-z]{2,6}\.)?(?:anthropic|meta|mistral|openai|qwen|google)\./u,
    "",
  );
}

function boundedCounter({ latin, other }: Bound): CountFunction {
  return async (text) => {
    const counter = await resolveCounter(BASE_ENCODING);
    return Math.ceil((await counter.count(text)) * (OTHER_SCRIPT.test(text) ? other : latin));
  };
}
