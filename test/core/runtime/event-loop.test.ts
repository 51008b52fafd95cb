import { describe, expect, it } from "vitest";
import { yieldToEventLoop } from "../../../src/core/runtime/event-loop.js";

function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe("breathing", () => {
  it("costs nothing while the turn is young, and lets a turn pass when it is not", async () => {
    await new Promise(setImmediate);
    work(8);
    let passed = false;
    setImmediate(() => {
      passed = true;
    });
    await yieldToEventLoop();
    expect(passed).toBe(true);
    expect(yieldToEventLoop()).toBeUndefined();
  });

  it("lets many callers go on one by one, in the order they came, with timers in between", async () => {
    work(8);
    const order: number[] = [];
    let ticks = 0;
    const ticking = setInterval(() => {
      ticks += 1;
    }, 1);
    await Promise.all(
      Array.from({ length: 30 }, async (_, caller) => {
        await yieldToEventLoop();
        order.push(caller);
        work(6);
      }),
    );
    clearInterval(ticking);
    expect(order).toEqual(Array.from({ length: 30 }, (_, caller) => caller));
    expect(ticks).toBeGreaterThan(10);
  });
});
