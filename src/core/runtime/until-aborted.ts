/**
 * Callbacks by signal: one listener per signal, however many wait on it. A caller may share one signal among hundreds
 * of calls, and Node warns on standard error from the eleventh listener on.
 */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * The promise's outcome, or the signal's reason as soon as it is aborted. The promise's outcome after that is ignored.
 */
export async function untilAborted<Value>(promise: Promise<Value>, signal?: AbortSignal): Promise<Value> {
  if (!signal) return promise;
  if (signal.aborted) promise.catch(() => undefined);
  signal.throwIfAborted();
  const callbacks = callbacksOf(signal);
  return new Promise<Value>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    callbacks.add(onAbort);
    promise.then(resolve, reject).finally(() => callbacks.delete(onAbort));
  });
}

function callbacksOf(signal: AbortSignal): Set<() => void> {
  const known = waiting.get(signal);
  if (known) return known;
  const callbacks = new Set<() => void>();
  waiting.set(signal, callbacks);
  signal.addEventListener("abort", () => {
    for (const callback of callbacks) callback();
    callbacks.clear();
  });
  return callbacks;
}
