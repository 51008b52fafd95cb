import o200k from "gpt-ranks/bpeRanks/o200k_base";
import p50k from "gpt-ranks/bpeRanks/p50k_base";
import { describe, expect, it } from "vitest";
import { packRanks, type RankList, readPackedRanks, writePackedRanks } from "../../../src/core/tokens/packed-ranks.js";

describe("packed ranks", () => {
  it.each<[string, RankList]>([
    ["o200k_base", o200k],
    ["p50k_base", p50k],
  ])("of %s hold every token's bytes at its rank, written and read again", (_, ranks) => {
    const { lengths, bytes } = readPackedRanks(writePackedRanks(packRanks(ranks)));
    expect(lengths).toHaveLength(ranks.length);
    let start = 0;
    const different: number[] = [];
    for (const [rank, token] of ranks.entries()) {
      const end = start + (lengths[rank] as number);
      if (!Buffer.from((token ?? "") as string).equals(bytes.subarray(start, end))) different.push(rank);
      start = end;
    }
    expect(different).toEqual([]);
    expect(start).toBe(bytes.length);
  });

  it("leave room where a rank has no token", () => {
    const { lengths, bytes } = packRanks(["a", undefined, [255, 1]]);
    expect([...lengths]).toEqual([1, 0, 2]);
    expect([...bytes]).toEqual([97, 255, 1]);
  });

  it("refuse a token that is too long for them", () => {
    expect(() => packRanks(["x".repeat(256)])).toThrow("at most 255 bytes, got one of 256");
  });
});
