import type { Sieve } from "../../core/index.js";
import type { MessageCost } from "./costs.js";
import type { HistoryNote, MessageFate } from "./types.js";

/** How far a history was followed. */
export interface HistoryState {
  costs: readonly MessageCost[];
  fates: readonly MessageFate[];
  notes: readonly HistoryNote[];
  tokens: number;
}

/** Histories remembered for each sieve. One that was forgotten is followed again from its start, to the same end. */
const MOST_HISTORIES = 200;

const states = new WeakMap<Sieve, Map<string, HistoryState>>();

/** The state after the longest prefix that is remembered. `keys[n]` stands for the first n + 1 messages. */
export function remembered(sieve: Sieve, keys: readonly string[]): HistoryState | undefined {
  const known = states.get(sieve);
  const key = keys.findLast((candidate) => known?.has(candidate));
  return key === undefined ? undefined : known?.get(key);
}

/** Remembers the state after the last of `keys`; the longest unused one goes. */
export function remember(sieve: Sieve, keys: readonly string[], state: HistoryState): void {
  const key = keys.at(-1);
  if (key === undefined) return;
  const known = states.get(sieve) ?? new Map<string, HistoryState>();
  states.set(sieve, known);
  known.delete(key);
  known.set(key, state);
  for (const oldest of known.keys()) {
    if (known.size <= MOST_HISTORIES) break;
    known.delete(oldest);
  }
}
