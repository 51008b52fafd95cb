import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "../../../src/core/structure/transcript.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { expectEveryChoiceValid, expectProperOrNone, grainWith, outlineOf, printed } from "../../support/outlines.js";

const CHAT = `Ann Vik: When does the ferry leave?
Bo: Friday at nine.
Cy Olsen: Thanks!
Ann Vik: Then we must pack the pump by Thursday,
with the spare hose.
`;

describe("a transcript", () => {
  it("brings the speaker of what was said", () => {
    expect(printed(parse, CHAT, "Friday")).toBe("Bo: Friday at nine.");
    expect(printed(parse, CHAT, "When does", "Thanks")).toBe("Ann Vik: When does the ferry leave?\nCy Olsen: Thanks!");
  });

  it("tells an answer the question in front of it", () => {
    expect(grainWith(parse, CHAT, "Friday").context).toBe("Bo When does the ferry leave?");
  });

  it("values decisions above thanks", () => {
    expect(grainWith(parse, CHAT, "we must").prior).toBeGreaterThan(0.5);
    expect(grainWith(parse, CHAT, "Thanks").prior).toBeLessThan(0.3);
  });

  it.each([
    ["[10:01] Ann: Hello there.\n[10:02] Bo: Good day.\n", "[10:02] Bo: Good day."],
    [
      "12/05/2026, 10:01 - Ann: Hello there.\n12/05/2026, 10:02 - Bo Lie: Good day.\n",
      "12/05/2026, 10:02 - Bo Lie: Good day.",
    ],
    ["Ann Lee  10:01\nHello there.\n\nBo Lie  10:02\nGood day.\n", "Bo Lie  10:02\nGood day."],
    ["Ann Lee [10:01 AM]\nHello there.\nBo Lie [10:02 AM]\nGood day.\n", "Bo Lie [10:02 AM]\nGood day."],
    ["10:01 <ann> Hello there.\n10:02 <bo> Good day.\n", "10:02 <bo> Good day."],
    ["Ann (00:01:02): Hello there.\nBo (00:01:09): Good day.\n", "Bo (00:01:09): Good day."],
    ["**Ann:** Hello there.\n**Bo:** Good day.\n", "**Bo:** Good day."],
    ["user: Hello there.\nassistant: Good day.\n", "assistant: Good day."],
  ])("reads labels as in %j", (text, expected) => {
    expect(printed(parse, text, "Good day")).toBe(expected);
  });

  it("keeps what is no turn by itself", () => {
    const text = `# Harbour meeting\n\nAnn: We start.\nBo: Yes, we do.\n\n--- second part ---\n\nAnn: We go on.\n`;
    expect(grainWith(parse, text, "second part")).toMatchObject({ head: -1, role: "content" });
  });

  it("is nothing for text without speakers", () => {
    for (const text of ["", "Note: this is a sentence.\nAnother one.", "Ann: one turn only.", "words\nmore words\n"]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  it("prints the label of every turn of which something is chosen", () => {
    expectEveryChoiceValid(parse, chat, (text, source) => {
      const own = source.split("\n");
      for (const line of text.split("\n")) expect(own, text).toContain(line);
    });
  });

  it("says something in every label that is printed", () => {
    const outline = outlineOf(parse, CHAT);
    expect(outline.grains.filter(({ role }) => role === "shell")).toHaveLength(4);
  });

  it("gives a proper outline of any text, or none", () => {
    expectProperOrNone(parse, chat, soup);
  });
});

const speaker = fc.constantFrom("Ann", "Bo Lie", "Cy", "Dr. Øyen");
const said = fc
  .array(fc.constantFrom("yes", "the pump", "is broken", "why?", "at 10:30", "(really)"), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(" "));
const chat = fc
  .array(fc.tuple(speaker, said), { minLength: 2, maxLength: 10 })
  .map((turns) => turns.map(([name, text]) => `${name}: ${text}`).join("\n"));
const soup = fc
  .array(fc.constantFrom("Ann", ":", " ", "\n", "[10:01]", "10:01", "<bo>", "(", ")", "words", "-", "  ", "\n\n", "**"))
  .map((parts) => parts.join(""));
