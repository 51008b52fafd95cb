import { untilAborted } from "./until-aborted.js";

/** Work that is done once for all who want the same at once. */
export interface SharedRuns<Value> {
  /**
   * Begins work under a name, or joins what is under way under it. The work is aborted when nobody waits for it any more,
   * and when it has failed: nothing that it began goes on.
   *
   * @throws What the work throws, or the signal's reason
   */
  join(name: string, work: (signal: AbortSignal) => Promise<Value>, signal?: AbortSignal): Promise<Value>;
}

interface Run<Value> {
  promise: Promise<Value>;
  controller: AbortController;
  waiters: number;
}

/** Runs by name, each shared by those who wait for it. */
export function createSharedRuns<Value>(): SharedRuns<Value> {
  const running = new Map<string, Run<Value>>();
  const begin = (name: string, work: (signal: AbortSignal) => Promise<Value>): Run<Value> => {
    const controller = new AbortController();
    const run: Run<Value> = { promise: work(controller.signal), controller, waiters: 0 };
    running.set(name, run);
    // A run that all its callers gave up may end while another under the same name is under way.
    const forget = () => running.get(name) === run && running.delete(name);
    run.promise.then(forget, (error: unknown) => {
      forget();
      controller.abort(error);
    });
    return run;
  };
  return {
    async join(name, work, signal) {
      signal?.throwIfAborted();
      const run = running.get(name) ?? begin(name, work);
      run.waiters += 1;
      try {
        return await untilAborted(run.promise, signal);
      } finally {
        run.waiters -= 1;
        if (run.waiters === 0 && running.get(name) === run) {
          running.delete(name);
          run.controller.abort();
        }
      }
    },
  };
}
