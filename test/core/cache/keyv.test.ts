import { describe, expect, it, vi } from "vitest";
import { type KeyvLike, keyvCache } from "../../../src/core/cache/keyv.js";
import { InvalidOptionError } from "../../../src/core/errors.js";
import { expectSameBits, scoresOf } from "../../contract/score-cache.js";

const scores = scoresOf(10, 2, 4);

function failing(fail: () => unknown): KeyvLike {
  return { get: fail, set: fail };
}

describe("a Keyv store that goes wrong", () => {
  it.each([
    [
      "throws",
      () => {
        throw new Error("down");
      },
    ],
    ["rejects", () => Promise.reject(new Error("down"))],
  ])("is a miss when it %s, and onError hears of it", async (_, fail) => {
    const errors: unknown[] = [];
    const cache = keyvCache(failing(fail), { onError: (error) => errors.push(error) });
    await expect(cache.set("cs3-a", scores)).resolves.toBeUndefined();
    await expect(cache.get("cs3-a")).resolves.toBeUndefined();
    expect(errors).toEqual([new Error("down"), new Error("down")]);
  });

  it("is a miss when it never answers, is left alone for ten seconds, and then asked again", async () => {
    vi.useFakeTimers();
    try {
      const get = vi.fn(() => new Promise(() => {}));
      const cache = keyvCache({ get, set: get }, { timeoutMs: 200 });
      const first = cache.get("cs3-a");
      await vi.advanceTimersByTimeAsync(250);
      expect(await first).toBeUndefined();
      expect(await cache.get("cs3-b")).toBeUndefined();
      expect(get).toHaveBeenCalledTimes(1);
      await vi.advanceTimersByTimeAsync(10_000);
      const later = cache.get("cs3-c");
      await vi.advanceTimersByTimeAsync(250);
      expect(await later).toBeUndefined();
      expect(get).toHaveBeenCalledTimes(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it("is not given up while the event loop was only busy", async () => {
    const stored = new Map<string, unknown>();
    const cache = keyvCache(
      {
        get: (key) => new Promise((resolve) => setTimeout(() => resolve(stored.get(key)), 20)),
        set: (key, value) => stored.set(key, value),
      },
      { timeoutMs: 50 },
    );
    await cache.set("cs3-a", scores);
    const answer = cache.get("cs3-a");
    const busyUntil = performance.now() + 200;
    while (performance.now() < busyUntil);
    expectSameBits(await answer, scores);
  });
});

describe("the options of keyvCache", () => {
  it("put the namespace before each key", async () => {
    const stored = new Map<string, unknown>();
    const keyv: KeyvLike = { get: (key) => stored.get(key), set: (key, value) => stored.set(key, value) };
    await keyvCache(keyv, { namespace: "app.v1" }).set("cs3-a", scores);
    await keyvCache(keyv).set("cs3-b", scores);
    expect([...stored.keys()]).toEqual(["app.v1-cs3-a", "cs3-b"]);
    for (const value of stored.values()) expect(value).toMatch(/^[A-Za-z0-9+/]+=*$/);
  });

  it.each([
    [{ namespace: "" }, "Expected `namespace` to be letters"],
    [{ namespace: "a:b" }, "Expected `namespace` to be letters"],
    [{ timeoutMs: 0 }, "Expected `timeoutMs` to be above 0"],
    [{ timeoutMs: Number.NaN }, "Expected `timeoutMs` to be above 0"],
    [{ timeoutMs: Number.POSITIVE_INFINITY }, "Expected `timeoutMs` to be above 0"],
  ])("are refused out of range: %o", (options, message) => {
    expect(() => keyvCache(new Map() as unknown as KeyvLike, options)).toThrow(InvalidOptionError);
    expect(() => keyvCache(new Map() as unknown as KeyvLike, options)).toThrow(message);
  });

  it("refuse what is no Keyv instance", () => {
    expect(() => keyvCache(undefined as unknown as KeyvLike)).toThrow("Expected `keyv` to be a Keyv instance");
    expect(() => keyvCache("redis://localhost" as unknown as KeyvLike)).toThrow("got `string`.");
  });
});
