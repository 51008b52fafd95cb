import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reconstructPairs } from "../../src/distill/reconstruct.js";
import { scoreReconstruction } from "../../src/distill/reconstruction-score.js";

const perfect = { precision: 1, recall: 1, f1: 1, rougeL: 1, numbers: 1, negations: 1 };

describe("reconstructPairs", () => {
  const original = "The engine does not start below 12 degrees. Nobody knows why.";

  it("scores what a deterministic rebuilder makes of the compression", async () => {
    const pairs = [
      { id: "a", original, compressed: "engine «not start below 12 degrees». Nobody knows why." },
      { id: "b", original, compressed: "engine start. knows why." },
    ];
    const prompts: string[] = [];
    const rebuild = async (prompt: string) => {
      prompts.push(prompt);
      const kept = prompt.slice(prompt.indexOf("|") + 1);
      return kept.startsWith("engine not") ? original : `The ${kept}`;
    };
    const [a, b] = await reconstructPairs(pairs, rebuild, { instruction: "Rebuild:|{text}" });
    expect(prompts[0]).toBe("Rebuild:|engine not start below 12 degrees. Nobody knows why.");
    expect(a).toEqual({ id: "a", rebuilt: original, scores: perfect });
    expect(b?.scores).toMatchObject({ numbers: 0, negations: 0, precision: 1, recall: 5 / 11 });
  });

  it("stops between two pairs when it is aborted", async () => {
    const interrupt = new AbortController();
    let asked = 0;
    const run = reconstructPairs(
      [1, 2, 3].map((id) => ({ id: String(id), original, compressed: original })),
      async () => {
        asked += 1;
        interrupt.abort(new Error("stop"));
        return original;
      },
      { signal: interrupt.signal },
    );
    await expect(run).rejects.toThrow("stop");
    expect(asked).toBe(1);
  });

  it("leaves marks in that are part of the text", async () => {
    const pair = { id: "q", original: "Il lit «Le Monde» ce matin", compressed: "lit «Le Monde» «matin»" };
    const [result] = await reconstructPairs([pair], async (prompt) => prompt, { instruction: "{text}" });
    expect(result?.rebuilt).toBe("lit «Le Monde» matin");
  });
});

describe("scoreReconstruction", () => {
  it("is 1 throughout for the same words, whatever the case and punctuation", () => {
    expect(scoreReconstruction("It's 3.5 metres, not 4!", "it’s 3.5 metres not 4")).toEqual(perfect);
  });

  it("counts words by overlap and their order by ROUGE-L", () => {
    const scores = scoreReconstruction("a b c d", "d c b a");
    expect(scores.f1).toBe(1);
    expect(scores.rougeL).toBe(0.25);
  });

  it("computes precision, recall and their harmonic mean", () => {
    const scores = scoreReconstruction("one two three four", "one two five");
    expect(scores.precision).toBeCloseTo(2 / 3, 12);
    expect(scores.recall).toBe(0.5);
    expect(scores.f1).toBeCloseTo(4 / 7, 12);
    expect(scores.rougeL).toBeCloseTo(4 / 7, 12);
  });

  it("counts every number and every negation that is lost", () => {
    const original = "Do not press 2 or 3 times; it doesn't help without 4.";
    expect(scoreReconstruction(original, "Do press 2 times; it does help without 4.")).toMatchObject({
      numbers: 2 / 3,
      negations: 1 / 3,
    });
  });

  it("has nothing to lose in an empty text, and loses everything to one", () => {
    expect(scoreReconstruction("", "")).toEqual(perfect);
    expect(scoreReconstruction("word 1", "")).toMatchObject({ recall: 0, f1: 0, rougeL: 0, numbers: 0, negations: 1 });
  });

  it("stays between 0 and 1, ROUGE-L never above F1, for any texts", () => {
    const text = fc
      .array(fc.constantFrom("a", "b", "not", "3", "don't", "."), { maxLength: 25 })
      .map((words) => words.join(" "));
    fc.assert(
      fc.property(text, text, (original, rebuilt) => {
        const scores = scoreReconstruction(original, rebuilt);
        for (const value of Object.values(scores)) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        expect(scores.rougeL).toBeLessThanOrEqual(scores.f1 + 1e-12);
      }),
    );
  });
});
