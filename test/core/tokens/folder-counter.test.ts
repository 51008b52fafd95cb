import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InvalidOptionError } from "../../../src/core/errors.js";
import { loadFolderCounter } from "../../../src/core/tokens/folder-counter.js";
import { Tokenizer } from "../../../src/core/tokens/tokenizers-port.js";
import { hardText } from "../../contract/hard-text.js";

const fixtures = fileURLToPath(new URL("fixtures", import.meta.url));
const readJson = (path: string): unknown => JSON.parse(readFileSync(join(fixtures, path), "utf8"));
const hardTexts = readJson("hard-texts.json") as string[];
const goldenCounts = readJson("tokenizers-counts.json") as Record<string, number[]>;

describe("a folder with a tokenizer.json", () => {
  it.each(Object.keys(goldenCounts))("%s counts 98 hard texts as the tokenizers library does", async (name) => {
    const { count } = await loadFolderCounter(join(fixtures, name));
    expect(hardTexts.map((text) => [text, count(text)])).toEqual(
      hardTexts.map((text, index) => [text, goldenCounts[name]?.[index]]),
    );
  });

  // The JavaScript port tokenizes the whole text at once. It leaves out Metaspace's cutting, so the unigram
  // tokenizer has the golden counts alone.
  it.each(["byte-level-bpe", "sentence-piece-bpe", "word-piece"])(
    "%s counts any text by pieces as the port counts it whole",
    async (name) => {
      const { count } = await loadFolderCounter(join(fixtures, name));
      const file = readJson(`${name}/tokenizer.json`) as { added_tokens: { single_word: boolean }[] };
      // The port finds single-word tokens inside words too.
      file.added_tokens = file.added_tokens.filter((token) => !token.single_word);
      const whole = new Tokenizer(file, {}) as unknown as { tokenize(text: string): string[] };
      const text = hardText().filter((sample) => !sample.includes("café"));
      fc.assert(
        fc.property(text, (sample) => {
          expect(count(sample)).toBe(whole.tokenize(sample).length);
        }),
        { numRuns: 1000 },
      );
    },
  );

  it("counts a token that the text spells out as one, with the white space it takes", async () => {
    const { count } = await loadFolderCounter(join(fixtures, "byte-level-bpe"));
    expect(count("<|im_start|>")).toBe(1);
    expect(count("<|im_start|><|im_end|>")).toBe(2);
    expect(count("   <mask>")).toBe(1);
    expect(count("café")).toBe(1);
    expect(count("cafés")).toBeGreaterThan(1);
  });

  it("is incremental if text is cut at words, and says so", async () => {
    for (const name of Object.keys(goldenCounts)) {
      expect([name, (await loadFolderCounter(join(fixtures, name))).incremental]).toEqual([name, true]);
    }
  });

  it("counts 100,000 letters in one run within seconds", async () => {
    for (const name of Object.keys(goldenCounts)) {
      const { count } = await loadFolderCounter(join(fixtures, name));
      const start = performance.now();
      expect(count("x".repeat(100_000))).toBeGreaterThanOrEqual(1);
      expect(performance.now() - start).toBeLessThan(5000);
    }
  });
});

describe("a tokenizer.json that is changed or broken", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tokenizer-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const save = (content: string): Promise<void> => writeFile(join(folder, "tokenizer.json"), content);
  const original = (name: string): Promise<string> => readFile(join(fixtures, name, "tokenizer.json"), "utf8");

  it("counts the whole text as one piece, no longer incrementally, if nothing tells words apart", async () => {
    const file = JSON.parse(await original("byte-level-bpe"));
    file.pre_tokenizer = null;
    await save(JSON.stringify(file));
    const counter = await loadFolderCounter(folder);
    expect(counter.incremental).toBe(false);
    expect(await counter.count("ab")).toBeGreaterThan(0);
  });

  it("reads a file that leaves out the fields that are null", async () => {
    const { version, model } = JSON.parse(await original("byte-level-bpe"));
    await save(JSON.stringify({ version, model }));
    expect((await loadFolderCounter(folder)).count("ab")).toBeGreaterThan(0);
  });

  it("counts unknown characters as their bytes where a unigram model falls back to bytes", async () => {
    const file = JSON.parse(await original("unigram-metaspace"));
    file.model.byte_fallback = true;
    await save(JSON.stringify(file));
    const { count } = await loadFolderCounter(folder);
    const plain = await loadFolderCounter(join(fixtures, "unigram-metaspace"));
    expect(plain.count("\u0e01\u0e02")).toBe(2); // the space mark, and one unknown token
    expect(count("\u0e01\u0e02")).toBe(1 + 6);
  });

  it.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["no model", '{"version":"1.0"}'],
    ["an empty model", '{"model":null}'],
    ["a model of a kind that is not known", '{"model":{"type":"Mystery","vocab":{"a":0}}}'],
    ["an unknown model", '{"model":{"type":"Oracle"}}'],
    ["an unknown pre-tokenizer", '{"model":{"type":"BPE","vocab":{},"merges":[]},"pre_tokenizer":{"type":"Oracle"}}'],
  ])("refuses a file with %s, naming the folder", async (_, content) => {
    await save(content);
    const failure = loadFolderCounter(folder);
    await expect(failure).rejects.toThrow(InvalidOptionError);
    await expect(failure).rejects.toThrow(/^Expected `tokenizer` to name a folder with a usable tokenizer\.json, got/);
    await expect(failure).rejects.toThrow(folder);
  });
});
