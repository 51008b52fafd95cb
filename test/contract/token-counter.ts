import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { TokenCounter } from "../../src/core/tokens/counter.js";
import { hardText } from "./hard-text.js";

/** What every counter must keep, whoever wrote it. */
export function tokenCounterContract(name: string, open: () => Promise<TokenCounter>): void {
  describe(`the token counter ${name}`, () => {
    let counter: TokenCounter;
    beforeAll(async () => {
      counter = await open();
    });

    it("counts an empty text as nothing", async () => {
      expect(await counter.count("")).toBe(0);
    });

    it("answers any text with a whole number of at least 0, the same one each time", async () => {
      await fc.assert(
        fc.asyncProperty(hardText(), async (text) => {
          const count = await counter.count(text);
          expect(Number.isInteger(count)).toBe(true);
          expect(count).toBeGreaterThanOrEqual(0);
          await counter.count(`${text} and more`);
          expect(await counter.count(text)).toBe(count);
        }),
        { numRuns: 300 },
      );
    });

    it("answers at once if it says it is incremental", () => {
      const answer = counter.count("a few words, and\na second line");
      if (counter.incremental) expect(answer).toBeTypeOf("number");
      expect(counter.incremental && counter.pieceCount === undefined).toBe(false);
    });

    it("gives a fragment's own count as its piece count", async () => {
      for (const fragment of [" word", "word", "\n\n", " ", "\n", ", ", " 12.5", "\u00e9", "a b c"]) {
        const expected = await counter.count(fragment);
        // Twice: the second answer comes from memory.
        if (counter.pieceCount) expect([fragment, counter.pieceCount(fragment)]).toEqual([fragment, expected]);
        if (counter.pieceCount) expect([fragment, counter.pieceCount(fragment)]).toEqual([fragment, expected]);
        expect(await counter.count(fragment)).toBe(expected);
      }
    });

    it("takes lone surrogates, NUL and a run of 20,000 letters", async () => {
      for (const text of ["a \ud800", "a\udc00b", "\u0000 a", "x".repeat(20_000)]) {
        expect(await counter.count(text)).toBeGreaterThanOrEqual(1);
      }
    });
  });
}
