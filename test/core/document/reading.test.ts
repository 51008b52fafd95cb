import { describe, expect, it } from "vitest";
import { readingOf, scoresOfSource } from "../../../src/core/document/reading.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { segmentText } from "../../../src/core/text/segment.js";

describe("the scores of a text that was read as something else", () => {
  it("are those of its reading where a word was read; elsewhere nothing is known, and nothing is a pivot", async () => {
    const text = '{"colour": "green", "wheels": [4, 4, 6]}';
    const { words, sentences, outline } = await segmentText(text);
    if (!outline) throw new Error("Expected the text to be read as JSON.");
    const reading = runAtOnce(readingOf({ text, words, sentences, outline }));
    const { length } = reading.words;
    const scored = scoresOfSource({ words, sentences }, reading, {
      keep: new Float32Array(length).fill(0.25),
      core: new Float32Array(length).fill(0.125),
      pivot: new Float32Array(length).fill(0.75),
      vectors: new Float32Array(0),
      dimension: 0,
    });
    const at = (surface: string) => words.findIndex(({ start, end }) => text.slice(start, end) === surface);
    const scoresAt = (word: number) => [scored.keep[word], scored.core[word], scored.pivot[word]];
    expect(scoresAt(at("green"))).toEqual([0.25, 0.125, 0.75]);
    expect(scoresAt(at("{"))).toEqual([0.5, 0.5, 0]);
  });
});
