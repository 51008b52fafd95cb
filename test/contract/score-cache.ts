import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ScoreCache } from "../../src/core/cache/cache.js";
import { cacheKey } from "../../src/core/cache/key.js";
import { roundScores } from "../../src/core/cache/packed.js";
import type { EncodedText } from "../../src/core/types.js";

/** A cache under test. `read` and `write` go past it to what its store holds; a cache without a store has none. */
export interface OpenCache {
  cache: ScoreCache;
  read?(key: string): Promise<unknown>;
  write?(key: string, stored: unknown): Promise<void>;
  close(): Promise<void>;
}

/** What every cache of scores must keep, wherever it keeps them. */
export function scoreCacheContract(name: string, open: () => Promise<OpenCache>): void {
  describe(`the score cache ${name}`, { timeout: 30_000 }, () => {
    let opened: OpenCache;
    let cache: ScoreCache;
    beforeEach(async () => {
      opened = await open();
      cache = opened.cache;
    });
    afterEach(() => opened.close());

    it("has nothing for a key that was never set", async () => {
      expect(await cache.get(cacheKey("model", "unseen"))).toBeUndefined();
    });

    it("gives back any scores as they are rounded, and rounded ones bit by bit", async () => {
      await fc.assert(
        fc.asyncProperty(encodedText(), fc.string({ unit: "binary" }), async (scores, text) => {
          const key = cacheKey("model", text);
          await cache.set(key, scores);
          const rounded = roundScores(scores);
          expectSameBits(await cache.get(key), rounded);
          await cache.set(key, rounded);
          expectSameBits(await cache.get(key), rounded);
        }),
        { numRuns: 100 },
      );
    });

    it("takes the newest scores for a key", async () => {
      const key = cacheKey("model", "a text");
      await cache.set(key, scoresOf(3, 1, 8));
      await cache.set(key, scoresOf(5, 2, 4));
      expectSameBits(await cache.get(key), scoresOf(5, 2, 4));
    });

    it("keeps scores without vectors, and those of an empty text", async () => {
      await cache.set("cs3-flat", scoresOf(7, 0, 0));
      await cache.set("cs3-empty", scoresOf(0, 0, 0));
      expectSameBits(await cache.get("cs3-flat"), scoresOf(7, 0, 0));
      expectSameBits(await cache.get("cs3-empty"), scoresOf(0, 0, 0));
    });

    it("keeps a large entry: 100,000 words, 4,000 sentences", async () => {
      const scores = scoresOf(100_000, 4000, 384);
      await cache.set("cs3-large", scores);
      expectSameBits(await cache.get("cs3-large"), scores);
    });

    it("tells keys apart, also those that name what every object has", async () => {
      const keys = ["__proto__", "constructor", "a", "a-b", "a_b", "ab", "0", `cs3-${"f".repeat(64)}`];
      for (const [index, key] of keys.entries()) await cache.set(key, scoresOf(index + 1, 1, 4));
      for (const [index, key] of keys.entries()) expectSameBits(await cache.get(key), scoresOf(index + 1, 1, 4));
    });

    it("serves 64 callers at once, each with its own scores", async () => {
      const keys = Array.from({ length: 64 }, (_, index) => cacheKey("model", `text ${index}`));
      await Promise.all(keys.map((key, index) => cache.set(key, scoresOf(index, 2, 16))));
      const answers = await Promise.all(keys.map((key) => cache.get(key)));
      for (const [index, answer] of answers.entries()) expectSameBits(answer, scoresOf(index, 2, 16));
    });

    it("holds whole scores of one caller where two set the same key at once", async () => {
      const both = [scoresOf(400, 20, 64), scoresOf(90, 5, 64)];
      await Promise.all(both.map((scores) => cache.set("cs3-race", scores)));
      const answer = await cache.get("cs3-race");
      expectSameBits(answer, answer?.keep.length === 400 ? both[0] : both[1]);
    });

    it("never believes and never throws on what was cut, altered or put there by others", async ({ skip }) => {
      const { read, write } = opened;
      if (read === undefined || write === undefined) return skip("it has no store that others can reach");
      await cache.set("cs3-good", scoresOf(20, 3, 8));
      await cache.set("cs3-other", scoresOf(20, 3, 8));
      const stored = String(await read("cs3-good"));
      const broken = [
        ...[0, 1, 10, 40, stored.length - 8, stored.length - 1].map((length) => stored.slice(0, length)),
        ...[0, 7, 30, 200, stored.length - 12].map((place) => altered(stored, place)),
        `${stored}AAAA`,
        stored + stored,
        stored.toLowerCase(),
        String(await read("cs3-other")), // whole, but of another key
        "not base64 at all \u{1f600}",
        "",
        "null",
        42,
        true,
        null,
        {},
        ["a"],
        { keep: [0.5], core: [0.5], pivot: [0.5], vectors: [], dimension: 0 },
      ];
      for (const value of broken) {
        await write("cs3-good", value);
        expect([value, await cache.get("cs3-good")]).toEqual([value, undefined]);
      }
      await cache.set("cs3-good", scoresOf(4, 1, 8));
      expectSameBits(await cache.get("cs3-good"), scoresOf(4, 1, 8));
    });
  });
}

/** Scores of a text of so many words and sentences, every number another one, rounded as caches do. */
export function scoresOf(words: number, sentences: number, dimension: number): EncodedText {
  return roundScores({
    keep: Float32Array.from({ length: words }, (_, index) => ((index * 7919) % 1000) / 1000),
    core: Float32Array.from({ length: words }, (_, index) => ((index * 104_729) % 997) / 997),
    pivot: Float32Array.from({ length: words }, (_, index) => ((index * 1299) % 991) / 991),
    vectors: Float32Array.from({ length: sentences * dimension }, (_, index) => Math.sin(index + words)),
    dimension,
  });
}

export function expectSameBits(actual: EncodedText | undefined, expected: EncodedText | undefined): void {
  expect(bitsOf(actual)).toEqual(bitsOf(expected));
}

function bitsOf(scores: EncodedText | undefined) {
  if (scores === undefined) return undefined;
  const bits = (array: Float32Array): string => {
    expect(array).toBeInstanceOf(Float32Array);
    return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64");
  };
  return {
    keep: bits(scores.keep),
    core: bits(scores.core),
    pivot: bits(scores.pivot),
    vectors: bits(scores.vectors),
    dimension: scores.dimension,
  };
}

/** Scores of every shape that is in line, with every float there is, also NaN, infinities, -0 and the smallest. */
function encodedText(): fc.Arbitrary<EncodedText> {
  const floats = (length: number) =>
    fc.float32Array({ minLength: length, maxLength: length }).map((array) => Float32Array.from(array));
  return fc.tuple(fc.nat(40), fc.nat(6), fc.nat(9)).chain(([words, sentences, dimension]) =>
    fc.record({
      keep: floats(words),
      core: floats(words),
      pivot: floats(words),
      vectors: floats(sentences * dimension),
      dimension: fc.constant(dimension),
    }),
  );
}

function altered(text: string, place: number): string {
  return text.slice(0, place) + (text[place] === "B" ? "C" : "B") + text.slice(place + 1);
}
