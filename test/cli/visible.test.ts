import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { visible, visibleLine } from "../../src/cli/visible.js";

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal obeys
const OBEYED = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/u;
const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom("\u001b", "\u009b", "\r", "\n", "\t", "\0", "["), fc.string()),
});

describe("what a terminal would obey is spelled out", () => {
  it("in any text, and all other characters stay", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = visible(text);
        expect(shown).not.toMatch(OBEYED);
        expect(shown).not.toMatch(/\r(?!\n)/u);
        if (!OBEYED.test(text) && !/\r(?!\n)/u.test(text)) expect(shown).toBe(text);
      }),
    );
  });

  it("so that JSON still says the same", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(JSON.parse(visible(JSON.stringify({ text })))).toEqual({ text });
      }),
    );
  });

  it("on one line, for messages", () => {
    expect(visibleLine(" a\n\u001b]0;title\u0007\tb ")).toBe("a \\u001b]0;title\\u0007 b");
  });
});
