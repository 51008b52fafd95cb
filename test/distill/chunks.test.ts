import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitWords } from "../../src/core/text/words.js";
import { chunkText } from "../../src/distill/chunks.js";
import { loadTokenCount } from "../../src/distill/token-count.js";

const countTokens = await loadTokenCount("o200k_base");
const chunksOf = (text: string, maxTokens: number) =>
  chunkText(text, countTokens, maxTokens).map(({ start, end }) => text.slice(start, end));

describe("chunkText", () => {
  it("leaves a short text whole, without the white space around it", () => {
    expect(chunksOf("  One two. Three.\n", 512)).toEqual(["One two. Three."]);
  });

  it("ends chunks at sentence ends and fills them", () => {
    const sentences = Array.from({ length: 40 }, (_, index) => `Sentence number ${index} says very little.`);
    const chunks = chunksOf(sentences.join(" "), 50);
    expect(chunks.join(" ")).toBe(sentences.join(" "));
    for (const [index, chunk] of chunks.entries()) {
      expect(chunk.endsWith("little.")).toBe(true);
      expect(countTokens(chunk)).toBeLessThanOrEqual(50);
      const next = chunks[index + 1]?.split(". ")[0];
      if (next !== undefined) expect(countTokens(`${chunk} ${next}.`)).toBeGreaterThan(50);
    }
  });

  it("cuts a sentence that is longer than a chunk between words", () => {
    const text = `${"word ".repeat(80)}end`;
    const chunks = chunksOf(text, 16);
    expect(chunks.length).toBeGreaterThan(4);
    expect(chunks.join(" ")).toBe(text);
  });

  it("counts text that looks like a special token as text", () => {
    expect(chunksOf("say <|endoftext|> now", 512)).toEqual(["say <|endoftext|> now"]);
  });

  it("has no chunk for a text without words", () => {
    expect(chunksOf(" \n ", 512)).toEqual([]);
  });

  it("puts every word into exactly one chunk and keeps the limit for any text", () => {
    const text = fc.array(
      fc.oneof(fc.lorem({ maxCount: 3, mode: "sentences" }), fc.constantFrom("\n\n", " ", "12.5 €", "東大寺は。")),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 12, max: 60 }), (parts, maxTokens) => {
        const source = parts.join(" ");
        const chunks = chunkText(source, countTokens, maxTokens);
        for (const { start, end } of chunks) {
          expect(countTokens(source.slice(start, end))).toBeLessThanOrEqual(maxTokens);
        }
        for (const word of splitWords(source)) {
          expect(chunks.filter(({ start, end }) => start <= word.start && word.end <= end)).toHaveLength(1);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("loadTokenCount", () => {
  it("rejects an unknown encoding by name", async () => {
    await expect(loadTokenCount("p50k" as "o200k_base")).rejects.toThrow(
      "Expected `encoding` to be one of o200k_base, cl100k_base, got `p50k`.",
    );
  });
});
