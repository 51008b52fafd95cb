import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { pause } from "../../../src/core/runtime/pause.js";
import { endTogether, untilAborted } from "../../../src/core/runtime/until-aborted.js";

const never = new Promise<never>(() => undefined);

describe("waiting until aborted", () => {
  it("gives the promise's outcome, with a signal and without", async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(7))).toBe(7);
    expect(await untilAborted(Promise.resolve(7), signal)).toBe(7);
    await expect(untilAborted(Promise.reject(new Error("no")), signal)).rejects.toThrow("no");
  });

  it("ends with the signal's reason, at once, whether it was aborted before or is aborted now", async () => {
    const controller = new AbortController();
    const waiting = untilAborted(never, controller.signal);
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(untilAborted(never, controller.signal)).rejects.toBe(reason);
    await expect(untilAborted(Promise.reject(new Error("late")), controller.signal)).rejects.toBe(reason);
  });

  it("listens once a signal, however many wait", async () => {
    const controller = new AbortController();
    const waiting = Array.from({ length: 100 }, () => untilAborted(never, controller.signal));
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
    controller.abort(new Error("all of you"));
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
  });
});

describe("work under a signal of its own", () => {
  it("ends with the caller's signal, and takes no listener of it along", async () => {
    const controller = new AbortController();
    const ends: unknown[] = [];
    const works = Array.from({ length: 20 }, () =>
      endTogether(controller.signal, (own) => untilAborted(never, own)).catch((error) => ends.push(error)),
    );
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
    controller.abort("enough");
    await Promise.all(works);
    expect(ends).toEqual(new Array(20).fill("enough"));
  });

  it("that fails ends what it began", async () => {
    let other: Promise<unknown> | undefined;
    const work = endTogether(undefined, (own) => {
      other = pause(60_000, own).catch((error) => error.message);
      return Promise.reject(new Error("no"));
    });
    await expect(work).rejects.toThrow("no");
    expect(await other).toBe("no");
  });
});

describe("a pause", () => {
  it("takes its time, or ends at once with the signal's reason", async () => {
    const started = performance.now();
    await pause(30, new AbortController().signal);
    expect(performance.now() - started).toBeGreaterThanOrEqual(29);
    await expect(pause(60_000, AbortSignal.abort("gone"))).rejects.toBe("gone");
  });
});
