import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beginningOf } from "../../../src/agents/tools/beginning.js";
import { countTokens } from "../../../src/core/index.js";

const request = { note: "shortened", form: "text" as const, count: (text: string) => countTokens(text) };

describe("the beginning of a text", () => {
  it("is its first line, cut behind a word, with the note", async () => {
    const text = "\n  Error: connect ECONNREFUSED 127.0.0.1:5432\n    at f (/srv/app.js:1:2)";
    expect(await beginningOf({ ...request, text, room: 40 })).toBe(
      "Error: connect ECONNREFUSED 127.0.0.1:5432\n[shortened]",
    );
    expect(await beginningOf({ ...request, text, room: 10 })).toBe("Error: connect\n[shortened]");
  });

  it("goes without the note where that has no room", async () => {
    expect(await beginningOf({ ...request, text: "Error: refused", room: 2 })).toBe("Error:");
  });

  it("is JSON where the text was", async () => {
    const text = JSON.stringify([{ id: "A-1", status: "late" }]);
    const shown = JSON.parse(await beginningOf({ ...request, text, form: "json", room: 20 }));
    expect(shown.contextsieve).toBe("shortened");
    expect(text.startsWith(shown.begins)).toBe(true);
    expect(shown.begins.length).toBeGreaterThan(5);
  });

  it("is under the ceiling and says something, of any text that has a word, and has no half characters", async () => {
    const words = fc.stringMatching(/^[a-zé😀 0-9]{1,80}$/u).filter((text) => /\S/u.test(text));
    await fc.assert(
      fc.asyncProperty(words, fc.integer({ min: 4, max: 60 }), async (text, room) => {
        const shown = await beginningOf({ ...request, text, room });
        expect(await countTokens(shown)).toBeLessThanOrEqual(room);
        expect(shown).not.toBe("");
        expect(() => encodeURIComponent(shown)).not.toThrow();
      }),
    );
  });
});
