/** What a server has shown of itself lately: whether it is worth asking, and asking again. */
export interface ServerHealth {
  /**
   * How long it is to be left alone, in milliseconds; 0 if it may be asked now. After such a time, one request may try
   * it, and the others wait for how that goes.
   */
  admit(): number;
  /** Whether a request that failed may be tried again: all requests have one supply of further attempts. */
  mayRetry(): boolean;
  /** A request had an answer, be it a refusal. */
  answered(): void;
  /** A request was given up. */
  failed(): void;
  /** A request was called back: nothing is known from it. */
  left(): void;
}

/** So many requests in a row are given up before the server is left alone. */
const FAILURES_IN_A_ROW = 4;
/** How long it is left alone first, doubled with each failure after that. */
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 30_000;

/**
 * A breaker and a supply of retries for one server, since callers who all try again are what keeps a server down.
 *
 * @param supply Further attempts of all requests together; each answer gives one back.
 */
export function watchHealth(supply: number, now: () => number = () => performance.now()): ServerHealth {
  let left = supply;
  let failures = 0;
  let restUntil = 0;
  let isTrying = false;

  return {
    admit() {
      if (failures < FAILURES_IN_A_ROW) return 0;
      const rest = restUntil - now();
      if (rest > 0) return rest;
      if (isTrying) return FIRST_REST_MS;
      isTrying = true;
      return 0;
    },
    mayRetry() {
      if (left < 1) return false;
      left -= 1;
      return true;
    },
    answered() {
      failures = 0;
      isTrying = false;
      left = Math.min(supply, left + 1);
    },
    failed() {
      failures += 1;
      isTrying = false;
      const doublings = failures - FAILURES_IN_A_ROW;
      if (doublings >= 0) restUntil = now() + Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** doublings);
    },
    left() {
      isTrying = false;
    },
  };
}
