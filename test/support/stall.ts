/**
 * Watches how long the event loop is held: the longest gap between two turns.
 *
 * @param now What time is, in milliseconds: that on the wall, or {@link cpuTime} where others keep the machine busy.
 */
export function watchEventLoop(now = () => performance.now()): { stop(): number } {
  let last = now();
  let longestMs = 0;
  let isRunning = true;
  const tick = (): void => {
    const current = now();
    longestMs = Math.max(longestMs, current - last);
    last = current;
    if (isRunning) setImmediate(tick);
  };
  setImmediate(tick);
  return {
    stop() {
      isRunning = false;
      return Math.max(longestMs, now() - last);
    },
  };
}

/** Milliseconds of processors' time that this process has taken. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
