import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { createSharedRuns } from "../../../src/core/runtime/shared-runs.js";

/** Work that ends when it is told to, and how often it was begun. */
function gatedWork() {
  let [resolve, reject]: [(value: number) => void, (error: Error) => void] = [() => undefined, () => undefined];
  const outcome = new Promise<number>((...settle) => {
    [resolve, reject] = settle;
  });
  const signals: AbortSignal[] = [];
  const work = (signal: AbortSignal) => {
    signals.push(signal);
    return outcome;
  };
  return { resolve, reject, signals, work };
}

describe("shared runs", () => {
  it("begin work once for all who want the same at once, and again when it has ended", async () => {
    const runs = createSharedRuns<number>();
    const { work, signals, resolve } = gatedWork();
    const both = Promise.all([runs.join("a", work), runs.join("a", work), runs.join("b", work)]);
    expect(signals.length).toBe(2);
    resolve(7);
    expect(await both).toEqual([7, 7, 7]);
    await runs.join("a", work);
    expect(signals.length).toBe(3);
  });

  it("are aborted when the last who waits has gone, and not before", async () => {
    const runs = createSharedRuns<number>();
    const { work, signals } = gatedWork();
    const [first, second] = [new AbortController(), new AbortController()];
    const gone = [runs.join("a", work, first.signal), runs.join("a", work, second.signal)].map((run) =>
      expect(run).rejects.toThrow("gone"),
    );
    first.abort(new Error("gone"));
    await gone[0];
    expect(signals[0]?.aborted).toBe(false);
    second.abort(new Error("gone"));
    await gone[1];
    expect(signals[0]?.aborted).toBe(true);
    // What begins now is no part of what was given up.
    const next = gatedWork();
    const fresh = runs.join("a", next.work);
    next.resolve(1);
    expect(await fresh).toBe(1);
  });

  it("tell all who wait of a failure, and abort what goes on", async () => {
    const runs = createSharedRuns<number>();
    const { work, signals, reject } = gatedWork();
    const both = [runs.join("a", work), runs.join("a", work)].map((run) => expect(run).rejects.toThrow("broken"));
    reject(new Error("broken"));
    await Promise.all(both);
    expect(signals[0]?.aborted).toBe(true);
  });

  it("begin nothing for a caller that is gone already", async () => {
    const runs = createSharedRuns<number>();
    const work = vi.fn(async () => 1);
    await expect(runs.join("a", work, AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
    expect(work).not.toHaveBeenCalled();
  });

  it("leave no rejection behind that nobody hears", async () => {
    const heard: unknown[] = [];
    const listen = (error: unknown) => heard.push(error);
    process.on("unhandledRejection", listen);
    const runs = createSharedRuns<number>();
    const { work, reject } = gatedWork();
    const controller = new AbortController();
    const gone = expect(runs.join("a", work, controller.signal)).rejects.toThrow("gone");
    controller.abort(new Error("gone"));
    await gone;
    reject(new Error("late"));
    await sleep(5);
    process.off("unhandledRejection", listen);
    expect(heard).toEqual([]);
  });
});
