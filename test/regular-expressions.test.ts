import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import { SPLIT_PATTERNS } from "../src/core/tokens/split-patterns.js";

const SOURCE = fileURLToPath(new URL("../src/", import.meta.url));
const PATIENCE_MS = 5_000;
/**
 * The parsers' expressions read a line or a bounded sample at a time, and the time that whole texts take is measured (see
 * hostile-text.test.ts): the checker, which does not know of lines, would need an hour for them. `EXPRESSIONS=all` asks it.
 */
const BY_LINES = "core/structure/";
/** Endings of one word of at most 64 code units. */
const BY_WORDS = "core/document/word-lists/negations";
const isChecked = (name: string) =>
  process.env.EXPRESSIONS === "all" || ![BY_LINES, BY_WORDS].some((part) => name.startsWith(part));

/** Expressions that may take the square of their input's length, or that the checker is not sure of, and why they may. */
const BOUNDED: Readonly<Record<string, string>> = {
  "/\\b(?:[A-Z]\\w*(?:Error|Exception)|[Ee]rror|ERR!|[Ff]atal|[Pp]anic(?:ked)?)\\b ?(?:[:[(!]|TS\\d|[A-Z]\\d)|\\b(?:ERROR|FAIL(?:ED|URE)?|FATAL|ERR!)|^ *(?:✗|✖|×|not ok) |^Traceback /u":
    "300 code units of a line",
  "/\\/+$/": "the end of an address that the caller gave",
  "/\\/+$/u": "the end of an address that the caller gave",
  "/[\\p{L}\\p{N}.]+$/u": "24 code units in front of a full stop",
  "/(?<=\\p{Script=Latin})\\p{M}+/gu": "linear, as no mark is a Latin letter: the checker does not always see it",
};
/** Too long an expression for the checker: it reads lines of less than 400 code units. */
const CODE_LINE = /^\/\[;\{\}\]\\s\*\$\|/u;

let checkSync: typeof import("recheck").checkSync;
beforeAll(async () => {
  // The checker's own JavaScript: its other backends are programs beside it.
  process.env.RECHECK_BACKEND = "pure";
  ({ checkSync } = await import("recheck"));
});

function isSafe({ source, flags }: Pick<RegExp, "source" | "flags">): boolean {
  return checkSync(source, flags, { timeout: PATIENCE_MS }).status === "safe";
}

describe("no regular expression takes more than linear time", () => {
  it.each(files(SOURCE).filter(({ name, expressions }) => expressions.length > 0 && isChecked(name)))(
    "in $name",
    ({ expressions }) => {
      const wanted = expressions.filter((text) => BOUNDED[text] === undefined && !CODE_LINE.test(text));
      const slow = wanted.filter((text) => {
        const end = text.lastIndexOf("/");
        return !isSafe({ source: text.slice(1, end), flags: text.slice(end + 1) });
      });
      expect(slow).toEqual([]);
    },
  );

  it("but those that have a reason, which are all still there", () => {
    const all = new Set(files(SOURCE).flatMap(({ expressions }) => expressions));
    expect(Object.keys(BOUNDED).filter((text) => !all.has(text))).toEqual([]);
    expect([...all].filter((text) => CODE_LINE.test(text)).length).toBeLessThanOrEqual(2);
  });

  it("and the checker tells one that does", () => {
    expect(isSafe(/\p{L}[\p{L}\p{N}_-]*\.[\p{L}_]/u)).toBe(false);
    expect(isSafe(/(?:a|a)*b/u)).toBe(false);
  });
});

describe("the patterns of the encodings", () => {
  // What they scan, they take: the text behind a match is not scanned again, so all matches together are linear.
  it.each(Object.entries(SPLIT_PATTERNS))("of %s cut long runs in linear time", (_, pattern) => {
    for (const part of ["a", "A", "1", " ", "\n", " \n", ".", "é", "'s", "/\r"]) {
      const text = part.repeat(500_000 / part.length);
      const started = performance.now();
      expect(text.match(pattern)?.join("")).toBe(text);
      expect(performance.now() - started, JSON.stringify(part)).toBeLessThan(2000);
    }
  });
});

/** Each source file with the regular expressions that are written in it. */
function files(folder: string): { name: string; expressions: string[] }[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.[jt]s$/u.test(file))
    .map((file) => {
      const path = join(folder, file);
      return { name: relative(SOURCE, path).replaceAll(sep, "/"), expressions: expressionsOf(path) };
    });
}

function expressionsOf(path: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true));
  return found;
}
