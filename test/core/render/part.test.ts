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
});
