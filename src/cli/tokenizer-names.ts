import { existsSync } from "node:fs";
import { join } from "node:path";
import { InvalidOptionError } from "../core/index.js";

/** Encodings that the library counts by name. */
export const ENCODINGS = [
  "o200k_base",
  "o200k_harmony",
  "cl100k_base",
  "p50k_base",
  "p50k_edit",
  "r50k_base",
  "gpt2",
] as const;

/** Models by the beginning of their names, the first row that fits; as OpenAI's tiktoken has them. */
const MODELS: readonly [name: RegExp, encoding: (typeof ENCODINGS)[number]][] = [
  [/^gpt-oss/u, "o200k_harmony"],
  [/^(?:gpt-5|gpt-4\.[15]|gpt-4o|chatgpt-4o|o[134](?:-|$))/u, "o200k_base"],
  [/^(?:gpt-4|gpt-3\.5|gpt-35|text-embedding-3-|text-embedding-ada-002|davinci-002|babbage-002)/u, "cl100k_base"],
  [/^(?:text-davinci-00[23]|code-davinci|code-cushman)/u, "p50k_base"],
  [/^gpt-2$/u, "gpt2"],
];

/** Models whose tokenizer has no name here, and what to do for each. */
const ADVICE: readonly [name: RegExp, advice: string][] = [
  [
    /^(?:anthropic[/.])?claude/u,
    "Anthropic publishes no tokenizer for Claude: count with o200k_base, and set the ceiling a third lower.",
  ],
  [
    /^(?:google\/)?(?:gemini|gemma)/u,
    "Gemini counts as Gemma does: give a folder that holds Gemma's tokenizer.json, or count with o200k_base and set the ceiling a tenth lower.",
  ],
  [
    /^(?:meta-)?(?:llama|mistral|mixtral|qwen|deepseek|phi|grok|command)/u,
    "give a folder that holds the model's tokenizer.json, as its repository on the Hub has it.",
  ],
];

/**
 * What the library calls the tokenizer that a user named: an encoding, a model (`gpt-4o`), or a folder.
 *
 * @throws InvalidOptionError Saying what to use instead.
 */
export function tokenizerName(given: string): string {
  const name = given.toLowerCase().replace(/^openai\//u, "");
  const known = ENCODINGS.find((encoding) => encoding === name);
  if (known !== undefined) return known;
  const model = MODELS.find(([pattern]) => pattern.test(name));
  if (model !== undefined) return model[1];
  if (existsSync(join(given, "tokenizer.json"))) return given;
  const advice = ADVICE.find(([pattern]) => pattern.test(name))?.[1];
  throw new InvalidOptionError(
    advice === undefined
      ? `Expected --tokenizer to be one of ${ENCODINGS.join(", ")}, a model such as gpt-4o, or a folder that holds a tokenizer.json, got \`${given}\`.`
      : `Expected --tokenizer to be a tokenizer that is published by name, got \`${given}\`: ${advice}`,
  );
}
