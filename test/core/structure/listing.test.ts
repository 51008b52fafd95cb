import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { parse } from "../../../src/core/structure/listing.js";
import {
  byPrior,
  contextOf,
  expectLinesUnderHeads,
  expectTolerance,
  kept,
  visibleLines,
} from "../../support/outlines.js";

const TREE = `.
├── README.md
├── src
│   ├── core
│   │   ├── a.ts
│   │   └── b.ts
│   └── cli.ts
└── test

3 directories, 4 files
`;
const STATUS = `On branch main
Your branch is ahead of 'origin/main' by 1 commit.

Changes not staged for commit:
  (use "git add <file>..." to update what will be committed)
	modified:   src/a.ts
	deleted:    src/b.ts

Untracked files:
	notes/x.md

no changes added to commit
`;
const LOG = `commit 50ae364cfe01f5bda2a6fb7b84b4a5d4fc9097e3
Author: Ann Moss <ann@example.org>
Date:   Wed Mar 4 18:57:01 2026 +0000

    Lend tools by the hour

    Days were too long for a rake.

commit 7f3b9d2cfe01f5bda2a6fb7b84b4a5d4fc9097e3
Author: Bo Lind <bo@example.org>
Date:   Tue Mar 3 10:02:11 2026 +0000

    Count the rakes
`;

describe("listing", () => {
  it("keeps a field below what it is of, and the row of a table below the names of its columns", () => {
    const pod = [
      "Name:         ledger",
      "Node:         node-3",
      "Containers:",
      "  main:",
      "    State:    Waiting",
      "      Reason: CrashLoopBackOff",
      "    Image:    ledger:4.1",
      "Events:",
      "  Type     Reason",
      "  ----     ------",
      "  Warning  BackOff",
      "",
    ].join("\n");
    expect(kept(parse, pod, "CrashLoop")).toBe(
      "Containers:\n  main:\n    State:    Waiting\n      Reason: CrashLoopBackOff",
    );
    expect(kept(parse, pod, "Warning")).toBe("Events:\n  Type     Reason\n  ----     ------\n  Warning  BackOff");
    expect(contextOf(parse, pod, "ledger:4.1")).toBe("Containers main");
  });

  it("keeps paths whole, and tells them as words with their numbers apart", () => {
    const text = Array.from({ length: 300 }, (_, index) => `src/components/module${index}/index.tsx`).join("\n");
    expect(kept(parse, text, "module141/")).toBe("src/components/module141/index.tsx");
    expect(contextOf(parse, text, "module141/")).toBe("src components module 141 index tsx");
    for (const line of visibleLines(byPrior(parse, text, 0.1))) expect(text.split("\n")).toContain(line);
  });

  it("brings the folders along that an entry of a tree is in", () => {
    expect(kept(parse, TREE, "b.ts")).toBe(".\n├── src\n│   ├── core\n│   │   └── b.ts");
    expect(contextOf(parse, TREE, "b.ts")).toBe("src core");
    const ascii = "shed@1.0.0\n|-- express@4.18.2\n|   `-- accepts@1.3.8\n`-- zod@3.22.4\n";
    expect(kept(parse, ascii, "accepts")).toBe("shed@1.0.0\n|-- express@4.18.2\n|   `-- accepts@1.3.8");
    const npm = "shed@1.0.0\n├─┬ express@4.18.2\n│ └─┬ body-parser@1.20.1\n│   └── bytes@3.1.2\n└── zod@3.22.4\n";
    expect(kept(parse, npm, "bytes")).toBe(npm.split("\n").slice(0, 4).join("\n"));
    const maven =
      "[INFO] com.example:shed:jar:1.0\n[INFO] +- org.a:b:jar:1:compile\n[INFO] |  \\- org.c:d:jar:2:compile\n[INFO] \\- org.e:f:jar:3:test\n";
    expect(kept(parse, maven, "org.c:d")).toBe(maven.split("\n").slice(0, 3).join("\n"));
  });

  it("brings the folder along that stands above its entries", () => {
    const text = ".:\nREADME.md\nsrc\n\n./src:\na.ts\nmy notes.txt\n";
    expect(kept(parse, text, "my notes")).toBe("./src:\nmy notes.txt");
  });

  it("brings the group along that a file of git status is in, and no hints", () => {
    expect(kept(parse, STATUS, "deleted:")).toBe("Changes not staged for commit:\n\tdeleted:    src/b.ts");
    expect(kept(parse, STATUS, "notes/x.md")).toBe("Untracked files:\n\tnotes/x.md");
  });

  it("keeps a commit together with its subject", () => {
    expect(kept(parse, LOG, "Count the rakes")).toBe(LOG.split("\n").slice(8).join("\n").trimEnd());
    expect(kept(parse, LOG, "too long")).toBe(LOG.split("\n").slice(0, 7).join("\n"));
  });

  it.each([
    ["short status of git", " M src/a.ts\n?? notes/x.md\nR  a.ts -> b.ts\n"],
    ["names and states", "M\tsrc/a.ts\nA\tsrc/b.ts\nR100\ta.ts\tb.ts\n"],
    [
      "commits a line",
      "a7424be Count the rakes, all of them\nafd1ea1 Lend tools by the hour\n* d84ed91 (HEAD -> main) Open\n",
    ],
    ["sizes", "4.0K\t./src/x\n12M\t./dist\n16M\ttotal\n"],
    ["counts", "   3 one thing\n  12 another thing\n"],
    ["changes by file", " src/a.ts | 141 +++++---\n img.png  | Bin 0 -> 12 bytes\n 2 files changed, 3 insertions(+)\n"],
    ["names", "alpha\nbeta-2\ngamma.txt\n"],
    ["branches", "* main a7424be Count\n  dev  afd1ea1 [gone] Lend\n"],
    ["paths with spaces", "./My Files/a b.txt\n/home/ann/notes one.md\n"],
  ])("keeps each line of %s whole", (_, text) => {
    const last = visibleLines(text).at(-1) as string;
    expect(kept(parse, text, last.trim())).toBe(last);
  });

  it("keeps a variable together with a value over several lines", () => {
    const text =
      "APP_SETTING_41=on\nKEY=-----BEGIN\nabc def\n-----END\nHOME=/root\nPATH=/bin\nLANG=C\nA=1\nB=2\nC=3\nD=4\n";
    expect(kept(parse, text, "abc def")).toBe("KEY=-----BEGIN\nabc def\n-----END");
    expect(contextOf(parse, text, "APP_SETTING_41")).toBe("APP SETTING 41");
  });

  it("refuses prose and code", () => {
    for (const text of [
      "We went out early.\nThe rain had stopped by then.\nNobody minded, least of all Ann.\n",
      "function a() {\n  return 1;\n}\nconst b = a() + 2;\n",
      "one\n",
      "",
    ]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  it("prints every choice of entries to the letter, each below its folders", () => {
    const depths = fc.array(fc.nat({ max: 4 }), { minLength: 2, maxLength: 20 });
    const trees = depths.map((wanted) => {
      let way = [0];
      const lines = wanted.map((depth) => {
        // One level deeper than the line above at most.
        const level = Math.min(depth + 1, way.length);
        way = [...way.slice(0, level), (way[level] ?? -1) + 1];
        return `${"│   ".repeat(level - 1)}├── n${way.join(".")}`;
      });
      return ["n0", ...lines].join("\n");
    });
    expectLinesUnderHeads(parse, trees, (lines, at) => {
      const way = (/n([\d.]+)$/u.exec(lines[at] as string)?.[1] ?? "0").split(".");
      const folders = way.slice(0, -1).map((_, depth) => `n${way.slice(0, depth + 1).join(".")}`);
      return lines.filter((line) => folders.some((name) => line === name || line.endsWith(` ${name}`)));
    });
  });

  it("keeps its promises on any text", () => {
    expectTolerance(parse, [
      "├── ",
      "│   ",
      "└── ",
      "|-- ",
      "a/b.ts",
      "\n",
      "x:\n",
      "K=v\n",
      "  (use x)\n",
      "On branch a\n",
      "commit 1234567\nAuthor: a\n",
      "    s",
    ]);
  });
});
