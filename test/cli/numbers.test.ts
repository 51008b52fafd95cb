import { describe, expect, it } from "vitest";
import { share, tokenNumber } from "../../src/cli/numbers.js";

describe("numbers of the command line", () => {
  it.each([
    ["2000", 2000],
    ["2k", 2000],
    ["2K", 2000],
    ["1.1k", 1100],
    ["0.5m", 500_000],
  ])("a ceiling may be %s", (word, tokens) => expect(tokenNumber(word)).toBe(tokens));

  it.each(["0", "-5", "1.5", "0.0001k", "k", "2kb", "many", "", "1e3", "9999999999999999"])(
    "a ceiling may not be `%s`",
    (word) => expect(() => tokenNumber(word)).toThrow(/Expected an integer of at least 1, such as 2000 or 2k, got/u),
  );

  it.each([
    ["0.3", 0.3],
    ["30%", 0.3],
    ["12.5 %", 0.125],
  ])("a share may be %s", (word, value) => expect(share(word)).toBeCloseTo(value, 12));

  it.each(["%", "half", "", "30%%"])("a share may not be `%s`", (word) =>
    expect(() => share(word)).toThrow(/Expected a number/u),
  );
});
