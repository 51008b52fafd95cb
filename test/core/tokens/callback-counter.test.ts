import { describe, expect, it } from "vitest";
import { InvalidOptionError } from "../../../src/core/errors.js";
import { callbackCounter } from "../../../src/core/tokens/callback-counter.js";
import type { CountFunction } from "../../../src/core/tokens/counter.js";

async function failureOf(tokenizer: unknown): Promise<unknown> {
  try {
    return await callbackCounter(tokenizer as CountFunction).count("some text");
  } catch (error) {
    return error;
  }
}

describe("the caller's own counting function", () => {
  it("is asked for exactly the text, and its answer is passed on, now or later", async () => {
    const texts: string[] = [];
    const direct = callbackCounter((text) => texts.push(text));
    expect(direct.count("one")).toBe(1);
    const delayed = callbackCounter(async (text) => text.length / 4);
    expect(await delayed.count("a text")).toBe(1.5);
    expect(texts).toEqual(["one"]);
  });

  it("is not incremental and has no piece counts", () => {
    const counter = callbackCounter(() => 0);
    expect([counter.name, counter.incremental, counter.pieceCount]).toEqual(["custom", false, undefined]);
  });

  it.each([
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
    [-1, "-1"],
    ["7", '"7"'],
    [undefined, "undefined"],
    [null, "null"],
    [[1, 2], "object"],
    [10n, "10"],
  ])("is refused when it answers %s", async (answer, shown) => {
    const message = `Expected \`tokenizer\` to return a finite number of at least 0, got \`${shown}\`.`;
    for (const tokenizer of [() => answer, async () => answer]) {
      const failure = await failureOf(tokenizer);
      expect(failure).toBeInstanceOf(InvalidOptionError);
      expect(failure).toHaveProperty("message", message);
    }
  });

  it("has what it throws or rejects with as the cause of the error", async () => {
    const cause = new Error("no network");
    const throwing = () => {
      throw cause;
    };
    for (const tokenizer of [throwing, () => Promise.reject(cause)]) {
      const failure = await failureOf(tokenizer);
      expect(failure).toBeInstanceOf(InvalidOptionError);
      expect(failure).toMatchObject({
        message: "Expected `tokenizer` to count a text, but it failed: no network",
        cause,
      });
    }
  });

  it("may throw what is no error", async () => {
    const failure = await failureOf(() => {
      throw "out of order";
    });
    expect(failure).toMatchObject({ cause: "out of order" });
    expect(failure).toBeInstanceOf(InvalidOptionError);
  });
});
