import { describe, expect, expectTypeOf, it } from "vitest";
import { splitSieveOptions } from "../../src/agents/sieve-source.js";
import { ModelLoadError, memoryCache, type Sieve } from "../../src/core/index.js";
import { scriptedSieve } from "./history/scripted-sieve.js";

describe("splitSieveOptions", () => {
  it("gives a ready sieve back, and the options that are not a sieve's", async () => {
    const sieve = scriptedSieve();
    const { openSieve, rest } = splitSieveOptions({ sieve, maxTokens: 9, tokenizer: "o200k_base" });
    expect(await openSieve()).toBe(sieve);
    expect(rest).toEqual({ maxTokens: 9, tokenizer: "o200k_base" });
    expectTypeOf(rest.maxTokens).toEqualTypeOf<number>();
    expectTypeOf(openSieve).toEqualTypeOf<() => Promise<Sieve>>();
  });

  it("makes one sieve for all that ask with the same options, and others for others", async () => {
    const cache = memoryCache();
    const [one, same, other] = await Promise.all([
      splitSieveOptions({ cache, rate: 0.5 }).openSieve(),
      splitSieveOptions({ cache, maxTokens: 3 }).openSieve(),
      splitSieveOptions({ cache: memoryCache() }).openSieve(),
    ]);
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });

  it("opens nothing before it is asked, and tries again what failed", async () => {
    const { openSieve } = splitSieveOptions({ model: "./no/such/model" });
    const first = openSieve();
    await expect(first).rejects.toThrowError(ModelLoadError);
    const second = openSieve();
    await expect(second).rejects.toThrowError(ModelLoadError);
    expect(await first.catch((error) => error)).not.toBe(await second.catch((error) => error));
  });

  it("refuses at once what no sieve can be made with", () => {
    expect(() => splitSieveOptions({ threads: 0 })).toThrowError(
      "Expected `threads` to be an integer of at least 1, got `0`.",
    );
  });
});
