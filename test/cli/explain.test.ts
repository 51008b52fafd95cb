import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { usesColour } from "../../src/cli/colour.js";
import { explainDocuments } from "../../src/cli/explain.js";
import type { CompressedDocument, CompressResult } from "../../src/core/index.js";

const FILLER = "one two three four five six seven eight nine ten ".repeat(6);

/** A result in which one document keeps some slices of its text, and others are dropped. */
function resultOf(spans: [number, number][], dropped: CompressResult["dropped"] = []): CompressResult {
  const kept: CompressedDocument = {
    ...{ id: "a.md", index: 0, text: "", tokens: 2, originalTokens: 40, relevance: 0.5, spans },
    ...{ kind: "prose", omitted: [], lossless: false },
  };
  const timings = { encodeMs: 0, selectMs: 0, valueMs: 0, fitMs: 0, totalMs: 0, cacheHits: 0, cacheMisses: 0 };
  return { text: "", documents: [kept], dropped, tokens: 2, originalTokens: 40, timings };
}

function explain(text: string, spans: [number, number][], options = { colour: false, whole: false }): string {
  return explainDocuments([{ id: "a.md", text }], resultOf(spans), options);
}

describe("the explanation", () => {
  it("without colours has dropped text in marks, the white space around it outside", () => {
    expect(
      explain("The limit is 40 a second.", [
        [0, 3],
        [13, 25],
      ]),
    ).toBe("# a.md: 2 of 40 tokens, relevance 0.50\nThe [-limit is-] 40 a second.\n");
  });

  it("in colours has kept text bold and dropped text dim", () => {
    expect(explain("Not the red", [[0, 3]], { colour: true, whole: false })).toBe(
      "\u001b[36m# a.md: 2 of 40 tokens, relevance 0.50\u001b[0m\n\u001b[1mNot\u001b[0m\u001b[2m the red\u001b[0m\n",
    );
  });

  it("shows only what stands around kept text, cut between words, and how much is left out", () => {
    const text = `${FILLER}KEPT ${FILLER}KEPT TOO ${FILLER}`;
    const first = text.indexOf("KEPT");
    const second = text.lastIndexOf("KEPT");
    const shown = explain(text, [
      [first, first + 4],
      [second, second + 8],
    ]);
    expect(shown.split("\n")[1]).toMatch(
      /^\[-… \d+ characters … (?:\w+ )*ten-\] KEPT \[-one (?:\w+ )+… \d+ characters … (?:\w+ )+ten-\] KEPT TOO \[-one (?:\w+ )+… \d+ characters …-\]/u,
    );
    expect(shown.length).toBeLessThan(text.length);
  });

  it("shows all of it where that is asked for", () => {
    const text = `${FILLER}KEPT ${FILLER}`;
    const shown = explain(text, [[FILLER.length, FILLER.length + 4]], { colour: false, whole: true });
    expect(shown.split("\n")[1]?.replace(/\[-|-\]/gu, "")).toBe(text);
  });

  it("names the documents that were dropped, and why", () => {
    const documents = ["a", "b"].map((id) => ({ id, text: "text" }));
    const result = resultOf([[0, 4]], [{ id: "b", index: 1, reason: "duplicate" }]);
    expect(explainDocuments(documents, result, { colour: false, whole: false })).toMatch(
      /\n# b: dropped, a copy of another\n$/u,
    );
    expect(explainDocuments(documents, result, { colour: false, whole: true })).toMatch(
      /a copy of another\n\[-text-\]\n$/u,
    );
  });

  it("never cuts a surrogate pair, and lets no control character through", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("😀", "a", "\u001b", "\u009b"), { minLength: 1, maxLength: 400 }),
        (units) => {
          const text = `${units.join("")}K${units.join("")}`;
          const place = units.join("").length;
          const shown = explain(text, [[place, place + 1]]);
          expect(shown).not.toMatch(/\p{Surrogate}/u);
          for (const control of ["\u001b", "\u009b"]) expect(shown).not.toContain(control);
        },
      ),
    );
  });
});

describe("colours are used", () => {
  const terminal = { isTTY: true };
  it.each<[string, boolean, Parameters<typeof usesColour>]>([
    ["on a terminal", true, ["auto", terminal, {}]],
    ["not in a pipe", false, ["auto", {}, {}]],
    ["not on a dumb terminal", false, ["auto", terminal, { TERM: "dumb" }]],
    ["not with NO_COLOR", false, ["auto", terminal, { NO_COLOR: "1" }]],
    ["with an empty NO_COLOR", true, ["auto", terminal, { NO_COLOR: "" }]],
    ["with FORCE_COLOR in a pipe", true, ["auto", {}, { FORCE_COLOR: "1" }]],
    ["not with FORCE_COLOR=0", false, ["auto", terminal, { FORCE_COLOR: "0" }]],
    ["with the flag, whatever the environment says", true, ["always", {}, { NO_COLOR: "1" }]],
    ["not with the flag, whatever the environment says", false, ["never", terminal, { FORCE_COLOR: "1" }]],
  ])("%s", (_, expected, words) => expect(usesColour(...words)).toBe(expected));
});
