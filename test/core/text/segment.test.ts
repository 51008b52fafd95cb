import { describe, expect, it } from "vitest";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { cutWords, segmentText } from "../../../src/core/text/segment.js";
import { splitWords } from "../../../src/core/text/words.js";
import { HARD_TEXTS, PASSAGES } from "../../support/texts.js";

describe("a long text", () => {
  it("has the same words cut in sections as cut at once", async () => {
    const texts = [
      PASSAGES.map(({ text }) => text)
        .join("\n\n")
        .repeat(4),
      [...HARD_TEXTS.values()].join(" ").repeat(20),
      `${"x".repeat(40_000)} and ${"y".repeat(90_000)}.`,
      "un-broken,run;of:all/sorts".repeat(4000),
      `${"不".repeat(9)}。`.repeat(10_000),
    ];
    for (const text of texts) {
      expect(text.length).toBeGreaterThan(65_536);
      const { words, sentences } = await segmentText(text);
      expect(runAtOnce(cutWords(text))).toEqual(splitWords(text));
      let next = 0;
      for (const { firstWord, endWord } of sentences) {
        expect(firstWord).toBe(next);
        next = endWord;
      }
      expect(next).toBe(words.length);
    }
  });

  it("is JSON in every section, where it is JSON at all", async () => {
    const record = { id: 1, name: "not a name", note: "An ordinary, rather long note about nothing at all." };
    for (const text of [
      JSON.stringify(
        Array.from({ length: 2000 }, () => record),
        null,
        2,
      ),
      JSON.stringify(Array.from({ length: 2000 }, () => record)),
      Array.from({ length: 2000 }, () => JSON.stringify(record)).join("\n"),
    ]) {
      const { sentences } = await segmentText(text);
      expect(new Set(sentences.map(({ kind }) => kind))).toEqual(new Set(["data"]));
    }
  });

  it("keeps fenced code open from one section to the next, and closed after it", async () => {
    const code = Array.from({ length: 4000 }, (_, line) => `word number ${line}${line % 20 === 0 ? "\n" : ""}`).join(
      "\n",
    );
    const { sentences } = await segmentText(`Before it.\n\n\`\`\`\n${code}\n\`\`\`\n\nAfter it all is prose.`);
    const kinds = sentences.map(({ kind }) => kind);
    expect(kinds[0]).toBe("prose");
    expect(kinds.at(-1)).toBe("prose");
    expect(new Set(kinds.slice(1, -1))).toEqual(new Set(["code"]));
  });

  it("lets others have their turns while it is cut", async () => {
    const text = PASSAGES.map((passage) => passage.text)
      .join("\n")
      .repeat(40);
    let turns = 0;
    let running = true;
    const count = (): void => {
      turns += 1;
      if (running) setImmediate(count);
    };
    setImmediate(count);
    await segmentText(text);
    running = false;
    expect(turns).toBeGreaterThan(10);
  });
});
