import { describe, expect, it } from "vitest";
import { readBody } from "../../../src/core/runtime/read-body.js";
import { retryAfterMs } from "../../../src/core/runtime/retry-after.js";

describe("the body of an answer", () => {
  it("is read whole where it is as long as it may be", async () => {
    const { bytes, isWhole } = await readBody(new Response("ferry"), 5);
    expect([new TextDecoder().decode(bytes), isWhole]).toEqual(["ferry", true]);
    expect(await readBody(new Response(null), 5)).toEqual({ bytes: new Uint8Array(0), isWhole: true });
  });

  it("is cut at its limit, and the rest is not asked for", async () => {
    let parts = 0;
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        parts += 1;
        controller.enqueue(new Uint8Array(100).fill(parts));
      },
      cancel() {
        isCancelled = true;
      },
    });
    const read = await readBody({ body }, 250);
    expect([read.bytes.length, read.bytes[249], read.isWhole, isCancelled]).toEqual([250, 3, false, true]);
    expect(parts).toBeLessThan(6);
  });
});

describe("Retry-After", () => {
  const asked = (value: string) => retryAfterMs(new Headers({ "retry-after": value }));
  it("is seconds or a date, and nothing where it is neither", () => {
    expect([asked("2"), asked("0.5"), asked("soon"), retryAfterMs(new Headers())]).toEqual([
      2000,
      500,
      undefined,
      undefined,
    ]);
    expect(asked(new Date(Date.now() - 5000).toUTCString())).toBe(0);
    expect(asked(new Date(Date.now() + 60_000).toUTCString())).toBeGreaterThan(57_000);
  });
});
