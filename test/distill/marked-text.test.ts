import { describe, expect, it } from "vitest";
import { readMarkedText } from "../../src/distill/marked-text.js";

const read = (compressed: string, source?: string) =>
  readMarkedText(compressed, source)
    .map((word) => (word.core ? `[${word.surface}]` : word.surface))
    .join(" ");

describe("readMarkedText", () => {
  it("takes the marks out and remembers what stood between them", () => {
    expect(read("name «Bob Morris». «Expert».")).toBe("name [Bob] [Morris] . [Expert] .");
  });

  it("takes the marks for text where the source quotes the same words in them", () => {
    expect(read("titre «Le Monde» journal", "Un titre comme «Le Monde» est un journal")).toBe(
      "titre « Le Monde » journal",
    );
  });

  it("takes the inner of two nested pairs for text where the source holds such marks", () => {
    expect(read("«le «grand mot» dit»", "il a dit le mot «grand beau mot» puis dit")).toBe(
      "[le] [«] [grand] [mot] [»] [dit]",
    );
  });

  it("never takes more marks for text than the source holds", () => {
    expect(read("«a b» «a b»", "«a b» et c")).toBe("« a b » [a] [b]");
  });

  it("does not fail on marks without a partner", () => {
    expect(read("a » b « c")).toBe("a b [c]");
    expect(read("a » b", "a » b")).toBe("a » b");
  });

  it("keeps the space before a word that follows a mark", () => {
    const words = readMarkedText("a «b»c");
    expect(words.map((word) => word.spaceBefore)).toEqual([true, true, false]);
  });

  it("tells a line break and a sentence's end before a word from none", () => {
    expect(readMarkedText("a b. c\nd 3.5").map((word) => word.boundary)).toEqual([2, 0, 0, 1, 2, 0, 0, 0]);
  });
});
