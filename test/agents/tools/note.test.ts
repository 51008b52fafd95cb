import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beginningWith, noteFormOf, withNote } from "../../../src/agents/tools/note.js";

const NOTE = 'shortened; in full: "read_original" 0123456789ab';

describe("a note", () => {
  it("stands in brackets behind a text", () => {
    expect(withNote("Closed on Mondays.", "shortened", "text")).toBe("Closed on Mondays.\n[shortened]");
  });

  it("leaves JSON JSON, with every member as it was", () => {
    const members = fc.dictionary(
      fc.string().filter((key) => key !== "contextsieve" && key !== "__proto__"),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fc.oneof(members, fc.array(fc.jsonValue())), fc.constantFrom(undefined, 2), (value, indent) => {
        // Through JSON once: -0 is 0 there.
        const text = JSON.stringify(value, null, indent);
        const noted: unknown = JSON.parse(withNote(text, NOTE, "json"));
        const plain = JSON.parse(text);
        expect(noted).toEqual(Array.isArray(plain) ? [...plain, NOTE] : { ...plain, contextsieve: NOTE });
      }),
    );
  });

  it("is a line of its own below JSON lines", () => {
    const text = '{"a":1}\n{"a":2}\n';
    const lines = withNote(text, NOTE, noteFormOf(text)).split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([{ a: 1 }, { a: 2 }, { contextsieve: NOTE }]);
  });

  it("tells JSON from text that opens with a bracket", () => {
    expect(
      ['[{"a":1}]', ' {"a":1}\n', '{"a":1}\n\n{"a":2}', "[12:00] up {1}", "[note]", "{", '"a"'].map(noteFormOf),
    ).toEqual([...["json", "json", "ndjson"], ...["text", "text", "text", "text"]]);
  });

  it("comes with the beginning of what is gone, as JSON where that was", () => {
    expect(beginningWith("Error: no", "shortened", "text")).toBe("Error: no\n[shortened]");
    expect(beginningWith("", "shortened", "text")).toBe("[shortened]");
    expect(JSON.parse(beginningWith('[{"a"', NOTE, "json"))).toEqual({ contextsieve: NOTE, begins: '[{"a"' });
  });
});
