import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { parse } from "../../../src/core/structure/diff.js";
import { textOf } from "../../contract/outline-text.js";
import { byPrior, contextOf, expectLinesUnderHeads, expectTolerance, kept, outlineOf } from "../../support/outlines.js";

const GIT = `diff --git a/src/limits.ts b/src/limits.ts
index 5dd1881..3babd25 100644
--- a/src/limits.ts
+++ b/src/limits.ts
@@ -1,5 +1,5 @@ export const limits = {
 export const limits = {
-  requests: 600,
+  requests: 900,
   bytes: 4096,
-  wait: 10,
 };
+export default limits;
@@ -40,3 +40,3 @@ function check() {
 // all
-  return;
+  return true;
 }
diff --git a/old.ts b/new.ts
similarity index 100%
rename from old.ts
rename to new.ts
diff --git a/a.png b/a.png
index 1..2 100644
Binary files a/a.png and b/a.png differ
`;
const HEAD = ["diff --git a/src/limits.ts b/src/limits.ts", "--- a/src/limits.ts", "+++ b/src/limits.ts"].join("\n");
const commit = (hash: string, subject: string) =>
  `commit ${hash}\nAuthor: Ann Moss <ann@example.org>\nDate:   Wed Mar 4 18:57:01 2026 +0000\n\n    ${subject}\n\n    More of it.\n\n${GIT}`;

describe("diff", () => {
  it("parts a long run of lines in front of comments and definitions, so that each comes with its comment", () => {
    const added = [
      "/** What nothing is known of is worth as much as not, whatever stands around it in the text. */",
      "const UNREAD = 0.5;",
      "/** How much less a sentence is worth for each before it. */",
      "const DECAY = 0.001;",
      "",
      "export function masses(): number {",
      "  return 1;",
      "}",
    ];
    const text = `--- a/m.ts\n+++ b/m.ts\n@@ -1,0 +1,${added.length} @@\n${added.map((line) => `+${line}`).join("\n")}\n`;
    const decay = kept(parse, text, "DECAY");
    expect(decay).toContain(`+${added[2]}\n+${added[3]}`);
    expect(decay).not.toContain("UNREAD");
    expect(kept(parse, text, "masses")).toContain(`+${added[5]}\n+${added[6]}\n+${added[7]}`);
  });

  it("keeps changed lines to the letter, below their file and hunk", () => {
    expect(kept(parse, GIT, "requests: 900")).toBe(
      `${HEAD}\n@@ -1,5 +1,5 @@ export const limits = {\n-  requests: 600,\n+  requests: 900,`,
    );
    expect(kept(parse, GIT, "return true")).toBe(
      `${HEAD}\n@@ -40,3 +40,3 @@ function check() {\n-  return;\n+  return true;`,
    );
    expect(contextOf(parse, GIT, "return true")).toBe("src limits ts function check");
  });

  it("keeps what is said of a file below its first line", () => {
    expect(kept(parse, GIT, "rename to")).toBe("diff --git a/old.ts b/new.ts\nrename to new.ts");
    expect(kept(parse, GIT, "Binary")).toBe("diff --git a/a.png b/a.png\nBinary files a/a.png and b/a.png differ");
  });

  it("names the commit where there are several, and not where there is one", () => {
    const show = commit("50ae364", "Lend tools by the hour");
    expect(kept(parse, show, "requests: 900")).toMatch(/^diff --git/u);
    const log = `${show}\n${commit("7f3b9d2", "Count the rakes").replace("900", "800")}`;
    const output = kept(parse, log, "requests: 800");
    expect(output).toMatch(/^commit 7f3b9d2\nAuthor: .*\nDate: .*\n\n {4}Count the rakes\n\ndiff --git/u);
    expect(kept(parse, log, "More of it")).toMatch(/^commit 50ae364[\s\S]*More of it\.$/u);
  });

  it("cuts a long run of changed lines into pieces", () => {
    const lines = Array.from({ length: 30 }, (_, index) => `+const value${index} = ${index};`);
    const text = `--- a.ts\n+++ b.ts\n@@ -0,0 +1,30 @@\n${lines.join("\n")}\n`;
    const output = kept(parse, text, "value17 ");
    expect(output).toContain("+const value17 = 17;");
    expect(output.split("\n").length).toBeLessThanOrEqual(3 + 8);
  });

  it("reads merges with a sign for each parent, marks of a missing line end, and text that looks like a header", () => {
    const merge =
      "diff --cc a.ts\nindex 1,2..3\n--- a/a.ts\n+++ b/a.ts\n@@@ -1,2 -1,2 +1,3 @@@\n  same\n- ours\n -theirs\n++both\n";
    expect(kept(parse, merge, "++both")).toBe(
      "diff --cc a.ts\n--- a/a.ts\n+++ b/a.ts\n@@@ -1,2 -1,2 +1,3 @@@\n- ours\n -theirs\n++both",
    );
    const sql =
      "--- a.sql\n+++ b.sql\n@@ -1,2 +1,2 @@\n-- old remark\n+++ new remark\n \\ x\n\\ No newline at end of file\n";
    expect(kept(parse, sql, "new remark")).toBe("--- a.sql\n+++ b.sql\n@@ -1,2 +1,2 @@\n-- old remark\n+++ new remark");
  });

  it("goes on where a hunk has more changed lines than it says", () => {
    const text = "--- a.ts\n+++ b.ts\n@@ -1,1 +1,1 @@\n-a\n+b\n+c\n--- c.ts\n+++ d.ts\n@@ -1 +1 @@\n-e\n+f\n";
    expect(kept(parse, text, "+f")).toBe("--- c.ts\n+++ d.ts\n@@ -1 +1 @@\n-e\n+f");
    expect(kept(parse, text, "+c")).toContain("+b\n+c");
  });

  it("ranks hunks by how much they change, and lock files and unchanged lines last", () => {
    const file = (name: string, changed: number) =>
      `--- a/${name}\n+++ b/${name}\n@@ -1,${changed + 3} +1,3 @@\n one\n two\n three\n${Array.from({ length: changed }, (_, index) => `-${name} ${index}\n`).join("")}`;
    const text = file("small.ts", 1) + file("large.ts", 7) + file("package-lock.json", 60);
    const output = byPrior(parse, text, 0.15);
    expect(output).toContain("large.ts 6");
    expect(output).not.toContain("lock");
  });

  it("refuses lists, rules and prose with dashes", () => {
    for (const text of ["- one\n- two\n+ three\n", "a\n---\nb\n", "--- a\ntext\n", "@@ what? @@\n", ""]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  it("prints every choice of lines to the letter, each below its hunk and file", () => {
    const line = fc.tuple(fc.constantFrom(" ", "+", "-"), fc.stringMatching(/^[a-z ;(){}-]{0,16}$/u));
    const hunk = fc.array(line, { minLength: 1, maxLength: 20 });
    const diffs = fc
      .array(fc.array(hunk, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
      .map((files) =>
        files
          .map((hunks, file) =>
            [
              `diff --git a/f${file} b/f${file}`,
              `--- a/f${file}`,
              `+++ b/f${file}`,
              ...hunks.flatMap((lines, index) => [
                `@@ -1,${lines.filter(([sign]) => sign !== "+").length} +1,${lines.filter(([sign]) => sign !== "-").length} @@ h${file}.${index}`,
                ...lines.map(([sign, text], place) => `${sign}${file}.${index}.${place} ${text}`),
              ]),
            ].join("\n"),
          )
          .join("\n"),
      );
    expectLinesUnderHeads(parse, diffs, (lines, at) => {
      const [, file, index] = /^[ +-](\d+)\.(\d+)\.\d+ /u.exec(lines[at] as string) ?? [];
      if (file === undefined) return [];
      return lines.filter(
        (text) =>
          text.endsWith(` h${file}.${index}`) ||
          new RegExp(`^\\S+ (?:a|b)/f${file}(?: |$)`, "u").test(text) ||
          text === `diff --git a/f${file} b/f${file}`,
      );
    });
  });

  it("prints all of it as it was", () => {
    for (const text of [GIT, commit("50ae364", "Lend")]) {
      const outline = outlineOf(parse, text);
      expect(textOf(text, outline, outline.grains.keys())).toBe(text.trimEnd());
    }
  });

  it("keeps its promises on any text", () => {
    expectTolerance(parse, [
      "diff --git a/a b/a\n",
      "--- a\n",
      "+++ b\n",
      "@@ -1 +1 @@\n",
      "@@ -1,3 +1,2 @@ f\n",
      "+x\n",
      "-y\n",
      " z\n",
      "\n",
      "index 1..2\n",
      "GIT binary patch\nliteral 3\nabc\n",
      "commit 1234567\nAuthor: a\n\n    s\n",
    ]);
  });
});
