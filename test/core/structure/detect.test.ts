import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detectKind } from "../../../src/core/structure/detect.js";
import { kindOfFence, kindOfMediaType, kindOfName } from "../../../src/core/structure/detect-names.js";
import { TEXT_KINDS } from "../../../src/core/structure/outline.js";
import { anyText, CASES } from "../../support/arbitraries.js";
import { KIND_TEXTS } from "../../support/kind-texts.js";

const ROOT = new URL("../../../", import.meta.url);
const own = (path: string) => readFileSync(new URL(path, ROOT), "utf8");
const output = (command: string, ...words: string[]) =>
  execFileSync(command, words, { cwd: ROOT, encoding: "utf8", env: { ...process.env, LC_ALL: "C" }, maxBuffer: 1e8 });

/** Code that is easily taken for lines of a log. */
const CODE = {
  python: `import pytest

from shed.tools import Tool, lend


def test_lend_marks_the_tool():
    saw = Tool("saw", 3)
    assert lend(saw, "ann").holder == "ann"
    assert saw.count == 3
    assert 1 < saw.count


def test_lend_twice():
    saw = Tool("saw", 1)
    assert lend(saw, "bo") is saw
`,
  kotlin: `package org.shed.tools

import org.shed.model.Tool
import org.shed.model.Loan
import kotlinx.coroutines.delay

sealed interface LoanState {
    data object Free : LoanState
    data class Lent(val who: String) : LoanState
}

class Shed(private val tools: List<Tool>) {
    val free by lazy { tools.filter { it.isFree } }
}
`,
  hcl: `terraform {
  required_version = ">= 1.6"
  required_providers {
    shed = {
      source  = "example/shed"
      version = "~> 5.40"
    }
  }
}

resource "shed_tool" "saw" {
  name  = var.name
  count = 3
}
`,
  perl: `package Shed::Tool;
use strict;
use warnings;

sub lend {
    my ($self, $who) = @_;
    return if $self->{holder};
    $self->{holder} = $who;
    push @{ $self->{log} }, "lent to $who";
    return $self;
}
1;
`,
  dockerfile: `FROM node:20-slim
WORKDIR /shed
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY dist ./dist
USER node
CMD ["node", "dist/main.js"]
`,
};
/** Parts of code that show nothing of their language. */
const PARTS = [
  `      ["sh", "-c", PRUNE],
      ["sh", "-c", "du -sm ."],
      ["tool", "main"],
    ],
  },
  spare: { packages: [], files: { "main.x": PROGRAM }, commands: [["tool", "main"]] },
  other: { packages: [], files: { "main.y": LOADED }, commands: [["tool", "main"]] },
`,
  `        __u64 reserved1;
        __u64 reserved2;
    } __packed unknown;
  } device_path;
  __u8 reserved4;
  __u8 checksum;
} __packed;
`,
];

describe("the kind of a text", () => {
  it.each(Object.entries(CODE))("is code for a piece of %s without a name", (language, text) => {
    expect(detectKind(text)).toEqual({ kind: "code", language, from: "content" });
  });

  it.each([
    [
      "metrics",
      "log",
      '# HELP tide_level_meters Level at the gauge.\n# TYPE tide_level_meters gauge\ntide_level_meters{at="pier"} 2.5\ntide_level_meters{at="lock"} 3.1\n',
    ],
    ["a makefile", "code", "all: ferry\n\nferry: main.o\n\tcc -o ferry main.o\n\nclean:\n\trm -f main.o ferry\n"],
    [
      "a component of tags and code",
      "code",
      'export function Cart({ items }) {\n  const total = items.length;\n  return (\n    <div>\n      <p className="sum">{total}</p>\n      <button onClick={pay}>Pay</button>\n    </div>\n  );\n}\n',
    ],
    [
      "a component of code and tags",
      "code",
      '<template>\n  <p v-if="total">{{ total }}</p>\n</template>\n<script setup>\nconst total = 5;\n</script>\n',
    ],
    [
      "a feed",
      "xml",
      '<rss version="2.0"><channel><title>News</title><item><title>Crane</title><description><![CDATA[It lifts <b>40</b> tonnes.]]></description></item></channel></rss>',
    ],
    [
      "a list without marks",
      "log",
      "add crane scheduler\nfix the lamp on pier 4\nrenew passport before march\nbuy paint\n",
    ],
    ["verses", "prose", "The tide comes in,\nthe tide goes out;\nwe mend the nets,\nand stand about.\n"],
  ])("is told from %s", (_, kind, text) => {
    expect(detectKind(text)).toMatchObject({ kind });
  });

  it.each(PARTS.map((text) => [text]))("is code for a part of it in a language that is not told: %j", (text) => {
    expect(detectKind(text)).toMatchObject({ kind: "code" });
  });

  describe.each(TEXT_KINDS)("%s", (kind) => {
    it.each(KIND_TEXTS[kind].map((text) => [text.slice(0, 60), text]))("is told from %j...", (_, text) => {
      expect(detectKind(text)).toMatchObject({ kind, from: "content" });
    });
  });

  it("is what the caller says, before all else", () => {
    expect(detectKind('{"a":1}', { kind: "log", name: "a.csv" })).toEqual({ kind: "log", from: "caller" });
    expect(detectKind("def tide(a):\n    return a\n", { kind: "code" })).toEqual({
      kind: "code",
      language: "python",
      from: "caller",
    });
    expect(detectKind("select 1", { kind: "code", language: "sql" })).toMatchObject({ language: "sql" });
  });

  it("is what the name says, then the media type, then the fence", () => {
    expect(detectKind("a b", { name: "a.csv", mediaType: "application/json" })).toMatchObject({
      kind: "csv",
      from: "name",
    });
    expect(detectKind("a b", { name: "notes", mediaType: "application/json" })).toMatchObject({ kind: "json" });
    expect(detectKind("a b", { mediaType: "text/plain", fence: "python title=x" })).toEqual({
      kind: "code",
      language: "python",
      from: "name",
    });
  });

  it.each([
    ["src/app/page.tsx", "code"],
    ["https://example.org/files/report.json?token=1#top", "json"],
    ["C:\\data\\people.CSV", "csv"],
    ["file:///var/log/app.log.2", "log"],
    ["Dockerfile", "code"],
    ["deploy/Makefile", "code"],
    [".env.production", "ini"],
    ["package-lock.json", "json"],
    ["Cargo.lock", "toml"],
    ["events.jsonl", "ndjson"],
    ["README.md", "markdown"],
    ["k8s/web.yaml", "yaml"],
    ["talk.vtt", "subtitles"],
    ["fix.patch", "diff"],
    ["paper.tex", "latex"],
    ["report.pdf", "paged"],
  ])("is told by the name %s", (name, kind) => {
    expect(kindOfName(name)?.kind).toBe(kind);
  });

  it.each([
    "https://example.org/",
    "https://example.org/docs/tides",
    "notes.txt",
    "",
    "v1.2",
    "Mr. Smith",
    "example.org",
  ])("is not told by the name %j", (name) => {
    expect(kindOfName(name)).toBeUndefined();
  });

  it.each([
    ["application/json; charset=utf-8", "json"],
    ["application/problem+json", "json"],
    ["text/html", "html"],
    ["text/csv", "csv"],
    ["text/x-python", "code"],
    ["image/svg+xml", "xml"],
    ["text/plain", undefined],
    ["nonsense", undefined],
  ])("is told by the media type %s", (mediaType, kind) => {
    expect(kindOfMediaType(mediaType)?.kind).toBe(kind);
  });

  it.each([
    ["ts", "code", "ts"],
    ["{.python #id}", "code", "python"],
    ['json title="a.json"', "json", undefined],
    ["diff", "diff", undefined],
    ["text", undefined, undefined],
  ])("is told by what stands behind a fence: %s", (info, kind, language) => {
    expect(kindOfFence(info)).toEqual(
      kind === undefined ? undefined : language === undefined ? { kind } : { kind, language },
    );
  });

  it("is right for real files and the output of real tools", () => {
    const real: [string, string][] = [
      ["json", own("package.json")],
      ["json", own("package-lock.json")],
      ["code", own("src/core/fit/budget.ts")],
      ["code", own("src/cli/convert.py")],
      ["markdown", own("README.md")],
      ["markdown", own("docs/method.md")],
      ["diff", output("git", "log", "-p", "-3")],
      ["table", output("ls", "-l", "src/core")],
      ["listing", output("find", "src/core", "-name", "*.ts")],
      ["grep", output("grep", "-rn", "export function", "src/core")],
      ["ini", output("env", "-i", "PATH=/bin", "HOME=/home/ann", "LANG=C", "TERM=xterm", "env")],
    ];
    expect(real.map(([, text]) => detectKind(text).kind)).toEqual(real.map(([kind]) => kind));
  });

  it("is the same with a byte order mark and with the line breaks of Windows", () => {
    for (const kind of TEXT_KINDS) {
      for (const text of KIND_TEXTS[kind]) {
        expect(detectKind(`\uFEFF${text.replaceAll("\n", "\r\n")}`).kind, text).toBe(kind);
      }
    }
  });

  it("is told of any text, however long a line is, and in a time that does not grow with it", () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(TEXT_KINDS).toContain(detectKind(text).kind);
      }),
      { numRuns: CASES / 4 },
    );
    for (const piece of ["a, ", "[", '{"a":', "<b", "'", "│ ", " :", "# ", "at x (", "|-", "- ", "1.1 "]) {
      const start = performance.now();
      detectKind(piece.repeat(200_000));
      expect(performance.now() - start, piece).toBeLessThan(2000);
    }
  });
});
