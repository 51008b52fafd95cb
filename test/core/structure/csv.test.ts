import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { parse } from "../../../src/core/structure/csv.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { textOf } from "../../contract/outline-text.js";
import { CASES } from "../../support/arbitraries.js";
import { byPrior, chosenOf, contextOf, expectTolerance, kept, outlineOf, picks } from "../../support/outlines.js";

const TEAMS = `id,name,team,site
1,Ann Moss,Cellar Crew,South Terrace
2,Bo Lind,Field Crew,Old Press
3,"Cy ""the key"" Berg","Press, Hall
and Yard",Old Press
4,Di Falk,Cellar Crew,South Terrace
`;

const cell = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom("", "a, b", 'say "no"', "two\nlines", "x;y", "12.50", "2026-03-01", "tab\there"),
);

describe("csv", () => {
  it("keeps rows whole, below their header", () => {
    expect(kept(parse, TEAMS, "Bo Lind")).toBe("id,name,team,site\n2,Bo Lind,Field Crew,Old Press");
  });

  it("keeps a row together whose quoted cells hold line breaks", () => {
    expect(kept(parse, TEAMS, "and Yard")).toBe(
      'id,name,team,site\n3,"Cy ""the key"" Berg","Press, Hall\nand Yard",Old Press',
    );
  });

  it("fills a small budget with a row where the table is small", () => {
    const text = "name,default,unit\nwait,250,ms\nlimit,16,jobs\nretries,3,times\npause,10,s\n";
    expect(byPrior(parse, text, 0.5)).toMatch(/^name,default,unit\n\w+,\d+,\w+/u);
  });

  it("reads tabs, semicolons and bars, and a first line that names the delimiter", () => {
    for (const mark of ["\t", ";", "|"]) {
      const text = `name${mark}wait, in ms${mark}on\nread${mark}2,5${mark}yes\nwrite${mark}7,5${mark}no\n`;
      expect(kept(parse, text, "write")).toBe(`name${mark}wait, in ms${mark}on\nwrite${mark}7,5${mark}no`);
    }
    expect(kept(parse, "sep=;\nname;wait\nread;2\nwrite;7\n", "write")).toBe("name;wait\nwrite;7");
  });

  it("tells each cell with the name of its column", () => {
    expect(contextOf(parse, TEAMS, "Di Falk")).toBe("id 4, name Di Falk, team Cellar Crew, site South Terrace");
    expect(contextOf(parse, "maxTokens,unit\n5,a\n6,b\n7,c\n", "6,b")).toBe("max Tokens 6, unit b");
  });

  it("takes rows without names for what they are", () => {
    expect(kept(parse, "1,2026-03-01,4.5\n2,2026-03-02,7.5\n3,2026-03-03,1.5\n", "7.5")).toBe("2,2026-03-02,7.5");
  });

  it("ranks a row first whose state is rare", () => {
    const rows = Array.from({ length: 40 }, (_, index) => `${index},pump ${index},${index === 23 ? "stuck" : "runs"}`);
    const output = byPrior(parse, ["id,machine,state", ...rows].join("\n"), 0.2);
    expect(output).toContain("23,pump 23,stuck");
  });

  it("refuses prose, and lists in it", () => {
    for (const text of [
      "Dear Ann,\nI will be late, so start without me.\nBo",
      "Rain, mostly\nSun, later\nWind, at night",
      "one line only, and no more",
      "a,b",
      "",
    ]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  it("prints every choice of rows as a table that parses to those rows", () => {
    const tables = fc.record({
      rows: fc.array(fc.tuple(fc.nat(), cell, cell, cell), { minLength: 2, maxLength: 12 }),
      delimiter: fc.constantFrom(",", "\t", ";"),
      newline: fc.constantFrom("\n", "\r\n"),
    });
    fc.assert(
      fc.property(tables, picks, ({ rows, delimiter, newline }, numbers) => {
        const names = ["number", "first", "second", "third"];
        const text = Papa.unparse({ fields: names, data: rows }, { delimiter, newline });
        const outline = outlineOf(parse, text);
        const part = Papa.parse<string[]>(textOf(text, outline, chosenOf(outline, numbers)), { delimiter });
        expect(part.data[0]).toEqual(names);
        const written = rows.map((row) => JSON.stringify(row.map(String)));
        let at = 0;
        for (const row of part.data.slice(1)) {
          at = written.indexOf(JSON.stringify(row), at) + 1;
          expect(at).toBeGreaterThan(0);
        }
      }),
      { numRuns: CASES },
    );
  });

  it("keeps its promises on any text", () => {
    expectTolerance(parse, [",", ";", "\t", '"', '""', "\n", "\r\n", "a", "1", " ", "name", "sep=;\n", "# x\n"]);
  });
});
