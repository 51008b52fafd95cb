/** Longest stretch of synchronous work before others get a turn, in milliseconds. */
const SLICE_MS = 4;

const waiting: (() => void)[] = [];
let turnStart = performance.now();
let scheduled = false;

/**
 * Lets the event loop breathe: resolves at once while the current turn is young, else in a later turn.
 * One waiter goes on per turn, so that many callers at once stall timers and sockets for one slice, not
 * for all of them.
 */
export function breathe(): Promise<void> | undefined {
  if (waiting.length === 0 && performance.now() - turnStart < SLICE_MS) return undefined;
  return new Promise((resolve) => {
    waiting.push(resolve);
    schedule();
  });
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(() => {
    scheduled = false;
    turnStart = performance.now();
    waiting.shift()?.();
    if (waiting.length > 0) schedule();
  });
}

/** Work that can pause: it yields between its parts and returns its outcome. */
export type Parts<Outcome> = Generator<undefined, Outcome>;

/** Does all parts of the work in this turn. */
export function atOnce<Outcome>(parts: Parts<Outcome>): Outcome {
  for (;;) {
    const { done, value } = parts.next();
    if (done) return value;
  }
}

/** Does the work, letting others have a turn between its parts where the turn is no longer young. */
export async function inTurns<Outcome>(parts: Parts<Outcome>): Promise<Outcome> {
  for (;;) {
    const { done, value } = parts.next();
    if (done) return value;
    await breathe();
  }
}
