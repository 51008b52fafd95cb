import { type CheckedRequest, checkPhrases, checkRequest } from "../../options/compress-options.js";
import { expect } from "../../options/expect.js";
import {
  LLMLINGUA2_OPTION_NAMES,
  type Llmlingua2CompressOptions,
  type Llmlingua2Options,
  resolveLlmlingua2Options,
} from "./options.js";

/** What is to be done: the request as every method has it, and the published method's own options. */
export interface Llmlingua2Request extends CheckedRequest {
  /**
   * `hard` trims what the published rule keeps to the budget, least probable words first; `reference` leaves
   * it as published, over the budget by what the rule overshoots.
   */
  ceiling: "hard" | "reference";
  /** `rate` and `maxTokens` come from the request's target. */
  llmlingua2: Omit<Llmlingua2Options, "rate" | "maxTokens">;
}

/**
 * Checks a call of the published method.
 *
 * @throws InvalidOptionError Naming the option, what was expected, and what came.
 */
export function checkLlmlingua2Request(options: Llmlingua2CompressOptions): Llmlingua2Request {
  expect(typeof options === "object" && options !== null, "options", "an object", options);
  const { ceiling = "hard", forceTokens = [] } = options;
  expect(ceiling === "hard" || ceiling === "reference", "ceiling", '"hard" or "reference"', ceiling);
  const isOwn = ([name]: [string, unknown]) => LLMLINGUA2_OPTION_NAMES.includes(name);
  const entries = Object.entries(options);
  const request = checkRequest(Object.fromEntries(entries.filter((entry) => !isOwn(entry))) as never);
  const { ceiling: _, ...own } = Object.fromEntries(entries.filter(isOwn)) as Partial<Llmlingua2CompressOptions>;
  const forced = [...request.phrases, ...checkPhrases("forceTokens", forceTokens)];
  const llmlingua2: Llmlingua2Request["llmlingua2"] = { ...own, forceTokens: forced.length > 0 ? forced : undefined };
  resolveLlmlingua2Options(llmlingua2);
  return { ...request, ceiling, llmlingua2 };
}
