import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_SENTENCE_WORDS, splitSentences } from "../../../src/core/text/sentences.js";
import { splitWords } from "../../../src/core/text/words.js";
import { anyText, CASES } from "../../support/arbitraries.js";

function sentencesOf(text: string): string[] {
  return splitSentences(text, splitWords(text)).map(({ start, end }) => text.slice(start, end));
}

describe("sentences", () => {
  it.each([
    ["a full stop, a question mark and an exclamation mark", ["It rained.", "Did it?", "Yes!", "So we stayed."]],
    ["abbreviations and titles", ["Dr. Smith met Mrs. Jones vs. the U.S. team, e.g. Bob, on Jan. 5.", "He left."]],
    ["initials", ["J. R. R. Tolkien wrote it.", "We read it."]],
    ["decimals, versions and file names", ["Version 2.0.4 of app.py costs $3.50.", "Not more."]],
    ["numbered references", ["See No. 7, fig. 2 and pp. 11.", "She said no.", "Then she left."]],
    ["German dates", ["Es bleibt ab dem 14. Mai geschlossen.", "Danach nicht."]],
    ["quotes and brackets behind the stop", ['He said: "No."', "(They agreed.)", "Then: done."]],
    ["an ellipsis inside a sentence", ["Well... maybe not.", "Yes."]],
  ])("end where they end, minding %s", (_, sentences) => {
    expect(sentencesOf(sentences.join(" "))).toEqual(sentences);
  });

  it("end at the full stops of Chinese, Japanese, Hindi and Arabic", () => {
    expect(sentencesOf("他不来。你呢？好！")).toEqual(["他不来。", "你呢？", "好！"]);
    expect(sentencesOf("「行かない。」と言った。雨だ。")).toEqual(["「行かない。」", "と言った。", "雨だ。"]);
    expect(sentencesOf("वह नहीं आया। हम गए।")).toEqual(["वह नहीं आया।", "हम गए।"]);
    expect(sentencesOf("هل جاء؟ لم يأت.")).toEqual(["هل جاء؟", "لم يأت."]);
  });

  it("go on over the line breaks of hard-wrapped text", () => {
    const wrapped =
      "The committee met on Tuesday and decided, after a long\ndebate about the boiler, that nothing would be bought\nthis year. The next meeting is in May.";
    expect(sentencesOf(wrapped)).toEqual([
      wrapped.slice(0, wrapped.indexOf(" The next")),
      "The next meeting is in May.",
    ]);
  });

  it("are one for each list item, speaker and log line", () => {
    expect(sentencesOf("- milk, not cream\n- 3 eggs\n2) flour")).toEqual(["- milk, not cream", "- 3 eggs", "2) flour"]);
    expect(sentencesOf("Anna: I can't\nBen: me neither")).toEqual(["Anna: I can't", "Ben: me neither"]);
    expect(sentencesOf("2026-01-02 10:00 started\n2026-01-02 10:01 failed")).toHaveLength(2);
  });

  it("cover every word exactly once, in order, and hold at most so many words", () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const words = splitWords(text);
        let next = 0;
        for (const { start, end, kind, firstWord, endWord } of splitSentences(text, words)) {
          expect(firstWord).toBe(next);
          expect(endWord).toBeGreaterThan(firstWord);
          if (kind === "prose") expect(endWord - firstWord).toBeLessThanOrEqual(MAX_SENTENCE_WORDS);
          expect([start, end]).toEqual([words[firstWord]?.start, words[endWord - 1]?.end]);
          next = endWord;
        }
        expect(next).toBe(words.length);
      }),
      { numRuns: CASES },
    );
  });
});
