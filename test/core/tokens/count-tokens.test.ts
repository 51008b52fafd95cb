import { describe, expect, it } from "vitest";
import { countTokens, createSieve, InvalidOptionError } from "../../../src/core/index.js";

describe("countTokens", () => {
  it("counts as compress does, with the same default", async () => {
    const text = "The harbour has three cranes: 1, 2 and 3 <|endoftext|> 港.";
    const sieve = await createSieve();
    for (const tokenizer of ["o200k_base", "cl100k_base", (given: string) => given.length]) {
      const { tokens } = await sieve.compress({ documents: [text], rate: 1, tokenizer });
      expect(await countTokens(text, tokenizer)).toBe(tokens);
    }
    expect(await countTokens(text)).toBe(await countTokens(text, "o200k_base"));
    expect(await countTokens("")).toBe(0);
    await sieve.dispose();
  });

  it("names what it cannot count with", async () => {
    await expect(countTokens("a", "nonesuch")).rejects.toThrowError(InvalidOptionError);
  });
});
