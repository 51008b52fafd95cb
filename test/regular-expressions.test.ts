import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { SPLIT_PATTERNS } from "../src/core/tokens/split-patterns.js";
import {
  BOUNDED,
  type CheckedExpressions,
  expressionFiles,
  isBounded,
  nameOf,
  partsOf,
  slowRunOf,
  WORD_ENDING,
} from "./support/expressions.js";

const SOURCE = fileURLToPath(new URL("../src/", import.meta.url));
const FILES = expressionFiles(SOURCE);
const PATIENCE_MS = 5_000;
/**
 * The checker needs an hour for all expressions: those that it was asked about are on a list, and `npm run
 * check:expressions` adds new ones. `EXPRESSIONS=all` asks about all of them again.
 */
const { proved, timed } = JSON.parse(
  readFileSync(new URL("./fixtures/checked-expressions.json", import.meta.url), "utf8"),
) as CheckedExpressions;
const CHECKED = new Set(process.env.EXPRESSIONS === "all" ? [] : [...proved, ...timed]);

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
  it.each(FILES.filter(({ expressions }) => expressions.length > 0))("in $name", ({ expressions }) => {
    const wanted = expressions.filter((text) => !isBounded(text) && !CHECKED.has(nameOf(text)));
    expect(wanted.filter((text) => !isSafe(partsOf(text)))).toEqual([]);
  });

  it("and all that are on the list are still there", () => {
    const names = new Set(FILES.flatMap(({ expressions }) => expressions.map(nameOf)));
    expect([...proved, ...timed].filter((name) => !names.has(name))).toEqual([]);
  });

  it("and runs of what an expression is made of show one that takes more", () => {
    expect(slowRunOf("/#.*\\s$/u")).toBeDefined();
    expect(slowRunOf("/^#[^#]*$/u")).toBeUndefined();
  });

  it("but those that have a reason, which are all still there", () => {
    const all = new Set(FILES.flatMap(({ expressions }) => expressions));
    expect(Object.keys(BOUNDED).filter((text) => !all.has(text))).toEqual([]);
    const rest = [...all].filter((text) => isBounded(text) && !WORD_ENDING.test(text));
    expect(rest.length).toBeLessThanOrEqual(Object.keys(BOUNDED).length + 2);
  });

  it("nor do the endings of words, at the longest word that is looked at", () => {
    const endings = FILES.flatMap(({ expressions }) => expressions).filter((text) => WORD_ENDING.test(text));
    expect(endings.length).toBeGreaterThan(0);
    for (const text of endings) {
      const expression = new RegExp(text.slice(1, -2), "u");
      for (const part of ["m", "ma", "maz", "matt", "tala", "tlan", "siz", "z"]) {
        const word = part.repeat(64 / part.length);
        const started = performance.now();
        for (let round = 0; round < 100; round += 1) expression.test(`${word}!`);
        expect(performance.now() - started, `${text} on ${part}`).toBeLessThan(500);
      }
    }
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
