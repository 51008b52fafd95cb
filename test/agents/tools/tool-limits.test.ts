import { describe, expect, it } from "vitest";
import { checkToolLimits, limitFor } from "../../../src/agents/tools/tool-limits.js";

describe("limitFor", () => {
  const options = {
    maxTokens: 500,
    form: "same" as const,
    exclude: ["edit"],
    cutAbove: 100,
    byTool: {
      grep: { maxTokens: 900, cutAbove: 0 },
      read: { rate: 0.5 },
      look: false as const,
      run: (request: { long: boolean }) => (request.long ? { maxTokens: 50 } : undefined),
    },
  };
  const limit = (tool: string, long = false, calls = 1) => limitFor(options, tool, { long }, calls);

  it("gives a tool its own limits over the common ones", () => {
    expect(limit("other")).toMatchObject({ maxTokens: 500, form: "same", cutAbove: 100 });
    expect(limit("grep")).toMatchObject({ maxTokens: 900, form: "same", cutAbove: 0 });
    expect(limit("read")).toMatchObject({ rate: 0.5, maxTokens: undefined });
    expect(limit("run", true)).toMatchObject({ maxTokens: 50 });
    expect(limit("run")).toMatchObject({ maxTokens: 500 });
  });

  it("leaves alone what is excluded, and what has no limit at all", () => {
    expect(limit("edit")).toBe(false);
    expect(limit("look")).toBe(false);
    expect(limitFor({ byTool: { grep: { maxTokens: 9 } } }, "toString", {}, 1)).toBe(false);
  });

  it("divides the ceiling of a step among its calls", () => {
    const shared = { maxTokens: 500, maxTokensPerStep: 1000 };
    expect(limitFor(shared, "grep", {}, 1)).toMatchObject({ maxTokens: 500 });
    expect(limitFor(shared, "grep", {}, 5)).toMatchObject({ maxTokens: 200 });
    expect(limitFor({ maxTokensPerStep: 1000 }, "grep", {}, 2)).toMatchObject({ maxTokens: 500 });
  });
});

describe("checkToolLimits", () => {
  it.each([
    [{ exclude: "grep" }, "Expected `exclude` to be an array of tools' names"],
    [{ cutAbove: -1 }, "Expected `cutAbove` to be an integer of at least 0, got `-1`."],
    [{ maxTokensPerStep: 900, rate: 0.5 }, "Expected `maxTokensPerStep` to be beside `maxTokens` only"],
    [{ byTool: { grep: { maxtokens: 5 } } }, "got `maxtokens`"],
    [
      { byTool: { grep: { maxTokens: 0 } } },
      "Expected `byTool.grep.maxTokens` to be an integer of at least 1, got `0`.",
    ],
    [{ byTool: { grep: { maxTokens: 9, rate: 0.5 } } }, "Expected `byTool.grep` to be with one of"],
    [
      { maxTokens: 24 },
      "Expected `maxTokens` to be at least 40 beside `readOriginal`, whose note is part of it, got `24`.",
    ],
  ])("says of %j what was expected", (options, message) => {
    expect(() => checkToolLimits(options as never, true)).toThrowError(message);
  });
});
