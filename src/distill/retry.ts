import { pause } from "../core/runtime/pause.js";
import { TeacherError } from "./teacher-error.js";

export interface RetryOptions {
  /** Attempts after the first, 0 or more. */
  retries: number;
  /** Wait before the first retry, in milliseconds; doubled each time, with up to a quarter of chance on top. */
  backoffMs: number;
  /** The longest wait, in milliseconds, whatever the server asks for. */
  maxBackoffMs: number;
  /** Ends a wait at once. */
  signal: AbortSignal;
}

/**
 * Calls `attempt` until it succeeds. A {@link TeacherError} is tried again only where it says so; of any
 * other error, a foreign library's, nothing is known and it is tried again too.
 */
export async function withRetries<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    options.signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      options.signal.throwIfAborted();
      const known = error instanceof TeacherError ? error : undefined;
      if (failures >= options.retries || (known && !known.retryable)) throw error;
      const backoffMs = options.backoffMs * 2 ** failures * (1 + Math.random() / 4);
      await pause(Math.min(Math.max(backoffMs, known?.retryAfterMs ?? 0), options.maxBackoffMs), options.signal);
    }
  }
}
