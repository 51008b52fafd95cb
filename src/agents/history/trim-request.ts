import type { CountFunction, Sieve } from "../../core/index.js";
import type { MessageCost } from "./costs.js";
import type { CheckedHistory } from "./options.js";
import type { MessageFate, NeutralMessage } from "./types.js";

/** A history that passed its ceiling. */
export interface TrimRequest {
  /** The messages so far. */
  messages: readonly NeutralMessage[];
  costs: readonly MessageCost[];
  /** As earlier trims left them. */
  fates: readonly MessageFate[];
  options: CheckedHistory;
  /** The question of the moment. */
  query: CheckedHistory["query"];
  sieve: Pick<Sieve, "compress">;
  count: CountFunction;
}
