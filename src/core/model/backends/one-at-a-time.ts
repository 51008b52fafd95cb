import type { EncoderBackend } from "./backend.js";

/** Runs tasks one after another, in the order in which they came; one that fails holds up none. */
export type Queue = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** A queue with nothing in it. */
export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const outcome = last.then(task);
    last = outcome.catch(() => undefined);
    return outcome;
  };
}

/**
 * A backend that is opened, run and disposed of in its turn. Backends of one queue never do anything at once, whatever
 * their models: for runtimes that do not stand that.
 *
 * @throws What `open` throws.
 */
export async function inQueue(queue: Queue, open: () => Promise<EncoderBackend>): Promise<EncoderBackend> {
  const backend = await queue(open);
  return {
    ...backend,
    run: (batch, signal) =>
      queue(async () => {
        // Nobody may wait for it any more when its turn comes.
        signal?.throwIfAborted();
        return backend.run(batch, signal);
      }),
    dispose: () => queue(() => backend.dispose()),
  };
}
