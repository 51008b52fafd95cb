import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cacheKey } from "../../../src/core/cache/key.js";

describe("the key of a text's scores", () => {
  it("is the same in every process and version: it is written here", () => {
    expect(cacheKey("model-1", "a text")).toBe("cs3-0e93bea114f380fb737e609627a94f5945ed61675b81952bf55cc89fc1bd13dc");
  });

  it("can be a file's name and a Redis key", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (model, text) => {
        expect(cacheKey(model, text)).toMatch(/^cs3-[0-9a-f]{64}$/);
      }),
    );
  });

  it("is another one for another text or model, also where only lone surrogates or the border differ", () => {
    const pairs = [
      ["m", "a"],
      ["m", "b"],
      ["n", "a"],
      ["ma", ""],
      ["", "ma"],
      ["m", "\ud800"],
      ["m", "\udbff"],
      ["m", "\udc00"],
      ["m", "\ufffd"],
      ["m", "e\u0301"],
      ["m", "\u00e9"],
      ["m", "a\u0000"],
    ] as const;
    expect(new Set(pairs.map(([model, text]) => cacheKey(model, text))).size).toBe(pairs.length);
  });
});
