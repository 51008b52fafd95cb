import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outline } from "../../../src/core/structure/outline.js";
import { parse } from "../../../src/core/structure/prose.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { expectOutline } from "../../contract/outline-text.js";
import { anyText } from "../../support/arbitraries.js";

const read = (text: string): [string, string][] =>
  runAtOnce(parse(text) as Generator<undefined, Outline>).grains.map(({ start, end, kind }) => [
    kind,
    text.slice(start, end),
  ]);

describe("prose", () => {
  it("joins the lines of a hard-wrapped paragraph and parts paragraphs at blank lines", () => {
    const first =
      "The night train to the coast leaves from the lower platform at\nten past eleven and arrives before breakfast.";
    expect(read(`${first}\n\nIt has no restaurant car.\n`)).toEqual([
      ["prose", first],
      ["prose", "It has no restaurant car."],
    ]);
  });

  it("keeps list items and speakers apart", () => {
    expect(read("Bring:\n- a lamp\n- a rope\nAnn: Which rope?\nBo: The long one.").map(([, text]) => text)).toEqual([
      "Bring:",
      "- a lamp",
      "- a rope",
      "Ann: Which rope?",
      "Bo: The long one.",
    ]);
  });

  it("keeps a list item that gives a name its value in one piece", () => {
    expect(
      read(
        "- **wait** `number` How long a client waits. Default: `250`\n- **limit** Jobs at once. Default: 16\n- Some words.",
      ),
    ).toEqual([
      ["data", "- **wait** `number` How long a client waits. Default: `250`"],
      ["data", "- **limit** Jobs at once. Default: 16"],
      ["prose", "- Some words."],
    ]);
  });

  it("reads bare code, fenced code, headings and table rows line by line", () => {
    expect(read("# Use\n```sh\nmake all\n```\n| a | b |\nconst a = 1;\nstop();").map(([kind]) => kind)).toEqual([
      "heading",
      "code",
      "code",
      "code",
      "table",
      "code",
      "code",
    ]);
  });

  it("gives a proper outline of any text", () => {
    fc.assert(fc.property(anyText(), (text) => expectOutline(text, runAtOnce(parse(text)))));
  });
});
