import { describe, expect, it } from "vitest";
import { PieceCache } from "../../../src/core/tokens/piece-cache.js";

describe("the memory of counted pieces", () => {
  it("gives back what it was given, for any string", () => {
    const cache = new PieceCache();
    for (const [index, piece] of ["", "a", "\ud800", "a longer piece \udc00 than a view", "__proto__"].entries()) {
      cache.set(piece, index);
      expect(cache.get(piece)).toBe(index);
    }
    expect(cache.get("unseen")).toBeUndefined();
  });

  it("is bounded: a million pieces leave fewer than 350,000 behind", () => {
    const cache = new PieceCache();
    for (let index = 0; index < 1_000_000; index += 1) cache.set(`p${index}`, 1);
    expect(cache.size).toBeGreaterThan(100_000);
    expect(cache.size).toBeLessThan(350_000);
    expect(cache.get("p999999")).toBe(1);
    expect(cache.get("p0")).toBeUndefined();
  });

  it("keeps what is used while much else passes through", () => {
    const cache = new PieceCache();
    cache.set("in use", 7);
    for (let index = 0; index < 1_000_000; index += 1) {
      cache.set(`p${index}`, 1);
      if (index % 10_000 === 0) expect(cache.get("in use")).toBe(7);
    }
  });

  it("never holds a piece that alone is larger than a generation", () => {
    const cache = new PieceCache();
    const giant = "x".repeat(5_000_000);
    cache.set(giant, 1);
    expect(cache.get(giant)).toBeUndefined();
    expect(cache.size).toBe(0);
  });
});
