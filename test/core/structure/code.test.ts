import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { parse } from "../../../src/core/structure/code.js";
import type { Outline, Parse } from "../../../src/core/structure/outline.js";
import { textOf } from "../../contract/outline-text.js";
import { CASES } from "../../support/arbitraries.js";
import { expectProperOrNone, grainText, grainWith, outlineOf, printed } from "../../support/outlines.js";

const as =
  (language: string): Parse =>
  (text) =>
    parse(text, { language });

const PYTHON = `# Licence: do as you like. Copyright the harbour office.

import os
from pathlib import Path


class Ledger:
    """What the harbour owes."""

    def __init__(self, path):
        self.path = Path(path)

    @property
    def total(self):
        return sum(self.rows)

    def charge(self, user, amount):
        if user.blocked:
            return None
        elif user.guest:
            raise PermissionError(
                "guests pay at the desk",
            )
        else:
            fee = amount * 0.02
        # Fees are rounded up.
        self.rows.append(amount + fee)
        return self.rows[-1]


def refund(ledger, amount):
    if amount > ledger.total:
        raise ValueError("more than there is")
    ledger.rows.append(-amount)
    ledger.save()
    ledger.notify("refund")
    return ledger.total
`;

const TYPESCRIPT = `import { read } from "./read.js";

/** Waits between tries. */
export interface Waits {
  firstMs: number;
  factor: number;
}

/**
 * Tells how long to wait.
 * Reads the header first.
 */
export function retryAfter(headers: Headers, waits: Waits): number {
  const header = headers.get("retry-after");
  if (header === null) {
    return waits.firstMs;
  } else if (/^\\d+}$/.test(header)) {
    return Number(header) * 1000;
  } else {
    const until = Date.parse(header);
    if (Number.isNaN(until)) throw new Error(\`cannot read \${header} {\`);
    return Math.max(0, until - Date.now());
  }
}

export class Client {
  constructor(
    private readonly base: string,
    private readonly waits: Waits,
  ) {
    this.base = base.replace(/[/}]+$/, "");
    this.count = 0;
    this.last = undefined;
  }

  async get(path: string): Promise<string> {
    const response = await fetch(this.base + path, {
      method: "GET",
      signal: AbortSignal.timeout(this.waits.firstMs),
      headers: { accept: "text/plain" },
      redirect: "manual",
      keepalive: true,
      mode: "cors",
    });
    return read(response);
  }
}
`;

const GO = `package tide

import (
	"fmt"
	"os"
)

// Gauge reads one sensor.
type Gauge struct {
	Name  string
	Level float64
}

func (g *Gauge) Read(path string) (float64, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", g.Name, err)
	}
	switch len(raw) {
	case 0:
		return 0, nil
	case 1:
		g.Level = float64(raw[0])
		fmt.Println("one byte }")
		return g.Level, nil
	default:
		g.Level = float64(len(raw))
	}
	return g.Level, nil
}
`;

const SQL = `-- who may log in
CREATE TABLE accounts (
  id bigint PRIMARY KEY,
  email text NOT NULL,
  name text,
  seats int,
  plan text CHECK (plan IN ('free', 'pro')),
  created_at timestamptz,
  CONSTRAINT seats_positive CHECK (seats > 0)
);

INSERT INTO accounts (id, email) VALUES
  (1, 'a;b@example.com'),
  (2, 'it''s@example.com'),
  (3, 'c@example.com'),
  (4, 'd@example.com'),
  (5, 'e@example.com'),
  (6, 'f@example.com'),
  (7, 'g@example.com'),
  (8, 'h@example.com');

DELETE FROM sessions
WHERE last_seen < now() - interval '90 days'
 AND NOT pinned;
`;

const SHELL = `#!/bin/sh
# Removes what is old.
if [ -z "\${TMPDIR:-}" ]; then
  echo "no TMPDIR" >&2
  exit 1
fi
sweep() {
  for file in "$TMPDIR"/*.old; do
    if [ -f "$file" ]; then
      rm -f -- "$file"
      count=$((count + 1))
      echo "gone: $file"
    else
      echo "odd: $file"
    fi
  done
  find "$TMPDIR" -name '*.tmp' -print0 \\
    | xargs -0 rm -f --
}
case "$1" in
  start)
    sweep
    exec server
    ;;
  *)
    echo "what is $1?"

    cat <<USAGE
usage: $0 start {
USAGE

    exit 2
    ;;
esac
`;

describe("code", () => {
  it("brings the signatures above a line, of the class and of the method", () => {
    expect(printed(as("python"), PYTHON, "self.rows.append(amount")).toMatch(
      /^class Ledger:\n\n? {4}def charge\(self, user, amount\):\n {8}# Fees are rounded up\.\n {8}self\.rows\.append\(amount \+ fee\)/u,
    );
  });

  it("tells whose a line is by the names around it", () => {
    expect(grainWith(as("python"), PYTHON, "ledger.notify").context).toBe("def refund");
    expect(grainWith(as("typescript"), TYPESCRIPT, "Date.parse").context).toMatch(
      /^function retry After .*header null/u,
    );
  });

  it("keeps a branch with the condition that leads to it", () => {
    const outline = outlineOf(as("python"), PYTHON);
    const branches = outline.grains.find((grain) => grainText(PYTHON, grain).startsWith("else:"));
    expect(
      branches && outline.grains[branches.head] && grainText(PYTHON, outline.grains[branches.head] as never),
    ).toMatch(/^(?:if|elif)/u);
  });

  it("opens and closes both branches of a condition in braces", () => {
    expect(printed(as("typescript"), TYPESCRIPT, "Date.now()")).toBe(
      [
        "/**\n * Tells how long to wait.\n * Reads the header first.\n */",
        "export function retryAfter(headers: Headers, waits: Waits): number {",
        "  if (header === null) {",
        "  } else if (/^\\d+}$/.test(header)) {",
        "  } else {",
        "    const until = Date.parse(header);",
        "    if (Number.isNaN(until)) throw new Error(`cannot read ${header} {`);",
        "    return Math.max(0, until - Date.now());",
        "  }",
        "}",
      ].join("\n"),
    );
  });

  it("reads a signature over several lines as one", () => {
    expect(grainText(TYPESCRIPT, grainWith(as("typescript"), TYPESCRIPT, "constructor("))).toMatch(
      /^constructor\([\s\S]*\) \{$/u,
    );
  });

  it("opens a short function where it is much of the text, and keeps it whole in a long one", () => {
    const charge = "def charge(user):\n    if user.blocked:\n        return None\n    return pay(user)\n";
    const refund = charge.replace("charge", "refund").replace("return None", "raise Refused(user)");
    const part = "def refund(user):\n    if user.blocked:\n        raise Refused(user)";
    expect(printed(as("python"), `${charge}\n\n${refund}`, "raise")).toBe(part);
    expect(printed(as("python"), `${charge}\n\n${refund}\n\n${PYTHON}`, "raise Refused")).toBe(refund.trimEnd());
  });

  it("keeps a doc comment with what it is about", () => {
    expect(printed(as("typescript"), TYPESCRIPT, "Reads the header first")).toMatch(
      /\*\/\nexport function retryAfter\(.*\{\n\}$/u,
    );
  });

  it("never takes a closing bracket or word for content", () => {
    for (const [language, text] of SOURCES) {
      for (const grain of outlineOf(as(language), text).grains) {
        if (grain.role === "content") expect(grainText(text, grain), language).toMatch(/\p{L}/u);
      }
    }
  });

  it("keeps a statement of SQL whole, with its conditions", () => {
    expect(printed(as("sql"), SQL, "NOT pinned")).toBe(
      "DELETE FROM sessions\nWHERE last_seen < now() - interval '90 days'\n AND NOT pinned;",
    );
  });

  it("keeps columns between the table's name and its end, and the last one without a comma", () => {
    expect(printed(as("sql"), SQL, "email text")).toMatch(
      /^-- who may log in\nCREATE TABLE accounts \(\n[\s\S]*email text NOT NULL,\n[\s\S]*CHECK \(seats > 0\)\n\);$/u,
    );
  });

  it("keeps rows that are inserted with where they go, up to the semicolon", () => {
    const text = printed(as("sql"), SQL, "(1, 'a;b@example.com')");
    expect(text).toMatch(/^INSERT INTO accounts \(id, email\) VALUES\n {2}\(1, 'a;b@example\.com'\),\n[\s\S]*;$/u);
    expect(text).not.toContain("(3,");
  });

  it("keeps a condition of a shell with its then and fi, and a pipe with what flows into it", () => {
    expect(printed(as("shell"), SHELL, "no TMPDIR")).toContain(
      'if [ -z "${TMPDIR:-}" ]; then\n  echo "no TMPDIR" >&2\n  exit 1\nfi',
    );
    expect(printed(as("shell"), SHELL, "xargs")).toBe(
      "sweep() {\n  find \"$TMPDIR\" -name '*.tmp' -print0 \\\n    | xargs -0 rm -f --\n}",
    );
    expect(printed(as("shell"), SHELL, "gone: $file")).toMatch(
      /for file in .*; do\n {4}if .*; then\n[\s\S]*\n {4}else\n {4}fi\n {2}done\n\}$/u,
    );
  });

  it("reads a here document as one text", () => {
    expect(printed(as("shell"), SHELL, "usage: $0")).toMatch(
      /^case "\$1" in\n {2}\*\)\n\n? {4}cat <<USAGE\nusage: \$0 start \{\nUSAGE\n\n? {4};;\nesac$/u,
    );
  });

  it("keeps a rule of a style sheet whole, in its media query", () => {
    const css =
      "@media print {\n  .card {\n    color: red;\n    margin: 0;\n  }\n  .menu,\n  .foot > a {\n    display: none;\n  }\n}\n";
    expect(printed(as("css"), css, "display")).toBe(
      "@media print {\n  .menu,\n  .foot > a {\n    display: none;\n  }\n}",
    );
  });

  it("reads conditional parts of C with their conditions", () => {
    const c =
      '#include <stdio.h>\n\nint main(void)\n{\n#ifdef FAST\n    run_fast(1);\n    run_fast(2);\n    run_fast(3);\n    run_fast(4);\n#else\n    run_slow(3);\n#endif\n    /* a } in a comment */\n    puts("}");\n    puts("{");\n    return 0;\n}\n';
    expect(printed(as("c"), c, "run_slow")).toBe("int main(void)\n{\n#ifdef FAST\n#else\n    run_slow(3);\n#endif\n}");
  });

  it("reads Rust's lifetimes, raw strings and where clauses", () => {
    const rust =
      "impl<'a, T> Gauge<'a, T>\nwhere\n    T: Read,\n{\n    pub fn level(&'a self) -> char {\n        let open = '{';\n        let text = r#\"not } an \"end\"\"#;\n        self.log(text);\n        self.log(open);\n        open\n    }\n}\n";
    expect(printed(as("rust"), rust, "self.log(text)")).toMatch(
      /^impl<'a, T> Gauge<'a, T>\nwhere\n {4}T: Read,\n\{\n {4}pub fn level\(&'a self\) -> char \{\n[\s\S]*\n {4}\}\n\}$/u,
    );
  });

  it("reads Ruby's blocks, conditions behind statements, and end", () => {
    const ruby =
      "class Boat\n  def sail\n    return if calm?\n\n    crew.each do |one|\n      one.pull\n      one.rest\n      one.sing\n      one.eat\n      one.sleep\n      one.wake\n    end\n    :done\n  end\nend\n";
    expect(printed(as("ruby"), ruby, "one.wake")).toMatch(
      /^class Boat\n {2}def sail\n\n? {4}crew\.each do \|one\|\n[\s\S]*one\.wake\n {4}end\n {2}end\nend$/u,
    );
  });

  it("thinks more of signatures than of bodies, and least of a licence", () => {
    const worth = (part: string) => grainWith(as("python"), PYTHON, part).prior;
    expect(worth("def refund")).toBeGreaterThan(worth("ledger.notify"));
    expect(worth("ledger.notify")).toBeGreaterThan(worth("Copyright"));
    expect(worth("import os")).toBeLessThan(worth("ledger.notify"));
  });

  it("keeps every choice of lines verbatim, its brackets even and its signatures there, in four languages", () => {
    fc.assert(
      fc.property(
        program(),
        fc.infiniteStream(fc.nat(839)),
        fc.integer({ min: 1, max: 8 }),
        ({ language, text }, dice, oneIn) => {
          const outline = outlineOf(as(language), text);
          const chosen = contentOf(outline).filter(() => dice.next().value % oneIn === 0);
          if (chosen.length > 0) expectValidCode(textOf(text, outline, chosen), text);
        },
      ),
      { numRuns: CASES },
    );
  });

  it("keeps 99 of 100 cuts of this project's own sources free of syntax errors", () => {
    const broken: string[] = [];
    let checked = 0;
    for (const path of ownSources()) {
      const text = readFileSync(path, "utf8");
      const outline = outlineOf(as("typescript"), text);
      for (const every of [2, 7]) {
        const chosen = contentOf(outline).filter((_, index) => index % every === 0);
        checked += 1;
        if (hasSyntaxError(textOf(text, outline, chosen))) broken.push(path);
      }
    }
    expect(broken.length, broken.join("\n")).toBeLessThanOrEqual(checked / 100);
  });

  it("gives a proper outline of any text", () => {
    for (const language of ["typescript", "python", "shell", "sql", "ruby"]) {
      expectProperOrNone(as(language), fc.stringMatching(/^[ \n(){}[\]"'`$#/*;:a-f]{0,80}$/u));
    }
  });

  it("reads deep nesting and long lines in one pass", () => {
    const deep = `${"{\n".repeat(20_000)}x();\n${"}\n".repeat(20_000)}`;
    expect(runAtOnce(as("javascript")(deep))?.grains.length).toBeGreaterThan(20_000);
    const long = `const x = [${"'\\'',".repeat(50_000)}];\n`;
    expect(runAtOnce(as("javascript")(long))?.grains.length).toBe(1);
  });
});

const SOURCES: readonly [language: string, text: string][] = [
  ["python", PYTHON],
  ["typescript", TYPESCRIPT],
  ["go", GO],
  ["sql", SQL],
  ["shell", SHELL],
];

function contentOf({ grains }: Outline): number[] {
  return [...grains.keys()].filter((index) => grains[index]?.role === "content");
}

function ownSources(): string[] {
  const folder = new URL("../../../src/core/", import.meta.url);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => new URL(name, folder).pathname);
}

/** Lines of the source, as many brackets opened as closed, and above each line all lines that enclose it. */
function expectValidCode(output: string, source: string): void {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const known = source.split("\n");
  let at = -1;
  for (const line of lines) {
    at =
      known.indexOf(line.trimEnd(), at + 1) >= 0
        ? known.indexOf(line.trimEnd(), at + 1)
        : known.findIndex((own, index) => index > at && own.trimEnd() === line.trimEnd());
    expect(at, `a line of the source: ${line}\n${output}`).toBeGreaterThanOrEqual(0);
  }
  const bare = output.replace(/"[^"\n]*"/gu, "");
  for (const [open, close] of [
    ["(", ")"],
    ["[", "]"],
    ["{", "}"],
  ] as const) {
    expect(bare.split(open).length, `${open}${close} in\n${output}`).toBe(bare.split(close).length);
  }
}

function hasSyntaxError(output: string): boolean {
  return (ts.transpileModule(output, { reportDiagnostics: true }).diagnostics ?? []).length > 0;
}

interface Program {
  language: string;
  text: string;
}

/** Statements and blocks of a made-up program; each definition's name is its own. */
type Tree = { name: string; body: Tree[] } | { statement: string };

function program(): fc.Arbitrary<Program> {
  const name = fc.stringMatching(/^[a-z]{3,8}$/u);
  const statement = fc
    .tuple(name, fc.constantFrom("{", "}", "(", "it's", ""))
    .map(([word, sign]): Tree => ({ statement: `${word}("${sign.replace("'", "")}")` }));
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      statement as fc.Arbitrary<Tree>,
      fc.record({ name, body: fc.array(tie("tree"), { minLength: 1, maxLength: 6 }) }),
    ),
  }));
  return fc
    .tuple(fc.constantFrom("python", "javascript", "go", "rust"), fc.array(tree, { minLength: 1, maxLength: 6 }))
    .map(([language, trees]) => ({
      language,
      text: `${trees.map((one) => printTree(one, language, 0)).join("\n\n")}\n`,
    }));
}

function printTree(tree: Tree, language: string, depth: number): string {
  const indent = "    ".repeat(depth);
  if ("statement" in tree) return `${indent}${tree.statement}${language === "python" || language === "go" ? "" : ";"}`;
  const body = tree.body.map((inner) => printTree(inner, language, depth + 1)).join("\n");
  const head = {
    python: `def ${tree.name}(a, b):`,
    javascript: `function ${tree.name}(a, b) {`,
    go: `func ${tree.name}(a int, b int) {`,
    rust: `fn ${tree.name}(a: i32, b: i32) {`,
  }[language];
  return `${indent}${head}\n${body}${language === "python" ? "" : `\n${indent}}`}`;
}
