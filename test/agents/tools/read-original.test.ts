import { describe, expect, it } from "vitest";
import { readOriginal } from "../../../src/agents/tools/read-original.js";
import { createShelf } from "../../../src/agents/tools/shelf.js";
import { scriptedSieve } from "../history/scripted-sieve.js";

const settings = { openSieve: async () => scriptedSieve(), maxTokens: 200 };
const TEXT = Array.from({ length: 30 }, (_, line) => `line ${line + 1} of the log`).join("\n");

describe("readOriginal", () => {
  const shelf = createShelf();
  const id = shelf.keep(TEXT);

  it("takes what is null for not given, as models send it whose tools are strict", async () => {
    const asked = { id, question: null, pattern: "line 17 ", lines: null, offset: null };
    expect(await readOriginal(shelf, asked, settings)).toBe(
      await readOriginal(shelf, { id, pattern: "line 17 " }, settings),
    );
  });

  it("takes a figure that is written as a text", async () => {
    expect(await readOriginal(shelf, { id, offset: "40" }, settings)).toBe(
      await readOriginal(shelf, { id, offset: 40 }, settings),
    );
    await expect(readOriginal(shelf, { id, offset: "forty" }, settings)).rejects.toThrowError(
      "Expected `offset` to be an integer of at least 0",
    );
  });
});
