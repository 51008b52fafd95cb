/** Watches how long the event loop is held: the longest gap between two turns. */
export function watchEventLoop(): { stop(): number } {
  let last = performance.now();
  let longestMs = 0;
  let isRunning = true;
  const tick = (): void => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
    if (isRunning) setImmediate(tick);
  };
  setImmediate(tick);
  return {
    stop() {
      isRunning = false;
      return Math.max(longestMs, performance.now() - last);
    },
  };
}
