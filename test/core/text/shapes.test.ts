import { describe, expect, it } from "vitest";
import { SHAPE_COUNT, wordShape } from "../../../src/core/text/shapes.js";
import { splitWords } from "../../../src/core/text/words.js";
import { HARD_TEXTS } from "../../support/texts.js";

function shapesOf(text: string): [string, number, number][] {
  let previousEnd = 0;
  return splitWords(text).map((word) => {
    const shape = wordShape(text, word, previousEnd);
    previousEnd = word.end;
    return [text.slice(word.start, word.end), Math.floor(shape / 4), shape % 4];
  });
}

describe("word shapes", () => {
  it("tell letter case apart", () => {
    expect(shapesOf("lower Title UPPER miXed v2 语 !").map(([word, letterCase]) => [word, letterCase])).toEqual([
      ["lower", 1],
      ["Title", 2],
      ["UPPER", 3],
      ["miXed", 4],
      ["v2", 5],
      ["语", 0],
      ["!", 0],
    ]);
    expect(shapesOf("A I é Éa ß").map(([, letterCase]) => letterCase)).toEqual([2, 2, 1, 2, 1]);
  });

  it("tell what stands before the word: nothing, a space, a line break, a blank line", () => {
    expect(shapesOf("a b,c\nd\n\ne\r\nf\r\n\r\ng").map(([, , boundary]) => boundary)).toEqual([2, 1, 0, 0, 2, 3, 2, 3]);
  });

  it("lie within the token types of the model", () => {
    for (const text of HARD_TEXTS.values()) {
      for (const [, letterCase, boundary] of shapesOf(text)) {
        expect(4 * letterCase + boundary).toBeGreaterThanOrEqual(0);
        expect(4 * letterCase + boundary).toBeLessThan(SHAPE_COUNT);
      }
    }
  });
});
