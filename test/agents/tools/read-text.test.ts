import { describe, expect, it } from "vitest";
import { type ReadRequest, readText } from "../../../src/agents/tools/read-text.js";
import { countTokens } from "../../../src/index.js";
import { countWords } from "../history/histories.js";
import { scriptedSieve } from "../history/scripted-sieve.js";

const text = Array.from({ length: 200 }, (_, index) =>
  index === 120 ? "retry limit is 7 here" : `line ${index} of the log`,
).join("\n");
const read = (request: Partial<ReadRequest>) =>
  readText({
    text,
    id: "abc",
    maxTokens: 40,
    tokenizer: countWords,
    openSieve: async () => scriptedSieve(),
    ...request,
  });

describe("readText", () => {
  it("gives lines by their numbers, as many as fit", async () => {
    expect(await read({ lines: "121" })).toBe("121: retry limit is 7 here");
    expect(await read({ lines: "120-122" })).toBe(
      "120: line 119 of the log\n121: retry limit is 7 here\n122: line 121 of the log",
    );
    const many = await read({ lines: "10-" });
    expect(many).toMatch(/^10: line 9 of the log\n.*\n\[\d+ more lines\]$/su);
    expect(await countTokens(many, countWords)).toBeLessThanOrEqual(40);
  });

  it("says of lines that are not there what was expected", async () => {
    expect(await read({ lines: "900-" })).toBe('Expected `lines` as "40-80" within 1 and 200, got "900-".');
    expect(await read({ lines: "ten" })).toMatch(/^Expected `lines`/u);
  });

  it("finds a pattern with the lines around it, in any letter case", async () => {
    const found = await read({ pattern: "RETRY*7" });
    expect(found.split("\n")).toHaveLength(5);
    expect(found).toContain("121: retry limit is 7 here");
    expect(await read({ pattern: "nowhere|retry limit" })).toBe(found);
    expect(await read({ pattern: "nowhere" })).toBe("None of its 200 lines matches.");
  });

  it("gives the matches before what stands around them, and what stands around a match in a long line", async () => {
    const found = await read({ pattern: "of the log", maxTokens: 12 });
    expect(found).toBe("1: line 0 of the log\n[198 more matches]");
    const data = JSON.stringify(
      Array.from({ length: 300 }, (_, index) => ({ id: index, keeper: `keeper ${index} 😀` })),
    );
    const inData = await read({ text: data, pattern: "keeper 250" });
    expect(inData).toMatch(/^1: ….*"id":250,"keeper":"keeper 250 .*…$/u);
    expect(inData.length).toBeLessThan(300);
  });

  it("says where to read on if not even one line fits", async () => {
    const wide = `first\n${"word ".repeat(90)}\nlast`;
    expect(await read({ text: wide, lines: "2" })).toBe(
      "[1 lines; the first one is longer than 40 tokens: read it from offset 6]",
    );
    expect(wide.slice(6)).toMatch(/^word /u);
  });

  it("takes no time over a pattern that is meant to", async () => {
    const hostile = "a".repeat(50_000);
    expect(await read({ text: hostile, pattern: `${"a*".repeat(2000)}b` })).toMatch(/^None/u);
  });

  it("asks the sieve if there is a question", async () => {
    const found = await read({ question: "retry limit" });
    expect(found).toContain("retry limit");
    expect(await countTokens(found, countWords)).toBeLessThanOrEqual(40);
  });

  it("reads on page by page, and says where the text ends", async () => {
    let offset = 0;
    let whole = "";
    for (;;) {
      const page = await read({ offset });
      expect(await countTokens(page, countWords)).toBeLessThanOrEqual(40);
      const [note, next] = /\n\[goes on at offset (\d+) of \d+: read_original abc\]$/u.exec(page) ?? [];
      whole += note === undefined ? page : page.slice(0, -note.length);
      if (next === undefined) break;
      offset = Number(next);
    }
    expect(whole).toBe(text);
    expect(await read({ offset: text.length + 5 })).toBe(
      `There is nothing from offset ${text.length + 5} on: the text ends at ${text.length}.`,
    );
  });
});
