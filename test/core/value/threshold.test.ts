import { describe, expect, it } from "vitest";
import { renderDocument } from "../../../src/core/render/prose.js";
import { applyThreshold, unitScore } from "../../../src/core/value/threshold.js";
import { documentOf, unitsOf } from "../../support/documents.js";

const SCORES: Record<string, number> = { alpha: 0.95, beta: 0.9, gamma: 0.85, delta: 0.6, not: 0.05, filler: 0.2 };
const scored = (text: string) => documentOf(text, (surface) => SCORES[surface.toLowerCase()] ?? 0.1);

function textAt(text: string, threshold: number, relevance?: number): string {
  const document = scored(text);
  const logits = relevance === undefined ? undefined : Float32Array.from(document.sentences, () => relevance);
  return renderDocument(document, applyThreshold({ index: 0, document, relevance: logits }, threshold)).text;
}

describe("a threshold", () => {
  it("keeps the words that reach it, and what is protected beside them", () => {
    expect(textAt("Alpha filler beta not gamma delta.", 0.8)).toBe("Alpha beta not gamma.");
    expect(textAt("Alpha filler beta not gamma delta.", 0.5)).toBe("Alpha beta not gamma delta.");
  });

  it("drops a sentence whole of which only crumbs would be left, protected words too", () => {
    expect(textAt("Alpha filler not filler filler. Alpha beta gamma.", 0.8)).toBe("Alpha beta gamma.");
  });

  it("of 0 keeps every word, of 1 none", () => {
    expect(textAt("Alpha filler not; beta.", 0)).toBe("Alpha filler not; beta.");
    expect(textAt("Alpha beta gamma.", 1)).toBe("");
  });

  it("moves with the question: up where the sentence is needed, down where it is not", () => {
    const document = scored("Alpha delta.");
    const delta = unitsOf(document).indexOf("delta");
    expect(unitScore(document, delta, 0)).toBeCloseTo(0.6, 5);
    expect(unitScore(document, delta, 2)).toBeGreaterThan(0.7);
    expect(unitScore(document, delta, -2)).toBeLessThan(0.4);
    expect(textAt("Alpha filler beta gamma delta.", 0.8, 3)).toBe("Alpha beta gamma delta.");
    expect(textAt("Alpha filler beta gamma delta.", 0.8, -8)).toBe("");
  });
});
