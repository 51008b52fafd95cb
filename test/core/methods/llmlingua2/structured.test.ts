import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidOptionError } from "../../../../src/core/errors.js";
import { compressJson, type JsonValue } from "../../../../src/core/methods/llmlingua2/json.js";
import { parseStructured } from "../../../../src/core/methods/llmlingua2/segments.js";
import { compressStructured } from "../../../../src/core/methods/llmlingua2/structured.js";
import { idScoredModel } from "./fake-model.js";
import { FIXTURES } from "./golden.js";

interface Reading {
  globalRate: number;
  contexts: string[];
  texts: string[];
  segments: string[][];
  rates: number[][];
  compress: boolean[][];
}

const reading = JSON.parse(readFileSync(new URL("structured.json", FIXTURES), "utf8")) as Reading;

describe("the tags of a structured prompt", () => {
  it("are read as the reference reads them", () => {
    const parsed = reading.contexts.map(parseStructured);
    expect(parsed.map(({ text }) => text)).toEqual(reading.texts);
    const segments = parsed.map((context) => context.segments);
    expect(
      segments.map((parts, index) => parts.map(({ start, end }) => parsed[index]?.text.slice(start, end))),
    ).toEqual(reading.segments);
    expect(segments.map((parts) => parts.map(({ compress }) => compress))).toEqual(reading.compress);
    // Where a tag says nothing, the call's rate holds for what is compressed, and 1 for what is not.
    const rates = segments.map((parts) =>
      parts.map(({ rate, compress }) => rate ?? (compress ? reading.globalRate : 1)),
    );
    expect(rates).toEqual(reading.rates);
  });

  it("may leave commas out, and lose nothing that stands outside them", () => {
    expect(parseStructured("a<llmlingua rate=0.5 compress=true>b < c</llmlingua>d")).toEqual({
      text: "ab < cd",
      segments: [
        { start: 0, end: 1, compress: true },
        { start: 1, end: 6, compress: true, rate: 0.5 },
        { start: 6, end: 7, compress: true },
      ],
    });
  });

  it.each([
    "<llmlingua, rate=1.5>x</llmlingua>",
    "<llmlingua, rate=0>x</llmlingua>",
    "<llmlingua>never closed",
    "x</llmlingua>",
  ])("that cannot be meant are refused: %s", (context) => {
    expect(() => parseStructured(context)).toThrow(InvalidOptionError);
  });

  it("keep what is not to be compressed byte for byte, and each segment near its own rate", async () => {
    const long = "the pump failed and nobody said why it had not been checked before the meeting ".repeat(4);
    const context = `<llmlingua, compress=False>Name:  Anna\n</llmlingua><llmlingua, rate=0.2>${long}</llmlingua><llmlingua, rate=0.8>${long}</llmlingua>`;
    const { rendered, contexts, sources } = await compressStructured([context], {}, await idScoredModel("wordpiece"));
    expect(rendered[0]?.text.startsWith("Name:  Anna\n")).toBe(true);
    const border = (sources[0] as string).length - long.length;
    const words = contexts[0]?.words ?? [];
    const share = (from: number, to: number) => {
      const inside = words.filter(({ start }) => start >= from && start < to);
      return inside.filter(({ kept }) => kept).length / inside.length;
    };
    const low = share("Name:  Anna\n".length, border);
    const high = share(border, Number.POSITIVE_INFINITY);
    expect(low).toBeLessThan(0.4);
    expect(high).toBeGreaterThan(0.6);
  });
});

describe("JSON", () => {
  const json: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string({ unit: "grapheme", maxLength: 60 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.string({ maxLength: 6 }), tie("value"), { maxKeys: 3, noNullPrototype: true }),
    ),
  })).value;

  it("keeps its shape, its numbers and its keys at any rate, and its input is not changed", async () => {
    const model = await idScoredModel("unigram");
    const shape = (value: unknown): unknown => {
      if (typeof value === "string") return "text";
      if (Array.isArray(value)) return value.map(shape);
      if (typeof value === "object" && value !== null) {
        return Object.entries(value).map(([key, item]) => [key, shape(item)]);
      }
      return value;
    };
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), json, { maxKeys: 4, noNullPrototype: true }),
        fc.constantFrom(0.1, 0.5, 1),
        async (data, rate) => {
          const before = structuredClone(data);
          const compressed = await compressJson(data, { rate }, model);
          expect(shape(compressed)).toEqual(shape(data));
          expect(data).toEqual(before);
          if (rate === 1) expect(compressed).toEqual(data);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("compresses each pair as it is told", async () => {
    const text = "the pump failed and nobody said why it had not been checked before the meeting";
    const data = { id: 7, note: text, list: [text, { inner: text }], keep: text };
    const pairs = { note: { rate: 0.3 }, list: { rate: 0.5 }, keep: { compress: false } };
    const compressed = await compressJson(data, { pairs }, await idScoredModel("wordpiece"));
    expect(compressed.id).toBe(7);
    expect(compressed.keep).toBe(text);
    const [first, second] = compressed.list as [string, { inner: string }];
    for (const shorter of [compressed.note as string, first, second.inner]) {
      expect(shorter.length).toBeGreaterThan(0);
      expect(shorter.length).toBeLessThan(text.length);
      expect(text.split(" ")).toEqual(expect.arrayContaining(shorter.split(" ")));
    }
    expect((compressed.note as string).length).toBeLessThan(first.length);
  });

  it("drops whole pairs only where they may go", async () => {
    const data = { a: "one pump failed", b: "two pumps failed", c: "three pumps failed", d: "all pumps failed" };
    const pairs = { b: { pairRemove: true }, c: { pairRemove: true } };
    const options = { pairs, rate: 1, useKeyvalueLevelFilter: true, contextLevelRate: 0.01 };
    const compressed = await compressJson(data, options, await idScoredModel("wordpiece"));
    expect(Object.keys(compressed)).toEqual(expect.arrayContaining(["a", "d"]));
    expect(Object.keys(compressed).length).toBeLessThan(4);
  });

  it("with a pair in its options that the data lacks is refused", async () => {
    const cycle: { [key: string]: JsonValue } = { a: "x" };
    cycle.b = [cycle];
    let deep: JsonValue = "x";
    for (let level = 0; level < 20_000; level += 1) deep = [deep];
    for (const data of [cycle, { deep }]) {
      const endless = compressJson(data, {}, await idScoredModel("wordpiece"));
      await expect(endless).rejects.toThrow("Expected `data` to be at most 500 levels deep, got more, or a cycle.");
    }
    const call = compressJson({ a: "x" }, { pairs: { b: {} } }, await idScoredModel("wordpiece"));
    await expect(call).rejects.toThrow("Expected the keys of `pairs` to be keys of the data, got `b`.");
  });
});
