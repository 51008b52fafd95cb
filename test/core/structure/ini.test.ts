import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "../../../src/core/structure/ini.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { expectEveryChoiceValid, expectProperOrNone, grainWith, outlineOf, printed } from "../../support/outlines.js";

const SETTINGS = `; Harbour board
[board]
host = 10.0.0.7
; where it listens
port: 8080

[board "north"]
	lamps = red,
	  green
verbose
`;

const ENV = `# Keys
export BOARD_KEY="line one
line two"
BOARD_PORT=8080
EMPTY=
`;

describe("INI", () => {
  it("brings the section of an entry", () => {
    expect(printed(parse, SETTINGS, "8080")).toBe("[board]\nport: 8080");
    expect(printed(parse, SETTINGS, "red")).toBe('[board "north"]\n	lamps = red,\n	  green');
    expect(grainWith(parse, SETTINGS, "8080").context).toBe("board");
  });

  it("brings what a comment stands above", () => {
    expect(printed(parse, SETTINGS, "where it")).toBe("[board]\n; where it listens\nport: 8080");
  });

  it("keeps values in quotes over several lines whole", () => {
    expect(outlineOf(parse, ENV).grains.map(({ start, end }) => ENV.slice(start, end))).toEqual([
      "# Keys",
      'export BOARD_KEY="line one\nline two"',
      "BOARD_PORT=8080",
      "EMPTY=",
    ]);
  });

  it("refuses other text", () => {
    for (const text of ["", "# only", "[a]\n", "Some words here.", "a = 1\nand then words, many of them.\n"]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  it("prints every entry under its own section", () => {
    expectEveryChoiceValid(parse, ini, (text) => {
      let section = "";
      for (const line of text.split("\n")) {
        section = /^\[(.)\]/u.exec(line)?.[1] ?? section;
        const owner = /= of (.)/u.exec(line)?.[1];
        if (owner !== undefined) expect(section, text).toBe(owner);
      }
    });
  });

  it("gives a proper outline of any text, or none", () => {
    expectProperOrNone(parse, ini, soup);
  });
});

const ini = fc
  .array(
    fc.tuple(
      fc.constantFrom("a", "b", "c"),
      fc.array(fc.constantFrom("key", "other.key", "# note"), { minLength: 1, maxLength: 4 }),
    ),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((sections) =>
    sections
      .map(
        ([name, keys]) =>
          `[${name}]\n${keys.map((key) => (key.startsWith("#") ? key : `${key} = of ${name}`)).join("\n")}\nlast = of ${name}\n`,
      )
      .join("\n"),
  );
const soup = fc
  .array(fc.constantFrom("a", "=", " ", "\n", "[a]", '"', "'", "#", ";", "\\", "\t", "a = b\n", "\r\n"))
  .map((parts) => parts.join(""));
