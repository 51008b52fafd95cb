import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "../../../src/core/structure/markdown.js";
import type { ParseInner } from "../../../src/core/structure/outline.js";
import { parse as parseProse } from "../../../src/core/structure/prose.js";
import { parse as parseYaml } from "../../../src/core/structure/yaml.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { textOf } from "../../contract/outline-text.js";
import { expectEveryChoiceValid, expectProperOrNone, grainWith, outlineOf, printed } from "../../support/outlines.js";
import { PASSAGES } from "../../support/texts.js";

const GUIDE = `---
title: Tide gauge
owner: Ines
---

# Tide gauge

[![build](https://example.org/b.svg)](https://example.org/b)

Reads the level of the harbour.

## Start

Start it with:

\`\`\`sh
gauge --port 7000 \\
  --log json
\`\`\`

> Never start two: both will write
> to the same file.

### Options

- **port** \`number\` Where it listens. Default: \`7000\`
- **log** \`string\` How it logs. Default: \`text\`

| Key | Default |
|-----|---------|
| wait | 5 |
| burst | 64 |

1. Look at the board.
   - Is the lamp green?
     - If not, call Ines.
2. Look at the sea.

<!-- a note to ourselves -->

<p align="center">Made in <b>Tromso</b></p>

Licence
-------

MIT
`;

describe("Markdown", () => {
  it("brings the headings above a paragraph", () => {
    expect(printed(parse, GUIDE, "Reads the level")).toBe("# Tide gauge\n\nReads the level of the harbour.");
    expect(printed(parse, GUIDE, "MIT")).toBe("# Tide gauge\n\nLicence\n-------\n\nMIT");
  });

  it("opens and closes fences around lines of code", () => {
    expect(printed(parse, GUIDE, "gauge --port")).toBe(
      "# Tide gauge\n\n## Start\n\n```sh\ngauge --port 7000 \\\n  --log json\n```",
    );
    const long = `\`\`\`\n${"line of code;\n".repeat(40)}last();\n\`\`\`\n`;
    expect(printed(parse, long, "last")).toBe("```\nlast();\n```");
  });

  it("brings the header of a table and the line under it", () => {
    expect(printed(parse, GUIDE, "| burst")).toContain("| Key | Default |\n|-----|---------|\n| burst | 64 |");
    expect(grainWith(parse, GUIDE, "| burst").context).toBe("Tide gauge Tide gauge Start Options Key Default");
  });

  it("keeps a named value whole and the label of what is nested", () => {
    expect(grainWith(parse, GUIDE, "**log**")).toMatchObject({ kind: "data" });
    expect(printed(parse, GUIDE, "call Ines")).toMatch(
      /### Options\n\n1\. Look at the board\.\n {3}- Is the lamp green\?\n {5}- If not, call Ines\.$/u,
    );
  });

  it("keeps the mark of a quote, and none inside of its sentences", () => {
    const all = outlineOf(parse, GUIDE);
    const start = GUIDE.indexOf("> Never");
    expect(all.grains.find((grain) => grain.start === start)).toMatchObject({ role: "shell", end: start + 1 });
    expect(printed(parse, GUIDE, "Never start")).toMatch(/> Never start two: both will write\nto the same file\.$/u);
  });

  it("reads front matter as what it is, fences included", () => {
    expect(printed(parse, GUIDE, "owner")).toBe("---\nowner: Ines\n---");
    expect(printed(parse, "---\nno: [yaml\n---\n\ntext\n", "yaml")).toBe("---\nno: [yaml\n---");
    expect(printed(parse, "+++\ntitle = 'a'\n+++\ntext", "title")).toBe("+++\ntitle = 'a'\n+++");
  });

  it("takes comments and rules for waste and badges for little, and reads HTML as text", () => {
    expect(grainWith(parse, GUIDE, "note to ourselves").role).toBe("waste");
    expect(grainWith(parse, GUIDE, "b.svg").prior).toBeLessThan(0.1);
    expect(printed(parse, GUIDE, "Tromso")).toMatch(/Made in Tromso$/u);
    expect(printed(parse, "<h1 align=center>Gauge</h1>\n\nIt reads.\n", "It reads")).toBe("Gauge\n\nIt reads.");
  });

  it("gives the same blocks as prose where there are only paragraphs", () => {
    const blocks = (text: string, read: typeof parse | typeof parseProse) =>
      runAtOnce(read(text) as ReturnType<typeof parse>)?.grains.map(({ start, end, kind }) => [start, end, kind]);
    let paragraphs = 0;
    for (const { text } of PASSAGES) {
      if (/^\s*(?:[#>|\-*+=<[]|\d+[.)]|```| {4}|\t)/mu.test(text)) continue;
      paragraphs += 1;
      expect(blocks(text, parse), text.slice(0, 80)).toEqual(blocks(text, parseProse));
    }
    expect(paragraphs).toBeGreaterThanOrEqual(10);
  });

  it("hands fenced code to a reader of its language", () => {
    const inner: ParseInner = (code, language) => parseYaml(language === "yaml" ? code : "");
    const text = "# Set\n\n```yaml\ncache:\n  ttl: 5\n  dir: /srv\n```\n";
    const outline = runAtOnce(parse(text, undefined, inner));
    const chosen = outline?.grains.findIndex((grain) => text.slice(grain.start, grain.end) === "dir: /srv");
    expect(textOf(text, outline as NonNullable<typeof outline>, [chosen as number])).toBe(
      "# Set\n\n```yaml\ncache:\n  dir: /srv\n```",
    );
  });

  it("refuses lists and quotes nested a hundred thousand deep", () => {
    expect(runAtOnce(parse(`${">".repeat(100_000)} a`))).toBeUndefined();
    expect(runAtOnce(parse(`${"- ".repeat(100_000)}a`))).toBeUndefined();
    expect(runAtOnce(parse(`${"- ".repeat(100_000)}\n\na`))?.grains.length).toBe(2);
  });

  it("prints every choice with its headings, table headers and fences", () => {
    expectEveryChoiceValid(parse, document, (text) => {
      expect(text.split("\n").filter((line) => /^[ >]*```/u.test(line)).length % 2, text).toBe(0);
      if (text.includes("| cell")) expect(text).toMatch(/\| column \| two \|\n *\|---\|---\|/u);
      if (text.includes("body ")) expect(text).toMatch(/^# Top/u);
    });
  });

  it("gives a proper outline of any text, or none", () => {
    expectProperOrNone(parse, document, soup);
  });
});

const words = fc
  .array(fc.constantFrom("body", "of", "text", "`code span`", "[link](to)", "*mark*"), { minLength: 1, maxLength: 20 })
  .map((parts) => `body ${parts.join(" ")}`);
const block = fc.oneof(
  words,
  words.map((text) => `## ${text}`),
  words.map((text) => `- ${text}\n  - ${text}\n\n  ${text}\n- ${text}`),
  words.map((text) => `> ${text}\n> ${text}`),
  words.map((text) => `> \`\`\`\n> ${text}\n> \`\`\``),
  fc
    .tuple(words, fc.integer({ min: 1, max: 60 }))
    .map(([text, count]) => `\`\`\`sh\n${`${text}\n`.repeat(count)}\`\`\``),
  words.map((text) => `1. ${text}\n\n   \`\`\`\n   ${text}\n   \`\`\`\n2. ${text}`),
  words.map((text) => `| column | two |\n|---|---|\n| cell | ${text} |\n| cell | b |`),
  fc.constantFrom("***", "<!-- c -->", "<div>\nbody html\n</div>", "[ref]: http://example.org", "    indented code"),
);
const document = fc.array(block, { minLength: 1, maxLength: 8 }).map((blocks) => `# Top\n\n${blocks.join("\n\n")}\n`);
const soup = fc
  .array(
    fc.constantFrom(
      "a",
      " ",
      "\n",
      "\n\n",
      "> ",
      "- ",
      "1. ",
      "# ",
      "```",
      "    ",
      "|",
      "|-|-|",
      "---",
      "<b>",
      "<div>",
      "<!--",
      "-->",
      "[a]: b",
      "\t",
      "\r\n",
      "***",
      "===",
    ),
  )
  .map((parts) => parts.join(""));
