import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countTokens, createSieve, type Sieve } from "../../src/index.js";
import { hasBundledModel } from "../support/bundled-model.js";
import { PASSAGES } from "../support/texts.js";

/** Tokens of a chunk, and characters that its scores may take. */
const CHUNK_TOKENS = 600;
const MOST_CHARACTERS = 15_000;
/** Chunks of short sentences, of speech and lists, take more: each sentence has a vector. */
const TOKENS_PER_SENTENCE = 22;

describe.skipIf(!hasBundledModel)("scores of the bundled model as metadata", () => {
  let sieve: Sieve;
  beforeAll(async () => {
    sieve = await createSieve({ cache: false });
  });
  afterAll(() => sieve.dispose());

  it("take at most 15,000 characters for 600 tokens of prose", async () => {
    const prose = PASSAGES.map(({ text }) => text).filter((text) => !text.includes("\n"));
    const sizes: number[] = [];
    for (const text of await chunksOf(prose)) {
      const [metadata] = await sieve.toMetadata([text]);
      sizes.push(metadata?.contextsieveScores?.length as number);
    }
    expect(sizes.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MOST_CHARACTERS);
  });

  it("give the same text as a pass of the model", async () => {
    const text = readFileSync(new URL("../../examples/data/handbook.md", import.meta.url), "utf8");
    const question = { query: "How long are backups kept?", maxTokens: 120 };
    const [metadata] = await sieve.toMetadata([text]);
    const beside = await sieve.compress({ documents: [{ text, metadata: { ...metadata } }], ...question });
    const encoded = await sieve.compress({ documents: [text], ...question });
    expect(beside.text).toBe(encoded.text);
    expect([beside.timings.cacheHits, encoded.timings.cacheHits]).toEqual([1, 0]);
  });
});

/** Passages of usual sentences, joined until a chunk holds 600 tokens. */
async function chunksOf(passages: readonly string[]): Promise<string[]> {
  const chunks: string[] = [];
  let chunk = "";
  for (const passage of passages) {
    const sentences = passage.split(/[.!?]\s/u).length;
    if ((await countTokens(passage)) / sentences < TOKENS_PER_SENTENCE) continue;
    chunk = chunk === "" ? passage : `${chunk} ${passage}`;
    if ((await countTokens(chunk)) < CHUNK_TOKENS) continue;
    chunks.push(chunk.slice(0, Math.floor((chunk.length * CHUNK_TOKENS) / (await countTokens(chunk)))));
    chunk = "";
  }
  return chunks;
}
