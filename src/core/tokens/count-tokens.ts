import type { TokenizerOption } from "./counter.js";
import { resolveCounter } from "./resolve.js";

/**
 * Tokens of a text, counted as `compress` counts.
 *
 * @example
 * await countTokens("Hello, world", "cl100k_base"); // 3
 *
 * @param tokenizer Encoding name, folder with a `tokenizer.json`, or a function. @default "o200k_base"
 * @throws InvalidOptionError
 */
export async function countTokens(text: string, tokenizer?: TokenizerOption): Promise<number> {
  const counter = await resolveCounter(tokenizer);
  return counter.count(text);
}
