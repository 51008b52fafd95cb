import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import type { TextKind } from "../../../src/core/structure/outline.js";
import { type TableForm, toTableForm } from "../../../src/core/structure/table-form.js";
import { CASES } from "../../support/arbitraries.js";

function formOf(text: string, kind: TextKind): TableForm {
  const form = runAtOnce(toTableForm(text, { kind, hidden: [] }));
  expect(form).toBeDefined();
  const { spans, inserted, text: table } = form as TableForm;
  const isAscending = (list: readonly (readonly [number, number])[]) =>
    list.every(([start, end], place) => start < end && start >= (list[place - 1]?.[1] ?? 0));
  expect(isAscending(spans) && isAscending(inserted)).toBe(true);
  const own = without(table, inserted);
  const taken = spans.map(([start, end]) => text.slice(start, end)).join("");
  // The last time of folded lines stands in front of what comes between.
  if (kind === "log") expect([...own].sort().join("")).toBe([...taken].sort().join(""));
  else expect(own).toBe(taken);
  return form as TableForm;
}

/** A text without some of its stretches. */
function without(text: string, stretches: readonly (readonly [start: number, end: number])[]): string {
  let at = 0;
  return `${stretches
    .map(([start, end]) => {
      const part = text.slice(at, start);
      at = end;
      return part;
    })
    .join("")}${text.slice(at)}`;
}

describe("the table form", () => {
  it("tells an array of like objects by dotted columns", () => {
    const boats = [
      { id: 1, name: "Meerkat", crew: { size: 3, at: "pier 4" }, note: null },
      { id: 2, name: "Otter, the", crew: { size: 5, at: "pier 5" } },
      { id: 3, name: "12", crew: { size: 1, at: "" }, note: "x", tags: ["a", "b"] },
    ];
    expect(formOf(JSON.stringify(boats, null, 2), "json").text).toBe(
      '[3]{id,name,crew.size,crew.at,note,tags}\n1,Meerkat,3,pier 4,null,\n2,"Otter, the",5,pier 5,,\n3,"12",1,"",x,["a","b"]',
    );
  });

  it("keeps what stands around the array, without its white space", () => {
    const text = JSON.stringify(
      { total: 4, boats: [1, 2, 3, 4].map((id) => ({ id, port: "Lund", deep: true })), next: null },
      null,
      2,
    );
    expect(formOf(text, "json").text).toBe(
      '{"total":4,"boats":[4]{id,port,deep}\n1,Lund,true\n2,Lund,true\n3,Lund,true\n4,Lund,true\n,"next":null}',
    );
  });

  it("tells JSON lines in the same way", () => {
    const text = [1, 2, 3].map((id) => JSON.stringify({ id, level: "info", message: "all is well" })).join("\n");
    expect(formOf(text, "ndjson").text).toBe(
      "[3]{id,level,message}\n1,info,all is well\n2,info,all is well\n3,info,all is well",
    );
  });

  it("tells lines of one statement once, with their count and the last time, and trouble always", () => {
    const lines = Array.from(
      { length: 20 },
      (_, minute) => `2026-03-01 10:${10 + minute}:00 INFO tide is at ${minute} cm`,
    );
    lines.splice(7, 0, "2026-03-01 10:16:30 ERROR gauge 3 is gone");
    lines.splice(9, 0, "2026-03-01 10:17:30 ERROR gauge 4 is gone", "2026-03-01 10:17:31 ERROR gauge 5 is gone");
    const form = formOf(lines.join("\n"), "log");
    expect(form.isLossless).toBe(false);
    expect(form.text).toContain("tide is at 0 cm (20 lines like this, the last at 2026-03-01 10:29:00)\n");
    expect(form.text.match(/ERROR gauge/gu)).toHaveLength(3);
  });

  it("tells the file of a search once", () => {
    const text =
      "src/deep/path/tide.ts:12:  const a = 1;\nsrc/deep/path/tide.ts:40:  if (a) stop();\nsrc/deep/path/boat.ts:7:  a: 2\n";
    expect(formOf(text, "grep").text).toBe(
      "src/deep/path/tide.ts:\n12:  const a = 1;\n40:  if (a) stop();\nsrc/deep/path/boat.ts:\n7:  a: 2\n",
    );
  });

  it("is none where objects are unlike or few, in cut-off JSON, with terminal escapes, and for other kinds", () => {
    const form = (text: string, kind: TextKind) => runAtOnce(toTableForm(text, { kind, hidden: [] }));
    expect(form('[{"a":1},{"b":2},{"c":3},{"d":4}]', "json")).toBeUndefined();
    expect(form('[{"a":1},{"a":2}]', "json")).toBeUndefined();
    expect(form("a,b\n1,2\n", "csv")).toBeUndefined();
    expect(form('[{"a":1},{"a":', "json")).toBeUndefined();
    const escaped = "\u001b[1mx\n".repeat(9);
    expect(runAtOnce(toTableForm(escaped, { kind: "log", hidden: [{ start: 0, end: 4, as: "" }] }))).toBeUndefined();
  });

  it("holds every value of every object, as it stands in the source", () => {
    const record = fc.record({
      id: fc.nat(),
      name: fc.string({ maxLength: 12 }),
      at: fc.record({
        port: fc.constantFrom("Lund", "Visby, old", '"quoted"', "true", "5", "", " x "),
        deep: fc.boolean(),
      }),
      list: fc.array(fc.nat(9), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(record, { minLength: 3, maxLength: 8 }), (records) => {
        const text = JSON.stringify(records, null, 2);
        const form = formOf(text, "json");
        const [head, ...rows] = form.text.split("\n");
        expect(head).toBe(`[${records.length}]{id,name,at.port,at.deep,list}`);
        expect(rows.map(readRow)).toEqual(records.map(({ id, name, at, list }) => [id, name, at.port, at.deep, list]));
      }),
      { numRuns: CASES / 4 },
    );
  });
});

/** Cells of a row: JSON, or a bare string. */
function readRow(row: string): unknown[] {
  const cells = row.match(/(?:"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^,])+|(?<=^|,)(?=,|$)/gu) ?? [];
  return cells.map((cell) => {
    try {
      return JSON.parse(cell) as unknown;
    } catch {
      return cell;
    }
  });
}
