import { InvalidOptionError } from "../errors.js";
import { untilAborted } from "../runtime/until-aborted.js";
import type { CountFunction, TokenCounter } from "./counter.js";

/**
 * A counter around the caller's own function. Nothing of it is trusted: each answer is checked, and what it
 * throws or rejects with comes back as an InvalidOptionError with that as its cause.
 *
 * @param signal Ends the wait for an answer with its reason.
 */
export function callbackCounter(countTokens: CountFunction, signal?: AbortSignal): TokenCounter {
  return {
    name: "custom",
    incremental: false,
    count(text) {
      let answer: number | Promise<number>;
      try {
        answer = countTokens(text);
      } catch (error) {
        throw failed(error);
      }
      return isThenable(answer) ? untilAborted(checkedLater(answer), signal) : checked(answer);
    },
  };
}

async function checkedLater(answer: PromiseLike<unknown>): Promise<number> {
  let settled: unknown;
  try {
    settled = await answer;
  } catch (error) {
    throw failed(error);
  }
  return checked(settled);
}

function checked(answer: unknown): number {
  if (typeof answer === "number" && Number.isFinite(answer) && answer >= 0) return answer;
  throw new InvalidOptionError(
    `Expected \`tokenizer\` to return a finite number of at least 0, got \`${describe(answer)}\`.`,
  );
}

function failed(error: unknown): InvalidOptionError {
  return new InvalidOptionError(`Expected \`tokenizer\` to count a text, but it failed: ${reasonOf(error)}`, {
    cause: error,
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : describe(error);
}

function isThenable(answer: unknown): answer is PromiseLike<unknown> {
  return typeof answer === "object" && answer !== null && "then" in answer && typeof answer.then === "function";
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function" || (typeof value === "object" && value !== null)) return typeof value;
  return String(value);
}
