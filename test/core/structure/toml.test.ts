import fc from "fast-check";
import { parse as parseToml, stringify } from "smol-toml";
import { describe, expect, it } from "vitest";
import { parse } from "../../../src/core/structure/toml.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { expectEveryChoiceValid, expectProperOrNone, grainWith, outlineOf, printed } from "../../support/outlines.js";
import { isSubStructure } from "../../support/sub-structure.js";

const SETTINGS = `title = "Harbour" # shown on the board

# How the board is reached.
[board.net]
host = "10.0.0.7"
port = 8080

[[crane]]
load_kg = 4000
name = "north"
[crane.motor]
power_kw = 30
[[crane.shift]]
from = 06:00:00
[[crane]]
name = "south"
load_kg = 9000
notes = """
two
lines ="""
reach = [
  1, # metres
  2,
]
[empty]
`;

function expectPart(text: string, source: string): void {
  const [part, whole] = [parseToml(text), parseToml(source)];
  expect(isSubStructure(part, whole), `${JSON.stringify(part)}\nof ${JSON.stringify(whole)}\n${text}`).toBe(true);
}

describe("TOML", () => {
  it("brings the table of an entry", () => {
    expect(printed(parse, SETTINGS, "port")).toBe("[board.net]\nport = 8080");
  });

  it("brings the name of an element of an array of tables, also for its own tables", () => {
    expect(parseToml(printed(parse, SETTINGS, "9000"))).toEqual({ crane: [{ name: "south", load_kg: 9000 }] });
    expect(parseToml(printed(parse, SETTINGS, "power_kw"))).toEqual({
      crane: [{ name: "north", motor: { power_kw: 30 } }],
    });
    expect(grainWith(parse, SETTINGS, "power_kw").context).toBe("crane north crane motor");
  });

  it("keeps strings and arrays over several lines whole", () => {
    const texts = outlineOf(parse, SETTINGS).grains.map(({ start, end }) => SETTINGS.slice(start, end));
    expect(texts).toContain('notes = """\ntwo\nlines ="""');
    expect(texts).toContain("reach = [\n  1, # metres\n  2,\n]");
  });

  it("lets comments come with what they stand above", () => {
    expect(printed(parse, SETTINGS, "How the board")).toBe(
      '# How the board is reached.\n[board.net]\nhost = "10.0.0.7"',
    );
  });

  it("refuses what is no TOML", () => {
    for (const text of [
      "",
      "# only",
      "words",
      "a = ",
      "a = [1",
      "[a\nb = 1",
      'a = "x',
      "a = 1 b = 2",
      `[${"a.".repeat(100_000)}a]\nb = 1`,
    ]) {
      expect(runAtOnce(parse(text)), text.slice(0, 80)).toBeUndefined();
    }
  });

  it("prints a part of the source for every choice", () => {
    expectEveryChoiceValid(parse, tomlText, expectPart);
    expectEveryChoiceValid(parse, fc.constant(SETTINGS), expectPart, 200);
  });

  it("gives a proper outline of any text, or none", () => {
    expectProperOrNone(parse, tomlText, soup);
  });
});

const scalar = fc.oneof(
  fc.integer({ min: -9999, max: 9999 }),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: 0.5, max: 99 }),
  fc.string({ maxLength: 12 }),
  fc.constantFrom("two\nlines", "[x]", "a = b", "#", '"', "'", "\\"),
  fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }),
);
const key = fc.constantFrom("name", "id", "port", "a b", "x-y", "description", "'q'", "table", "list");
const table: fc.Arbitrary<unknown> = fc.letrec<{ table: unknown }>((tie) => ({
  table: fc.dictionary(
    key,
    fc.oneof({ maxDepth: 3 }, scalar, tie("table"), fc.array(tie("table"), { minLength: 1, maxLength: 3 })),
    { maxKeys: 4, noNullPrototype: true },
  ),
})).table;
const tomlText = fc
  .tuple(table, fc.constantFrom("\n", "\r\n"), fc.boolean())
  .map(([value, lineBreak, hasComments]) => {
    const text = stringify(value as Record<string, unknown>);
    return (hasComments ? text.replace(/^(\[|name)/gmu, "# about it\n$1") : text).replaceAll("\n", lineBreak);
  })
  .filter((text) => text.includes("="));
const soup = fc
  .array(
    fc.constantFrom(
      "a",
      "=",
      " ",
      "\n",
      "[",
      "]",
      "[[",
      "]]",
      '"',
      '"""',
      "'",
      "#",
      "1",
      ",",
      "{",
      "}",
      ".",
      "\r\n",
      "a = 1\n",
    ),
  )
  .map((parts) => parts.join(""));
