import { untilAborted } from "../core/runtime/until-aborted.js";

/** The two ways a running task is told to end. */
export interface TaskSignals {
  /** Aborted when nothing new may begin. */
  start: AbortSignal;
  /** Aborted when what is under way must end as well. */
  request: AbortSignal;
}

export interface PoolOptions {
  /** Tasks under way at once, at least 1. */
  concurrency: number;
  /** Stops the pool: no further task begins. */
  signal?: AbortSignal;
  /** How long tasks under way may take to end after `signal`, in milliseconds. */
  graceMs: number;
}

/**
 * Runs a task per item, so many at once, in order of the items. After the first task that throws, or after
 * `signal`, no other begins; once all under way have ended that error is thrown.
 */
export async function runBounded<T>(
  items: readonly T[],
  options: PoolOptions,
  task: (item: T, signals: TaskSignals) => Promise<void>,
): Promise<void> {
  const start = new AbortController();
  const request = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const stop = (reason: unknown) => {
    if (start.signal.aborted) return;
    start.abort(reason);
    grace = setTimeout(() => request.abort(reason), options.graceMs);
  };
  const onAbort = () => stop(options.signal?.reason);
  if (options.signal?.aborted) onAbort();
  else options.signal?.addEventListener("abort", onAbort, { once: true });
  let next = 0;
  const work = async () => {
    while (next < items.length && !start.signal.aborted) {
      const item = items[next] as T;
      next += 1;
      try {
        await untilAborted(task(item, { start: start.signal, request: request.signal }), request.signal);
      } catch (error) {
        stop(error);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(options.concurrency, items.length) }, work));
    start.signal.throwIfAborted();
  } finally {
    clearTimeout(grace);
    options.signal?.removeEventListener("abort", onAbort);
  }
}
