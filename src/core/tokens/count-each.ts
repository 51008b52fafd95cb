import { yieldToEventLoop } from "../runtime/event-loop.js";
import { mapBounded } from "../runtime/map-bounded.js";
import type { TokenCounter } from "./counter.js";
import { textCounter } from "./text-counter.js";

/** Calls of a caller's own function that may be under way at once. */
const MOST_AT_ONCE = 8;

/**
 * Tokens of each text. A caller's own function may be a service that takes its time: it is asked for several at once.
 *
 * @throws InvalidOptionError, or the signal's reason
 */
export async function countEach(
  counter: TokenCounter,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<number[]> {
  const { count } = textCounter(counter);
  if (counter.incremental) {
    const tokens: number[] = [];
    for (const text of texts) {
      const counted = count(text);
      tokens.push(typeof counted === "number" ? counted : await counted);
      const turn = yieldToEventLoop();
      if (turn) await turn;
      signal?.throwIfAborted();
    }
    return tokens;
  }
  return mapBounded(texts, MOST_AT_ONCE, async (text) => {
    const tokens = await count(text);
    signal?.throwIfAborted();
    await yieldToEventLoop();
    return tokens;
  });
}
