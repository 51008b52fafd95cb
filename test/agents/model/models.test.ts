import { describe, expect, it } from "vitest";
import { tokenizerOfModel } from "../../../src/agents/model/tokenizers.js";
import { tokensOfShare } from "../../../src/agents/model/windows.js";
import { countTokens, InvalidOptionError, trimHistory } from "../../../src/index.js";
import { scriptedSieve } from "../history/scripted-sieve.js";

describe("a tokenizer by the model's name", () => {
  it.each([
    ["gpt-4o-mini", "o200k_base"],
    ["gpt-5", "o200k_base"],
    ["openai/gpt-4.1", "o200k_base"],
    ["o3-mini", "o200k_base"],
    ["gpt-4-turbo", "cl100k_base"],
    ["gpt-3.5-turbo", "cl100k_base"],
  ])("is %s's own", (model, encoding) => {
    expect(tokenizerOfModel(model)).toEqual({ tokenizer: encoding, counting: { tokenizer: encoding, isExact: true } });
  });

  it.each([
    "claude-sonnet-4-5",
    "us.anthropic.claude-3-haiku",
    "gemini-2.5-pro",
    "meta-llama/Llama-3.1-8B",
    "qwen3-32b",
    "mistral-large-latest",
    "a-model-of-mine",
  ])("is an upper bound for %s, and says so", async (model) => {
    const { tokenizer, counting } = tokenizerOfModel(model);
    expect(counting).toMatchObject({ isExact: false, bound: expect.stringContaining("o200k_base x 1.") });
    const exact = await countTokens("The crane lifts forty tonnes.");
    expect(await countTokens("The crane lifts forty tonnes.", tokenizer)).toBeGreaterThan(exact);
    // Other scripts take more in most vocabularies.
    const russian = "Кран поднимает сорок тонн.";
    expect((await countTokens(russian, tokenizer)) / (await countTokens(russian))).toBeGreaterThanOrEqual(1.6);
  });

  it("is said in the result of a trim", async () => {
    const trimmed = await trimHistory([], scriptedSieve(), { maxTokens: 100, targetModel: "claude-opus-4" });
    expect(trimmed.counting).toMatchObject({ isExact: false });
    const exact = await trimHistory([], scriptedSieve(), { maxTokens: 100 });
    expect(exact.counting).toEqual({ tokenizer: "o200k_base", isExact: true });
  });
});

describe("a ceiling as a share of the window", () => {
  it("is of the window that the caller or the profile names, else of the model's", () => {
    expect(tokensOfShare(0.5, { window: 1000, model: "gpt-5" })).toBe(500);
    expect(tokensOfShare(0.6, { model: "gpt-4o" })).toBe(76_800);
    expect(tokensOfShare(0.5, { model: "anthropic/claude-sonnet-4-5" })).toBe(100_000);
    expect(tokensOfShare(4000, {})).toBe(4000);
  });

  it("says what is missing where the window is not known", async () => {
    expect(() => tokensOfShare(0.6, {})).toThrowError(/there is no `targetModel`: give `contextWindow`/u);
    expect(() => tokensOfShare(0.6, { model: "my-own" })).toThrowError(/the window of `my-own` is not known/u);
    await expect(trimHistory([], scriptedSieve(), { maxTokens: 0.6 })).rejects.toThrowError(InvalidOptionError);
  });

  it("leaves room for what is sent besides", async () => {
    const words = (text: string) => text.split(" ").length;
    const messages = [{ role: "user" as const, parts: [{ kind: "text" as const, text: "word ".repeat(50).trim() }] }];
    const options = { maxTokens: 100, tokenizer: words, messageOverhead: 0 };
    expect((await trimHistory(messages, scriptedSieve(), { ...options, reservedTokens: 50 })).tokens).toBe(50);
    expect(
      (await trimHistory(messages, scriptedSieve(), { ...options, reservedTokens: 60 })).tokens,
    ).toBeLessThanOrEqual(40);
    await expect(trimHistory(messages, scriptedSieve(), { ...options, reservedTokens: 100 })).rejects.toThrowError(
      "Expected `reservedTokens` to be less than the ceiling of 100, got `100`.",
    );
  });
});
