import { BudgetError } from "../errors.js";

/** What can be taken away to come under a ceiling. */
export interface CeilingRequest<Item> {
  /** What may go, in order of appearance: the least probable first, of equals the last. */
  items: readonly Item[];
  /** Tokens of what is left without some of the items. */
  count(removed: ReadonlySet<Item>): number | Promise<number>;
  maxTokens: number;
}

/** Counts after which the search for the exact border ends: then whatever fits is taken. */
const MAX_COUNTS = 24;

/**
 * The hard ceiling that the published rule lacks: takes away the least probable things, as few as bring the
 * count under the ceiling. Tokens do not add up, so each step counts what would be returned.
 *
 * @returns What was taken away.
 * @throws BudgetError If nothing is left to take away.
 */
export async function trimToCeiling<Item extends { keep: number }>({
  items,
  count,
  maxTokens,
}: CeilingRequest<Item>): Promise<ReadonlySet<Item>> {
  let tokens = await count(new Set());
  if (tokens <= maxTokens) return new Set();
  const order = items
    .map((item, place) => ({ item, place }))
    .sort((a, b) => a.item.keep - b.item.keep || b.place - a.place)
    .map(({ item }) => item);
  const without = (amount: number): Set<Item> => new Set(order.slice(0, amount));
  let low = 0;
  let lowTokens = tokens;
  let high = order.length;
  let highTokens = await count(without(high));
  if (highTokens > maxTokens) throw new BudgetError(highTokens, maxTokens);
  // Between a count that is too high and one that fits, the border is guessed by proportion, then halved.
  for (let counts = 2; high - low > 1 && counts < MAX_COUNTS; counts += 1) {
    const share = counts % 2 === 0 ? (lowTokens - maxTokens) / Math.max(1, lowTokens - highTokens) : 0.5;
    const middle = Math.min(high - 1, Math.max(low + 1, low + Math.round((high - low) * share)));
    tokens = await count(without(middle));
    if (tokens <= maxTokens) {
      high = middle;
      highTokens = tokens;
    } else {
      low = middle;
      lowTokens = tokens;
    }
  }
  // A caller's counter may answer differently each time: count the returned text again, and trim more if it is over.
  for (tokens = await count(without(high)); tokens > maxTokens; tokens = await count(without(high))) {
    if (high === order.length) throw new BudgetError(tokens, maxTokens);
    high = Math.min(order.length, high + Math.max(1, Math.ceil((order.length - high) / 4)));
  }
  return without(high);
}
