import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { parse } from "../../../src/core/structure/yaml.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { expectEveryChoiceValid, expectProperOrNone, grainWith, outlineOf, printed } from "../../support/outlines.js";
import { isSubStructure } from "../../support/sub-structure.js";

const PODS = `apiVersion: v1
kind: Pod
metadata:
  name: tides
  namespace: coast
spec:
  # Two of them share a disk.
  containers:
    - image: registry.example.org/gauge:3
      name: gauge
      resources:
        limits: # per pod
          memory: 512Mi
    - name: buoy
      image: registry.example.org/buoy:1
      resources:
        limits:
          memory: 2Gi
---
kind: Service
metadata:
  name: harbour
spec:
  ports:
  - port: 80
    targetPort: 7000
`;

function read(text: string): unknown[] {
  return parseAllDocuments(text, { logLevel: "silent", merge: true }).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS() as unknown;
  });
}

function expectPart(text: string, source: string): void {
  const [part, whole] = [read(text), read(source)];
  expect(isSubStructure(part, whole), `${JSON.stringify(part)}\nof ${JSON.stringify(whole)}\n${text}`).toBe(true);
}

describe("YAML", () => {
  it("brings the keys above a value, the name of its list item, and the kind and name of its object", () => {
    expect(printed(parse, PODS, "512Mi")).toBe(
      "kind: Pod\nmetadata:\n  name: tides\nspec:\n  containers:\n    -\n      name: gauge\n      resources:\n        limits: # per pod\n          memory: 512Mi",
    );
    expect(read(printed(parse, PODS, "targetPort"))).toEqual([
      { kind: "Service", metadata: { name: "harbour" }, spec: { ports: [{ port: 80, targetPort: 7000 }] } },
    ]);
  });

  it("tells by the context which keys and names lead to a value", () => {
    expect(grainWith(parse, PODS, "2Gi").context).toBe("Pod tides spec containers buoy resources limits");
  });

  it("brings what a comment stands above, and never a comment under a key alone", () => {
    expect(read(printed(parse, PODS, "Two of them"))).toEqual([
      {
        kind: "Pod",
        metadata: { name: "tides" },
        spec: { containers: [{ image: "registry.example.org/gauge:3", name: "gauge" }] },
      },
    ]);
  });

  it("brings the anchor that a value refers to", () => {
    const text = "defaults:\n  base: &base\n    retries: 3\n    wait: 5\njobs:\n  tide:\n    <<: *base\n    port: 80\n";
    expect(read(printed(parse, text, "*base"))).toEqual([
      { defaults: { base: { retries: 3 } }, jobs: { tide: { retries: 3 } } },
    ]);
    expect(read(printed(parse, text, "wait"))).toEqual([{ defaults: { base: { wait: 5 } } }]);
    expect(runAtOnce(parse("a: *nowhere"))).toBeUndefined();
  });

  it("keeps scalars over several lines whole", () => {
    const text =
      'a: |\n  one\n\n   two\nb: >-\n  folded\n  text\nc: "quoted\n  on" # why\nd: plain\n  goes on\ne: [1,\n  2]\n';
    expect(outlineOf(parse, text).grains.map(({ start, end }) => text.slice(start, end))).toEqual([
      "a: |\n  one\n\n   two",
      "b: >-\n  folded\n  text",
      'c: "quoted\n  on" # why',
      "d: plain\n  goes on",
      "e: [1,\n  2]",
    ]);
  });

  it("cuts a long flow collection at its commas", () => {
    const names = Array.from({ length: 60 }, (_, index) => `harbour-${index}`);
    const text = `ports: [${names.join(", ")}]\n`;
    expect(printed(parse, text, "harbour-7,", "harbour-41,")).toMatch(/^ports: \[ ?harbour-7, harbour-41\]$/u);
  });

  it("refuses what is no block of YAML and what cannot be cut safely", () => {
    for (const text of [
      "",
      "words only",
      "a: b: c",
      "a: 1\n b: 2",
      "a: 1\na: 2",
      "? a\n: b",
      "a:\n\t- b",
      "a: [1",
      'a: "x',
      "- a\nb: 1",
      "# only",
    ]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  it("reads deep nesting in time that grows with its length", () => {
    expect(runAtOnce(parse(`${"- ".repeat(200)}a\n`))?.grains).toHaveLength(200);
    expect(runAtOnce(parse(`${"- ".repeat(100_000)}a\n`))).toBeUndefined();
    expect(runAtOnce(parse(`a: ${"[".repeat(100_000)}${"]".repeat(100_000)}`))?.grains).toHaveLength(1);
  });

  it("prints a part of the source for every choice", () => {
    expectEveryChoiceValid(parse, yamlText, expectPart);
    expectEveryChoiceValid(parse, fc.constantFrom(PODS, SHARED), expectPart, 100);
  });

  it("gives a proper outline of any text, or none", () => {
    expectProperOrNone(parse, yamlText, soup);
  });
});

const SHARED = `%YAML 1.2
---
base: &base # shared
  a: &x 1
  list: &list
  # odd
  - 1
  - &two {k: v}
first: {<<: *base, b: *x}
second:
  <<: *base
  items: *list
  of:
    - *two
    - b: *x
      c: 3
...
---
- - one
  - two
- key: |
    text
     more

  other: >+
    kept

  # comment
  name: x
-
- ~
- "a b": c
`;

const scalar = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.string({ maxLength: 12 }),
  fc.constantFrom("two\nlines", "ends in\n", "a: b", "- x", "#no", "", " x", "'", '"', "*a", "long words ".repeat(12)),
);
const key = fc.constantFrom("name", "kind", "metadata", "id", "spec", "a b", "on", "x-y", "items", "'q'", "#h");
const node: fc.Arbitrary<unknown> = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    scalar,
    fc.array(tie("node"), { maxLength: 4 }),
    fc.dictionary(key, tie("node"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).node;
const root = fc.oneof(
  fc.dictionary(key, node, { minKeys: 1, maxKeys: 5, noNullPrototype: true }),
  fc.array(node, { minLength: 1, maxLength: 5 }),
);
const yamlText = fc
  .tuple(
    fc.array(root, { minLength: 1, maxLength: 3 }),
    fc.record({
      indent: fc.integer({ min: 2, max: 4 }),
      indentSeq: fc.boolean(),
      lineWidth: fc.constantFrom(0, 30, 80),
      blockQuote: fc.constantFrom(true, "folded" as const, "literal" as const),
      defaultStringType: fc.constantFrom("PLAIN" as const, "QUOTE_DOUBLE" as const, "QUOTE_SINGLE" as const),
    }),
    fc.boolean(),
    fc.constantFrom("\n", "\r\n"),
  )
  .map(([documents, options, hasMark, lineBreak]) =>
    ((hasMark ? "---\n" : "") + documents.map((document) => stringify(document, options)).join("---\n")).replaceAll(
      "\n",
      lineBreak,
    ),
  )
  .filter((text) => {
    try {
      return read(text).length > 0;
    } catch {
      return false;
    }
  });
const soup = fc
  .array(
    fc.constantFrom(
      "a",
      ":",
      " ",
      "\n",
      "  ",
      "- ",
      "# c",
      "'",
      '"',
      "[",
      "]",
      "{",
      "}",
      ",",
      "|",
      ">",
      "&a ",
      "*a",
      "!t ",
      "---",
      "...",
      "\t",
      "\r\n",
      "? ",
    ),
  )
  .map((parts) => parts.join(""));
