import { expectHistory } from "../agents/history/options.js";
import type { SieveHistoryOptions } from "../agents/history/sieve-history.js";
import { splitSieveOptions } from "../agents/sieve-source.js";
import { countTokens } from "../core/index.js";
import { type AISDKMessage, sieveAISDKMessages } from "./messages.js";

/** What the middleware reads of a call: the system prompt is the first message of the prompt. */
export interface ModelCall {
  prompt: readonly AISDKMessage[];
  tools?: readonly unknown[] | undefined;
  abortSignal?: AbortSignal | undefined;
}

/** A middleware for `wrapLanguageModel` of the AI SDK 5, 6 and 7, by what those packages ask for. */
export interface SieveModelMiddleware<Version extends "v3" | "v4" = "v4"> {
  /** The SDK reads it in types only. */
  readonly specificationVersion: Version;
  transformParams<Call extends object>(options: { params: Call }): Promise<Call>;
}

/**
 * Holds what a language model is sent under a ceiling, at each step: system prompt, messages, tool calls and results. The
 * definitions of tools count too. It starts from all messages every time, so what it left out is not lost.
 *
 * @example
 * const model = wrapLanguageModel({ model: openai("gpt-5"), middleware: sieveModelMiddleware({ maxTokens: 60_000 }) });
 *
 * @throws InvalidOptionError
 */
export function sieveModelMiddleware<Version extends "v3" | "v4" = "v4">(
  options: Omit<SieveHistoryOptions<AISDKMessage>, "signal">,
): SieveModelMiddleware<Version> {
  const { openSieve, rest } = splitSieveOptions(options as SieveHistoryOptions<AISDKMessage>);
  expectHistory(rest);
  return {
    specificationVersion: "v4" as Version,
    async transformParams({ params }) {
      const { prompt, tools = [], abortSignal } = params as ModelCall;
      const definitions = tools.length === 0 ? 0 : await countTokens(JSON.stringify(tools), rest.tokenizer);
      const kept = await sieveAISDKMessages(prompt, {
        ...rest,
        reservedTokens: (rest.reservedTokens ?? 0) + definitions,
        sieve: await openSieve(),
        signal: abortSignal,
      });
      return { ...params, prompt: kept };
    },
  };
}
