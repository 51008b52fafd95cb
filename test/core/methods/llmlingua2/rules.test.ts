import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidOptionError } from "../../../../src/core/errors.js";
import type { Llmlingua2Options } from "../../../../src/core/methods/llmlingua2/options.js";
import { percentile } from "../../../../src/core/methods/llmlingua2/percentile.js";
import { compressLlmlingua2 } from "../../../../src/core/methods/llmlingua2/rules.js";
import { splitSections } from "../../../../src/core/methods/llmlingua2/sections.js";
import { renderWords } from "../../../../src/core/methods/render-words.js";
import { idScoredModel, type TinyFamily, tinyTokenizer } from "./fake-model.js";

const FAMILIES: TinyFamily[] = ["wordpiece", "unigram", "byte-level"];
const SENTENCE = "The quick pump failed 3 times on 14 March; nobody, not even Anna, said why. Call back?";

describe("percentile", () => {
  it.each([
    // numpy.percentile(numpy.array([...], dtype), q), NumPy 2.4.6.
    [[0.1, 0.2, 0.3, 0.4], 50, false, 0.25],
    [[0.1, 0.2, 0.3, 0.4], 51, false, 0.253],
    [[3, 1, 2], 100, false, 3],
    [[3, 1, 2], 0, false, 1],
    [[0.7], 33, true, Math.fround(0.7)],
  ])("of %j at %d is NumPy's", (values, percent, single, expected) => {
    expect(percentile(single ? values.map(Math.fround) : values, percent, single)).toBeCloseTo(expected, 12);
  });

  it("lies between the least and the greatest value, and grows with the percentage", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: 99 }),
        (values, percent) => {
          const at = percentile(values, percent, false);
          expect(at).toBeGreaterThanOrEqual(Math.min(...values));
          expect(at).toBeLessThanOrEqual(Math.max(...values));
          expect(percentile(values, percent + 1, false)).toBeGreaterThanOrEqual(at);
        },
      ),
    );
  });
});

describe.each(FAMILIES)("on a %s tokenizer", (family) => {
  const kept = async (text: string, options: Llmlingua2Options) => {
    const { contexts } = await compressLlmlingua2([text], options, await idScoredModel(family));
    return contexts[0]?.words.filter((word) => word.kept).map(({ start, end }) => text.slice(start, end)) ?? [];
  };

  it("words are slices of the source, in order, whatever is in it", async () => {
    const model = await idScoredModel(family);
    const text = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 120 }),
      fc.string({
        unit: fc.constantFrom(..."aé ß.,\n\t①½ﬁ…字カひ한ไทย😀👩‍👩‍👧\u0301\ufffd\u0000\ud800#▁Ġ[UNK]<s>"),
        maxLength: 80,
      }),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(0.2, 0.5, 0.9, 1), async (source, rate) => {
        const { contexts } = await compressLlmlingua2([source], { rate }, model);
        let start = 0;
        let end = 0;
        for (const word of contexts[0]?.words ?? []) {
          expect(word.start).toBeGreaterThanOrEqual(start);
          expect(word.end).toBeGreaterThanOrEqual(end);
          expect(word.end).toBeGreaterThanOrEqual(word.start);
          expect(word.end).toBeLessThanOrEqual(source.length);
          start = word.start;
          end = word.end;
        }
        const { text: printed, spans } = renderWords(source, contexts[0]?.words.filter((word) => word.kept) ?? []);
        let from = 0;
        for (const [spanStart, spanEnd] of spans) {
          const slice = source.slice(spanStart, spanEnd);
          const at = printed.indexOf(slice, from);
          expect(at).toBeGreaterThanOrEqual(from);
          from = at + slice.length;
        }
      }),
      { numRuns: 300 },
    );
  });

  it("a long text is tokenized in parts, and gives the pieces of the whole", () => {
    const { tokenize } = tinyTokenizer(family);
    const text = Array.from({ length: 120 }, (_, index) => `${SENTENCE} Line ${index}: «é» 3.5 kg\t字字\n`).join(" ");
    const sections = splitSections(text, []);
    expect(sections.length).toBeGreaterThan(2);
    expect(sections.map(({ start, end }) => text.slice(start, end)).join("")).toBe(text);
    expect(sections.flatMap(({ start, end }) => tokenize(text.slice(start, end)))).toEqual(tokenize(text));
  });

  it("forced tokens are kept at any rate", async () => {
    expect(await kept(SENTENCE, { rate: 0.05, forceTokens: ["?", "not"] })).toEqual(
      expect.arrayContaining(["?", "not"]),
    );
  });

  it("forced strings outside the vocabulary are kept whole, line feeds among them", async () => {
    const text = `${SENTENCE}\n${SENTENCE}`;
    const words = await kept(text, { rate: 0.1, forceTokens: ["\n", "quick pump"] });
    expect(words.filter((word) => word === "\n")).toHaveLength(1);
    expect(words.filter((word) => word === "quick pump")).toHaveLength(2);
  });

  it("digits are kept where they are reserved", async () => {
    const words = (await kept(SENTENCE, { rate: 0.2, forceReserveDigit: true, tokenToWord: "first" })).join(" ");
    expect(words).toContain("3");
    expect(words).toContain("14");
  });

  it("repeated forced tokens with nothing kept between them are kept once", async () => {
    const words = await kept("?????? ?", { rate: 0.9, forceTokens: ["?"], dropConsecutive: true });
    expect(words.join("")).toBe("?");
  });

  it("a budget at or above the text leaves it whole", async () => {
    const { contexts } = await compressLlmlingua2([SENTENCE], { maxTokens: 500 }, await idScoredModel(family));
    expect(contexts[0]).toMatchObject({ kept: true, whole: true });
  });

  it("the context filter keeps as many contexts as it is told, and the forced ones", async () => {
    const contexts = ["One pump failed.", "Two pumps failed.", "Anna called back.", "Nobody said why."];
    const { contexts: results } = await compressLlmlingua2(
      contexts,
      { rate: 0.8, useContextLevelFilter: true, targetContext: 1, forceContextIds: [2] },
      await idScoredModel(family),
    );
    expect(results[2]?.kept).toBe(true);
    const best = results.map(({ probability = 0 }) => probability);
    expect(results[best.indexOf(Math.max(...best))]?.kept).toBe(true);
    expect(results.filter((result) => result.kept).length).toBeLessThanOrEqual(3);
  });

  it("blank contexts have no words and break nothing", async () => {
    const options = { rate: 0.5, useContextLevelFilter: true, returnWordLabel: true };
    const result = await compressLlmlingua2(["", " \n ", SENTENCE], options, await idScoredModel(family));
    expect(result.contexts.map(({ words }) => words.length > 0)).toEqual([false, false, true]);
  });

  it("a long text is read in sequences that the encoder can take", async () => {
    const model = await idScoredModel(family);
    const lengths: number[] = [];
    const watched = {
      ...model,
      score: async (sequences: readonly Int32Array[]) => {
        lengths.push(...sequences.map((sequence) => sequence.length));
        return model.score(sequences);
      },
    };
    await compressLlmlingua2([`${"pump ".repeat(700)}${SENTENCE.repeat(40)}`], { rate: 0.5 }, watched);
    expect(lengths.length).toBeGreaterThan(2);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(512);
  });
});

describe("kept words are printed", () => {
  const printed = (source: string, ...words: string[]) => {
    let from = 0;
    const spans = words.map((word) => {
      const start = source.indexOf(word, from);
      from = start + word.length;
      return { start, end: from };
    });
    return renderWords(source, spans);
  };

  it.each<[string, string[], string]>([
    ["She said, slowly, no.", ["She", "no", "."], "She no."],
    ["not even Anna, said (or so) why?", ["not", ",", "said", "(", "so", ")", "?"], "not, said (so)?"],
    ["one\ntwo three\n\nfour five", ["one", "three", "five"], "one\nthree\n\nfive"],
    ["会议改到星期四下午", ["会议", "星期四"], "会议星期四"],
    ["a  b", ["a", "b"], "a  b"],
    ["x-ray of state-of-the-art", ["x", "-", "ray", "state", "art"], "x-ray state art"],
  ])("with what stood between them, or one space: %j", (source, words, expected) => {
    const { text, spans } = printed(source, ...words);
    expect(text).toBe(expected);
    expect(
      spans
        .map(([start, end]) => source.slice(start, end))
        .join("")
        .replaceAll(/\s/g, ""),
    ).toBe(expected.replaceAll(/\s/g, ""));
  });
});

describe("options", () => {
  it.each<[Llmlingua2Options, string]>([
    [{ rate: 0 }, "Expected `rate` to be in (0, 1], got `0`."],
    [{ rate: 1.5 }, "Expected `rate` to be in (0, 1], got `1.5`."],
    [{ maxTokens: 0 }, "Expected `maxTokens` to be an integer of at least 1, got `0`."],
    [{ contextLevelRate: -1 }, "Expected `contextLevelRate` to be in [0, 1], got `-1`."],
    [{ targetContext: 1.5 }, "Expected `targetContext` to be an integer of at least 0, got `1.5`."],
    [{ tokenToWord: "last" as "mean" }, 'Expected `tokenToWord` to be "mean" or "first", got `"last"`.'],
    [{ forceTokens: [""] }, 'Expected `forceTokens` to be an array of strings that are not empty, got `""`.'],
    [{ forceContextIds: [-1] }, "Expected `forceContextIds` to be an array of indices of at least 0, got `-1`."],
    [{ dropConsecutive: 1 as unknown as boolean }, "Expected `dropConsecutive` to be true or false, got `1`."],
    [
      { forceTokens: Array.from({ length: 101 }, (_, index) => `t${index}`) },
      "Expected `forceTokens` to be at most 100 strings, got an array of 101.",
    ],
  ])("that cannot be used are refused: %j", async (options, message) => {
    const call = compressLlmlingua2(["text"], options, await idScoredModel("wordpiece"));
    await expect(call).rejects.toThrow(new InvalidOptionError(message));
  });
});
