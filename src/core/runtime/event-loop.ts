import Queue from "yocto-queue";

/** Longest stretch of synchronous work before others get a turn, in milliseconds. */
const SLICE_MS = 4;

const waiting = new Queue<() => void>();
let turnStart = performance.now();
let scheduled = false;

/**
 * Yields to the event loop if this turn has run for more than `SLICE_MS`, or if others are waiting; otherwise returns
 * at once. One waiter resumes per turn, so that many callers at once delay timers and sockets by one slice, not by all
 * of them.
 *
 * @returns Undefined if there is nothing to wait for.
 */
export function yieldToEventLoop(): Promise<void> | undefined {
  if (waiting.size === 0 && performance.now() - turnStart < SLICE_MS) return undefined;
  return new Promise((resolve) => {
    waiting.enqueue(resolve);
    schedule();
  });
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(() => {
    scheduled = false;
    turnStart = performance.now();
    waiting.dequeue()?.();
    if (waiting.size > 0) schedule();
  });
}

/** Work in slices: a generator that yields between them and returns the outcome. */
export type Sliced<Outcome> = Generator<undefined, Outcome>;

/** Runs all slices in this turn. */
export function runAtOnce<Outcome>(slices: Sliced<Outcome>): Outcome {
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
  }
}

/** Runs the slices, yielding to the event loop between them (see {@link yieldToEventLoop}). */
export async function runSliced<Outcome>(slices: Sliced<Outcome>): Promise<Outcome> {
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
    await yieldToEventLoop();
  }
}
