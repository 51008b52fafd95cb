/**
 * Callbacks by signal: one listener per signal, however many wait on it. A caller may share one signal among hundreds
 * of calls, and Node warns on standard error from the eleventh listener on.
 */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back once the signal is aborted; at once if it is already.
 *
 * @returns Takes the callback back.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    callback();
    return () => undefined;
  }
  const callbacks = callbacksOf(signal);
  callbacks.add(callback);
  return () => void callbacks.delete(callback);
}

/**
 * The promise's outcome, or the signal's reason as soon as it is aborted. The promise's outcome after that is ignored.
 */
export async function untilAborted<Value>(promise: Promise<Value>, signal?: AbortSignal): Promise<Value> {
  if (!signal) return promise;
  return new Promise<Value>((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(forget);
  });
}

/**
 * Runs work under a signal of its own, which is aborted with the caller's, and if the work fails: all that it began
 * ends with it.
 */
export async function endTogether<Value>(
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const own = new AbortController();
  const forget = signal && onAbort(signal, () => own.abort(signal.reason));
  try {
    return await work(own.signal);
  } catch (error) {
    own.abort(error);
    throw error;
  } finally {
    forget?.();
  }
}

function callbacksOf(signal: AbortSignal): Set<() => void> {
  const known = waiting.get(signal);
  if (known) return known;
  const callbacks = new Set<() => void>();
  waiting.set(signal, callbacks);
  signal.addEventListener(
    "abort",
    () => {
      for (const callback of callbacks) callback();
      callbacks.clear();
    },
    { once: true },
  );
  return callbacks;
}
