import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ENCODINGS, tokenizerName } from "../../src/cli/tokenizer-names.js";
import { countTokens } from "../../src/core/index.js";

describe("a tokenizer's name on the command line", () => {
  it.each(ENCODINGS)("is an encoding that the library counts by: %s", async (encoding) => {
    expect(tokenizerName(encoding)).toBe(encoding);
    expect(await countTokens("two words", encoding)).toBe(2);
  });

  it.each([
    ["gpt-4o", "o200k_base"],
    ["gpt-4o-mini-2024-07-18", "o200k_base"],
    ["chatgpt-4o-latest", "o200k_base"],
    ["gpt-4.1", "o200k_base"],
    ["gpt-4.5-preview", "o200k_base"],
    ["gpt-5", "o200k_base"],
    ["gpt-5-mini", "o200k_base"],
    ["openai/gpt-5", "o200k_base"],
    ["o1", "o200k_base"],
    ["o3", "o200k_base"],
    ["o4-mini", "o200k_base"],
    ["gpt-oss-20b", "o200k_harmony"],
    ["gpt-4", "cl100k_base"],
    ["gpt-4-turbo", "cl100k_base"],
    ["GPT-3.5-Turbo", "cl100k_base"],
    ["gpt-35-turbo", "cl100k_base"],
    ["text-embedding-3-small", "cl100k_base"],
    ["text-davinci-003", "p50k_base"],
  ])("may be a model's: %s", (model, encoding) => expect(tokenizerName(model)).toBe(encoding));

  it("may be a folder's that holds a tokenizer.json", () => {
    const folder = mkdtempSync(join(tmpdir(), "contextsieve-tokenizer-"));
    writeFileSync(join(folder, "tokenizer.json"), "{}");
    expect(tokenizerName(folder)).toBe(folder);
    rmSync(folder, { recursive: true });
  });

  it.each([
    ["claude-sonnet-4", /Anthropic publishes no tokenizer for Claude: count with o200k_base/u],
    ["gemini-2.5-pro", /Gemini counts as Gemma does: give a folder/u],
    ["llama-3.1-8b", /give a folder that holds the model's tokenizer\.json/u],
    ["o300k", /^Expected --tokenizer to be one of o200k_base, .+, got `o300k`\.$/u],
    ["o2-mini", /got `o2-mini`\.$/u],
    ["", /got ``\.$/u],
  ])("is refused with what to use instead: %s", (name, message) => {
    expect(() => tokenizerName(name)).toThrow(message);
  });
});
