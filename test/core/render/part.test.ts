import { describe, expect, it } from "vitest";
import { renderStretch, type Stretch, stretchOf } from "../../../src/core/render/part.js";
import { documentOf } from "../../support/documents.js";

/** So many units of a text's only stretch. */
function begun(text: string, count: number): string {
  const document = documentOf(text);
  return renderStretch(document, stretchOf(document, 0, Uint32Array.of(0)) as Stretch, count).text;
}

describe("a stretch that is cut", () => {
  it("loses a figure whose unit is cut off", () => {
    expect(begun("The oak planks were 6 in wide that winter", 5)).toBe("The oak planks");
    expect(begun("The oak planks were 40 kg heavy that winter", 5)).toBe("The oak planks");
  });

  it("keeps a figure in front of a preposition, which is no inch", () => {
    expect(begun("Solveig Brekke came 22 February 1969 in Molde and stayed there", 6)).toBe(
      "Solveig Brekke came 22 February 1969",
    );
  });

  it.each([
    ["The editor called off the first rehearsal", 3, "The editor"],
    ["The editor called it off after the rehearsal", 4, "The editor"],
    ["The result is far from certain today", 4, "The result"],
  ])("is never cut between two words that say one thing: %s", (text, count, expected) => {
    expect(begun(text, count)).toBe(expected);
  });

  it.each([
    ["Had it not been for the dam the town would have been flooded", 8, "Had it not been for the dam"],
    ["Were the bank to sell the house they would stay", 5, "Were the bank to sell"],
    ["The town would have lost its school had it not been for the parents", 5, "had it not been for"],
  ])("begins where a condition whose verb stands in front does: %s", (text, count, expected) => {
    expect(expected.startsWith(begun(text, count))).toBe(true);
    expect(begun(text, count)).not.toBe("");
  });
});
