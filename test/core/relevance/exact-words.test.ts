import { describe, expect, it } from "vitest";
import { exactWordGains } from "../../../src/core/relevance/exact-words.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { documentOf } from "../../support/documents.js";

/** What each sentence of the texts gains by the words of the question. */
function gains(question: string, ...texts: string[]): number[][] {
  const documents = texts.map((text) => documentOf(text));
  return runAtOnce(exactWordGains(question, documents)).map((row) => [...row]);
}

describe("exact words", () => {
  it("lift the sentence with the question's code, name or number above the others", () => {
    const codes =
      "NQ-4001 means that the shop is locked. NQ-4038 means that the parcel is lost. NQ-4075 means nothing.";
    const [[first, second, third]] = gains("What does NQ-4038 mean?", codes) as [[number, number, number]];
    expect(second).toBeGreaterThan(3 * Math.max(first, third));
  });

  it("count the more the rarer they are, and not at all if they name nothing", () => {
    const [row] = gains(
      "Where is the boiler of Harrow?",
      "The boiler is old. The boiler hums. Harrow has a boiler.",
      "Where is it?",
    );
    expect(row?.[2]).toBeGreaterThan((row?.[0] as number) * 2);
    expect(gains("Where is it?", "Where is it?")).toEqual([[0]]);
  });

  it("find an identifier by its parts and as a whole, whatever its case, and a plural by its singular", () => {
    const text = "The option headersTimeout is in seconds. Nothing is here. A pump is there.";
    expect(gains("default of headers timeout", text)[0]?.[0]).toBeGreaterThan(0);
    expect(gains("default of HEADERSTIMEOUT", text)[0]?.[0]).toBeGreaterThan(0);
    expect(gains("pumps", text)[0]?.[2]).toBeGreaterThan(0);
    expect(gains("pumps", text)[0]?.[1]).toBe(0);
  });

  it.each([
    ["When did the organist die?", "Nobody came. He died in Molde."],
    ["What is her place of birth?", "Nobody came. She was born in Molde."],
    ["the year of his death", "Nobody came. He died in Molde."],
    ["What were the sales?", "Nobody came. They sold nine."],
    ["Who did he marry?", "Nobody came. Their marriage was short."],
  ])("find an irregular word by its verb: %s", (question, text) => {
    const [row] = gains(question, text);
    expect(row?.[0]).toBe(0);
    expect(row?.[1]).toBeGreaterThan(0);
  });

  it("never lower a sentence", () => {
    expect(gains("zebra", "No such animal. Nor here.").flat()).toEqual([0, 0]);
  });
});
