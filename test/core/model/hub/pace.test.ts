import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watchPace } from "../../../../src/core/model/hub/pace.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a download", () => {
  it("that stops is given up after eight seconds", () => {
    const pace = watchPace();
    pace.received(1 << 20);
    vi.advanceTimersByTime(8000);
    expect(pace.signal.aborted).toBe(false);
    vi.advanceTimersByTime(8000);
    expect(pace.signal.reason).toEqual(new Error("0 bytes in 8 seconds"));
    pace.end();
  });

  it("that drips a byte now and then is given up as well", () => {
    const pace = watchPace();
    for (let time = 0; time < 8000; time += 200) {
      pace.received(1);
      vi.advanceTimersByTime(200);
    }
    expect(pace.signal.aborted).toBe(true);
    pace.end();
  });

  it("that is slow, but comes, has all the time it needs", () => {
    const pace = watchPace();
    for (let second = 0; second < 3600; second += 1) {
      pace.received(1100);
      vi.advanceTimersByTime(1000);
    }
    expect(pace.signal.aborted).toBe(false);
    pace.end();
    vi.advanceTimersByTime(60_000);
    expect(pace.signal.aborted).toBe(false);
  });
});
