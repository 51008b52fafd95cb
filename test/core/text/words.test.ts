import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitWords } from "../../../src/core/text/words.js";
import { anyText, CASES } from "../../support/arbitraries.js";

function surfaces(text: string): string[] {
  return splitWords(text).map(({ start, end }) => text.slice(start, end));
}

describe("words", () => {
  it("are runs of letters, digits, marks and underscores; any other visible symbol is a word of its own", () => {
    expect(surfaces("Don't pay £18,640 to run_once()!")).toEqual([
      ..."Don|'|t|pay|£|18|,|640|to|run_once|(|)|!".split("|"),
    ]);
  });

  it("hold their combining marks, joiners and conjuncts", () => {
    expect(surfaces("cafe\u0301 नहीं می\u200cشود")).toEqual(["cafe\u0301", "नहीं", "می\u200cشود"]);
  });

  it("are segmented where the script has no spaces", () => {
    expect(surfaces("该号码不在")).toEqual(["该", "号码", "不在"]);
    expect(surfaces("GPT模型")).toEqual(["GPT", "模型"]);
    expect(surfaces("ไม่เปิด").join("")).toBe("ไม่เปิด");
    expect(surfaces("ไม่เปิด").length).toBeGreaterThan(1);
  });

  it("keep emoji sequences, flags and skin tones in one piece", () => {
    expect(surfaces("👩🏽‍💻👨‍👩‍👧‍👦 🇫🇮🇧🇷 ❤️‍🔥 👍🏾")).toEqual(["👩🏽‍💻", "👨‍👩‍👧‍👦", "🇫🇮", "🇧🇷", "❤️‍🔥", "👍🏾"]);
  });

  it("are none in white space, control and format characters, and lone surrogates", () => {
    expect(surfaces(" \t\r\n\u00a0\u2028\0\u200b\ufeff\ud800 \udc00")).toEqual([]);
    expect(surfaces("a\ud800b\0c")).toEqual(["a", "b", "c"]);
  });

  it("know whether white space stands before them", () => {
    expect(splitWords("a b,c").map(({ spaceBefore }) => spaceBefore)).toEqual([true, true, false, false]);
  });

  it("do not depend on where the segmenter's input is cut", () => {
    const sentence = "该号码不在我们支持的地区请改用邮箱";
    const words = surfaces(sentence);
    expect(surfaces(sentence.repeat(200))).toEqual(Array.from({ length: 200 }, () => words).flat());
  });

  it("ascend, never overlap, hold no white space, and leave no visible character out", () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        let last = 0;
        for (const { start, end } of splitWords(text)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(text.slice(start, end)).not.toMatch(/\s/u);
          expect(text.slice(last, start)).not.toMatch(/[\p{L}\p{N}\p{P}\p{Sc}\p{Sm}]/u);
          last = end;
        }
        expect(text.slice(last)).not.toMatch(/[\p{L}\p{N}\p{P}\p{Sc}\p{Sm}]/u);
      }),
      { numRuns: CASES },
    );
  });

  it("of one run of 100,000 letters are one word, found in linear time", () => {
    const started = performance.now();
    expect(splitWords("x".repeat(100_000))).toEqual([{ start: 0, end: 100_000, spaceBefore: true }]);
    expect(surfaces("本".repeat(50_000)).join("")).toHaveLength(50_000);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
