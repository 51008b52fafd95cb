import { describe, expect, it } from "vitest";
import { relevanceInParts, sigmoid } from "../../src/core/relevance.js";
import { atOnce } from "../../src/core/turn.js";
import { planOf } from "../support/plans.js";

const sentenceRelevance = (...request: Parameters<typeof relevanceInParts>) => atOnce(relevanceInParts(...request));

describe("relevance", () => {
  it("is the sigmoid of the cosine, as it was calibrated; a document's is that of its best sentence", () => {
    const plan = planOf("First sentence here. Second sentence here.", undefined, [
      [1, 0],
      [0.6, 0.8],
    ]);
    const { logits, documents } = sentenceRelevance({ text: "q", vector: Float32Array.of(0, 1) }, [plan], {
      scale: 10,
      bias: -3,
    });
    expect([...(logits[0] as Float32Array)].map((logit) => Number(logit.toFixed(4)))).toEqual([-3, 5]);
    expect(documents[0]).toBeCloseTo(5, 4);
    expect(sigmoid(0)).toBe(0.5);
  });

  it("of a document with no sentence is next to nothing", () => {
    const { documents } = sentenceRelevance({ text: "q", vector: Float32Array.of(1) }, [planOf("")], {
      scale: 10,
      bias: -3,
    });
    expect(sigmoid(documents[0] as number)).toBeLessThan(1e-6);
  });

  it("is told by the words in common for models without vectors", () => {
    const plans = [planOf("The boiler failed in May. We had lunch."), planOf("Nothing of the kind happened.")];
    const { logits, documents } = sentenceRelevance(
      { text: "Which boilers failed?", vector: new Float32Array() },
      plans,
      undefined,
    );
    const [boiler, lunch] = logits[0] as Float32Array;
    expect(boiler).toBeGreaterThan(lunch as number);
    expect(documents[0]).toBeGreaterThan(documents[1] as number);
  });
});
