import { describe, expect, it } from "vitest";
import { splitBlocks } from "../../../src/core/structure/lines.js";
import { EXAMPLE_DOCUMENTS } from "../../support/texts.js";

function blocksOf(text: string): string[] {
  return splitBlocks(text).map(({ start, end, kind }) => `${kind}: ${text.slice(start, end).trim()}`);
}

describe("structure", () => {
  it("tells Markdown headings, prose, tables and fenced code apart", () => {
    expect(
      blocksOf(
        "# Limits\n\nAll are soft.\n\n| name | max |\n| --- | --- |\n| jobs | 5 |\n\n```ts\nlet x = 1;\n\n# no heading\n```\nAfter it.",
      ),
    ).toEqual([
      "heading: # Limits",
      "prose: All are soft.",
      "table: | name | max |",
      "table: | --- | --- |",
      "table: | jobs | 5 |",
      "code: ```ts",
      "code: let x = 1;",
      "code: ",
      "code: # no heading",
      "code: ```",
      "prose: After it.",
    ]);
  });

  it("reads a fence that is never closed as code to the end, and a longer fence around a shorter one", () => {
    expect(blocksOf("~~~\na\nb")).toEqual(["code: ~~~", "code: a", "code: b"]);
    expect(blocksOf("````\n```\nx\n```\n````\nend")).toEqual([
      ..."````|```|x|```|````".split("|").map((line) => `code: ${line}`),
      "prose: end",
    ]);
  });

  it("reads bare code and YAML by their lines, and a chat not", () => {
    expect(new Set(splitBlocks("def f(x):\n    if x > 3:\n        return None").map(({ kind }) => kind))).toEqual(
      new Set(["code"]),
    );
    expect(
      new Set(splitBlocks("env:\n  LEVEL: debug\njobs:\n  test:\n    timeout-minutes: 45").map(({ kind }) => kind)),
    ).toEqual(new Set(["code"]));
    expect(
      new Set(splitBlocks("user: hi, can i change it?\nagent: no, sorry.\nuser: ok").map(({ kind }) => kind)),
    ).toEqual(new Set(["prose"]));
  });

  it("cuts printed JSON by line, minified JSON by member, JSON lines by line", () => {
    expect(blocksOf('{\n  "a": 1,\n  "b": [\n    true\n  ]\n}')).toEqual(
      ["{", '"a": 1,', '"b": [', "true", "]", "}"].map((line) => `data: ${line}`),
    );
    const minified = JSON.stringify(Array.from({ length: 20 }, (_, id) => ({ id, name: `member ${id}`, ok: false })));
    const members = splitBlocks(minified);
    expect(members.length).toBeGreaterThan(10);
    expect(members.map(({ start, end }) => minified.slice(start, end)).join("")).toBe(minified);
    for (const { start, end } of members.slice(0, -1)) expect(minified.slice(start, end)).toMatch(/,$/u);
    expect(blocksOf('{"id":1,"text":"a"}\n{"id":2,"text":"b"}')).toEqual([
      'data: {"id":1,"text":"a"}',
      'data: {"id":2,"text":"b"}',
    ]);
  });

  it("reads a long string in JSON as prose", () => {
    const text = `The pump ran dry. ${"It was not refilled. ".repeat(20)}`;
    const json = JSON.stringify({ id: 7, text, done: false });
    const prose = splitBlocks(json).filter(({ kind }) => kind === "prose");
    expect(prose.map(({ start, end }) => json.slice(start, end))).toEqual([text]);
  });

  it("does not take a bracketed sentence for JSON", () => {
    expect(blocksOf("[No one came.]")).toEqual(["prose: [No one came.]"]);
    expect(blocksOf("{ braces } are not [data]")).toEqual(["prose: { braces } are not [data]"]);
  });

  it("finds the kinds that the example documents are made of", () => {
    const kinds = (name: string) => new Set(splitBlocks(EXAMPLE_DOCUMENTS.get(name) as string).map(({ kind }) => kind));
    expect(kinds("tool-result.json")).toEqual(new Set(["data", "prose"]));
    expect([...kinds("api-docs.md")].sort()).toEqual(expect.arrayContaining(["code", "heading", "prose"]));
    expect(kinds("meeting.txt")).toEqual(new Set(["prose"]));
  });
});
