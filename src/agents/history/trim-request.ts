import type { CountFunction, Sieve } from "../../core/index.js";
import type { MessageCost } from "./costs.js";
import type { CheckedHistory } from "./options.js";
import type { HistoryNote, MessageFate, NeutralMessage } from "./types.js";

/** A history that passed its ceiling. */
export interface TrimRequest {
  /** The messages so far. */
  messages: readonly NeutralMessage[];
  costs: readonly MessageCost[];
  /** As earlier trims left them. */
  fates: readonly MessageFate[];
  /** Notes of earlier trims and of calls without a result. */
  notes: readonly HistoryNote[];
  options: Omit<CheckedHistory<never>, "query" | "pinned">;
  /** Whether a message must stay whole. */
  isPinned: (index: number) => boolean;
  /** The question of the moment, weightiest part first. */
  query: readonly string[];
  sieve: Pick<Sieve, "compress">;
  count: CountFunction;
  /** Id under which `read_original` finds a text; undefined if there is no such tool. */
  originalId: ((text: string) => string) | undefined;
}
