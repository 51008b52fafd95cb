import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cacheKey } from "../../../src/core/cache/key.js";
import { findScores, fromMetadata, packMetadata } from "../../../src/core/cache/metadata.js";
import { InvalidOptionError, memoryCache } from "../../../src/core/index.js";
import { expectSameBits, scoresOf } from "../../contract/score-cache.js";
import { type FakeSieve, openFakeSieve } from "../../support/fake-sieve.js";
import { PASSAGES } from "../../support/texts.js";

const key = cacheKey("model", "a text");
const text = PASSAGES[0]?.text as string;
const options = { query: "Which of them was it?", rate: 0.4 };

let fake: FakeSieve;
beforeAll(async () => {
  fake = await openFakeSieve();
});
afterAll(() => fake.close());

describe("scores as metadata", () => {
  it("come back with their key, bit by bit, from text that any store carries", () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(5), fc.nat(12), (words, sentences, dimension) => {
        const scores = scoresOf(words, sentences, dimension);
        const metadata = packMetadata(key, scores);
        expect(metadata.contextsieveScores).toMatch(/^[A-Za-z0-9+/]+=*$/);
        const found = fromMetadata(JSON.parse(JSON.stringify(metadata)));
        expect(found.key).toBe(key);
        expectSameBits(found.scores, scores);
      }),
      { numRuns: 200 },
    );
  });

  it("never give other scores where a character is altered or missing: they are one clear error", () => {
    const scores = scoresOf(9, 2, 8);
    const stored = packMetadata(key, scores).contextsieveScores as string;
    fc.assert(
      fc.property(fc.nat(stored.length - 1), fc.boolean(), (place, isCut) => {
        const other = stored[place] === "B" ? "C" : "B";
        const damaged = isCut ? stored.slice(0, place) : stored.slice(0, place) + other + stored.slice(place + 1);
        const found = findScores({ contextsieveScores: damaged });
        // Some bits stand for nothing, in base64 as in what was made smaller.
        if (found !== undefined && !isCut) return expectSameBits(found.scores, scores);
        expect(found).toBeUndefined();
        expect(() => fromMetadata(damaged)).toThrow(InvalidOptionError);
        expect(() => fromMetadata(damaged)).toThrow(/^Expected `metadata` to hold scores that `toMetadata` gave, got /);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [undefined, "got none."],
    [{}, "got none."],
    [{ contextsieveScores: 7 }, "got none."],
    [{ contextsieveScores: "AgAAAA==" }, "got text of another version or origin."],
    [{ contextsieveScores: "no base64" }, "got text of another version or origin."],
    [{ contextsieveScores: "AQAAAA==" }, "got text that was cut or altered."],
  ])("are refused with what came instead: %o", (metadata, words) => {
    expect(() => fromMetadata(metadata)).toThrow(words);
    expect(findScores(metadata)).toBeUndefined();
  });
});

describe("a document with its scores beside it", () => {
  it("is cut as without them, and no model reads it", async () => {
    const [metadata] = await fake.sieve.toMetadata([text]);
    const expected = await fake.sieve.compress({ documents: [text], ...options });
    const runs = fake.backend.batches.length;
    const documents = [{ text, metadata: { source: "notes", ...metadata } }];
    const result = await fake.sieve.compress({ documents, rate: 0.4 });
    expect(fake.backend.batches.length).toBe(runs);
    expect(result.timings).toMatchObject({ cacheHits: 1, cacheMisses: 0 });
    const asked = await fake.sieve.compress({ documents, ...options });
    expect(asked.text).toBe(expected.text);
    expect(asked.documents[0]?.metadata).toEqual(documents[0]?.metadata);
  });

  it.each([
    ["of another text", async () => (await fake.sieve.toMetadata([PASSAGES[1]?.text as string]))[0]],
    ["of another reading", async () => (await fake.sieve.toMetadata([text], { kind: "log" }))[0]],
    ["that are damaged", async () => ({ contextsieveScores: "AQAAAA==" })],
  ])("is encoded again where they are scores %s", async (_, foreign) => {
    const documents = [{ text, metadata: await foreign() }];
    const result = await fake.sieve.compress({ documents, ...options });
    expect(result.timings).toMatchObject({ cacheHits: 0, cacheMisses: 1 });
    expect(result.text).toBe((await fake.sieve.compress({ documents: [text], ...options })).text);
  });

  it("fills a cache by hand", async () => {
    const cache = memoryCache();
    const own = await openFakeSieve({ sieve: { cache } });
    const [metadata] = await fake.sieve.toMetadata([text]);
    const { key: ownKey, scores } = fromMetadata(metadata);
    cache.set(ownKey, scores);
    const { timings } = await own.sieve.compress({ documents: [text], ...options });
    // Another backend has other scores, whatever the model's files are.
    expect(timings).toMatchObject(
      own.sieve.info.fingerprint === fake.sieve.info.fingerprint ? { cacheHits: 1 } : { cacheMisses: 1 },
    );
    await own.close();
  });

  it("that no model reads has none", async () => {
    const own = await openFakeSieve({ manifest: { scripts: ["Latin"] } });
    expect(await own.sieve.toMetadata(["Привет, мир. Это другой алфавит."])).toEqual([{}]);
    await own.close();
  });
});
