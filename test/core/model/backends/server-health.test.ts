import { describe, expect, it } from "vitest";
import { watchHealth } from "../../../../src/core/model/backends/remote/server-health.js";

/** A health with a clock of its own. */
function healthAt(supply = 6) {
  const clock = { now: 0 };
  return { clock, health: watchHealth(supply, () => clock.now) };
}

describe("a server's health", () => {
  it("lets requests through until four in a row have failed, then none for a second", () => {
    const { clock, health } = healthAt();
    for (let request = 0; request < 4; request += 1) {
      expect(health.admit()).toBe(0);
      health.failed();
    }
    expect(health.admit()).toBe(1000);
    clock.now = 999;
    expect(health.admit()).toBe(1);
  });

  it("tries a server with one request after its rest, and rests longer where that fails, up to half a minute", () => {
    const { clock, health } = healthAt();
    for (let request = 0; request < 4; request += 1) health.failed();
    const rests: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      clock.now += 30_000;
      expect(health.admit()).toBe(0);
      expect(health.admit()).toBeGreaterThan(0);
      health.failed();
      rests.push(health.admit());
    }
    expect(rests).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  });

  it("is whole again after one answer, and lets the next try where a request was called back", () => {
    const { clock, health } = healthAt();
    for (let request = 0; request < 4; request += 1) health.failed();
    clock.now = 1000;
    expect(health.admit()).toBe(0);
    health.left();
    expect(health.admit()).toBe(0);
    health.answered();
    expect([health.admit(), health.admit()]).toEqual([0, 0]);
  });

  it("has one supply of further attempts for all requests, and an answer gives one back", () => {
    const { health } = healthAt(3);
    expect([1, 2, 3, 4].map(() => health.mayRetry())).toEqual([true, true, true, false]);
    health.answered();
    expect([health.mayRetry(), health.mayRetry()]).toEqual([true, false]);
  });
});
