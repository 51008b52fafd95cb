import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "../../../src/core/structure/grep.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { byPrior, contextOf, expectLinesUnderHeads, expectTolerance, kept } from "../../support/outlines.js";

const FOUND = `lib/core/request.js:77:  const headersTimeout = request.headersTimeout != null
lib/core/request.js:91:  if (requestTimeout && headersTimeout > 0) {
lib/client-h1.js:958:  : client[kHeadersTimeout]
src/maxTokens/per-call.ts:4:export function limit(n: number) {
`;
const AROUND = `src/a-1.ts-3-import x from "x";
src/a-1.ts:4:export const y = x;
src/a-1.ts-5-
src/a-1.ts-6-y();
src/a-1.ts:7:y(x);
--
lib/b.ts-9-// twice
lib/b.ts:10:const y2 = y;
`;
const HEADED = `src/a.ts
3-import x from "x";
4:export const y = x;
--
9:y();

lib/b.ts
10:const y2 = y;
`;

describe("grep", () => {
  it("keeps lines to the letter, with their path and number", () => {
    expect(kept(parse, FOUND, "client[kHeadersTimeout]")).toBe("lib/client-h1.js:958:  : client[kHeadersTimeout]");
    expect(contextOf(parse, FOUND, "limit(")).toBe("src max Tokens per call ts");
  });

  it("brings the nearest line that was found along with one around it", () => {
    expect(kept(parse, AROUND, "import x")).toBe(AROUND.split("\n").slice(0, 2).join("\n"));
    expect(kept(parse, AROUND, "-6-y();")).toBe("src/a-1.ts-6-y();\nsrc/a-1.ts:7:y(x);");
    expect(kept(parse, AROUND, "twice")).toBe("lib/b.ts-9-// twice\nlib/b.ts:10:const y2 = y;");
  });

  it("brings the path along where it stands above the lines", () => {
    expect(kept(parse, HEADED, "y2")).toBe("lib/b.ts\n10:const y2 = y;");
    expect(kept(parse, HEADED, "import x")).toBe('src/a.ts\n3-import x from "x";\n4:export const y = x;');
  });

  it("reads paths without numbers, numbers without paths, and remarks between them", () => {
    expect(kept(parse, "src/a.ts:one\nsrc/b.ts:two\nBinary file c.png matches\n", "two")).toBe("src/b.ts:two");
    expect(kept(parse, "3:one\n4-around\n9:two\n", "around")).toBe("3:one\n4-around");
    expect(kept(parse, "C:\\work\\a.ts:3:one\nC:\\work\\b.ts:9:two\n", "two")).toBe("C:\\work\\b.ts:9:two");
  });

  it("ranks the first line of each file and definitions first, and what others wrote last", () => {
    const lines = Array.from({ length: 30 }, (_, index) => `src/a.ts:${index + 1}:  call(${index})`);
    const text = [...lines, "src/b.ts:3:export function call(n) {", "node_modules/c/d.js:8:call()"].join("\n");
    const output = byPrior(parse, text, 0.08).split("\n");
    expect(output).toContain("src/a.ts:1:  call(0)");
    expect(output).toContain("src/b.ts:3:export function call(n) {");
    expect(output.join("\n")).not.toContain("node_modules");
  });

  it("refuses logs, prose and lists", () => {
    for (const text of [
      "2026-03-01T10:00:00 ready\n2026-03-01T10:00:01 done\n",
      "10:00:01 ready\n10:00:02 done\n",
      "Note: this is prose.\nIt ends here.\n",
      "src/a.ts\nsrc/b.ts\n",
      "",
    ]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  it("prints every choice of lines to the letter, each below the path of its file", () => {
    const code = fc.stringMatching(/^[a-z(){};=.]{1,20}$/u);
    const file = fc.array(fc.tuple(fc.boolean(), code), { minLength: 1, maxLength: 6 });
    const found = fc
      .array(file, { minLength: 2, maxLength: 6 })
      .map((files) =>
        files
          .map((lines, index) =>
            [
              `src/dir${index}/file.ts`,
              `${100 * index + 1}:found`,
              ...lines.map(([isFound, text], line) => `${100 * index + line + 2}${isFound ? ":" : "-"}${text}`),
            ].join("\n"),
          )
          .join("\n\n"),
      );
    expectLinesUnderHeads(parse, found, (lines, at) => {
      const number = /^\d+/u.exec(lines[at] as string)?.[0];
      return number === undefined ? [] : [`src/dir${Math.floor(Number(number) / 100)}/file.ts`];
    });
  });

  it("keeps its promises on any text", () => {
    expectTolerance(parse, [
      "a/b.ts:3:x",
      "a/b.ts-4-y",
      "\n",
      "--\n",
      "a/b.ts\n",
      "7:z",
      "8-q",
      "Binary file a matches\n",
      "\u001B[35m",
    ]);
  });
});
