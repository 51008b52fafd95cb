import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Longest time the event loop did not turn while a piece of work ran, in milliseconds. A timer of one
 * millisecond ticks on the side; its own interval is part of the figure.
 */
export async function longestStall(work: () => Promise<unknown>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await sleep(20);
  histogram.reset();
  // The first tick after a reset only starts the clock.
  await sleep(10);
  await work();
  // A stall at the very end is only seen when the timer fires once more.
  await sleep(5);
  histogram.disable();
  return histogram.max / 1e6;
}
