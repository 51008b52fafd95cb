import { BudgetError, expect, InvalidOptionError } from "../core/index.js";

/** What happens if the sieve fails: the model sees everything uncut, or the run ends with the error. */
export type OnError = "uncut" | "throw";

/** What a sieve gives, or what there was uncut if it fails. */
export type OrUncut = <Value>(
  uncut: Value,
  signal: AbortSignal | undefined,
  sieved: () => Promise<Value>,
) => Promise<Value>;

/** Lets wrong options, budgets that cannot be held and aborted runs through in any case. @throws InvalidOptionError */
export function orUncutOn(onError: OnError): OrUncut {
  expect(onError === "uncut" || onError === "throw", "onError", '"uncut" or "throw"', onError);
  return async (uncut, signal, sieved) => {
    try {
      return await sieved();
    } catch (error) {
      const isMeant = signal?.aborted || error instanceof InvalidOptionError || error instanceof BudgetError;
      if (isMeant || onError === "throw") throw error;
      return uncut;
    }
  };
}
