import { InvalidOptionError } from "../../core/index.js";
import { bareName } from "./tokenizers.js";

/** Tokens that models take in, by the beginning of their names: the first that matches. As published, 2026-11. */
const WINDOWS: readonly [name: RegExp, tokens: number][] = [
  [/^gpt-4\.1/u, 1_047_576],
  [/^gpt-5(?:\.[0-9])?-chat/u, 128_000],
  [/^gpt-5/u, 272_000],
  [/^gpt-4o|^gpt-4-turbo|^chatgpt-|^o1-(?:mini|preview)|^gpt-oss/u, 128_000],
  [/^o[1-9]/u, 200_000],
  [/^gpt-4-32k/u, 32_768],
  [/^gpt-4/u, 8192],
  [/^gpt-3\.5/u, 16_385],
  [/^claude/u, 200_000],
  [/^gemini-1\.5-pro/u, 2_097_152],
  [/^gemini/u, 1_048_576],
  [/^llama-?3\.[1-3]|^(?:meta-)?llama-3\.[1-3]/u, 131_072],
  [/^(?:meta-)?llama-?3/u, 8192],
  [/^qwen-?2\.5|^qwen-?3/u, 32_768],
  [/^mistral-(?:large|small|medium)|^codestral|^ministral|^devstral|^magistral/u, 128_000],
];

/** Where a model's window is looked for. */
export interface WindowSource {
  /** Name of the model. */
  model?: string | undefined;
  /** As the model's profile says. */
  window?: number | undefined;
}

/**
 * A ceiling in tokens: as it is, or a share (under 1) of the model's window.
 *
 * @throws InvalidOptionError if the window is known neither by the profile nor by the model's name
 */
export function tokensOfShare(maxTokens: number, { model, window }: WindowSource): number {
  if (maxTokens >= 1) return maxTokens;
  const tokens = window ?? windowOfModel(model);
  if (tokens !== undefined) return Math.max(1, Math.floor(maxTokens * tokens));
  const missing = model === undefined ? "there is no `targetModel`" : `the window of \`${model}\` is not known`;
  throw new InvalidOptionError(
    `Expected a model with a known window for \`maxTokens\` = ${maxTokens}, a share of it, but ${missing}: give \`contextWindow\`, or \`maxTokens\` in tokens.`,
  );
}

function windowOfModel(model: string | undefined): number | undefined {
  if (model === undefined) return undefined;
  const name = bareName(model);
  return WINDOWS.find(([pattern]) => pattern.test(name))?.[1];
}
