import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { XMLValidator } from "fast-xml-parser";
import Papa from "papaparse";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import type { CompressedDocument, TextForm, TextKind } from "../../src/core/index.js";
import { CASES } from "../support/arbitraries.js";
import { type FakeSieve, openFakeSieve } from "../support/fake-sieve.js";
import * as texts from "../support/kind-arbitraries.js";
import { expectLines, visibleLines } from "../support/outlines.js";
import { isSubStructure } from "../support/sub-structure.js";

// What is promised of each kind, by the whole library over hashes in place of a model: it holds for any scores.

const TIMEOUT = Math.max(120_000, 60 * CASES);
const SHARES = [0.03, 0.1, 0.2, 0.4, 0.6, 0.9] as const;
const QUERIES = [undefined, "What is the level of the quay's pump?"] as const;
/** Cheap to ask: what counts is that the ceiling holds for the caller's own counter. */
const units = (text: string) => text.length;

let fake: FakeSieve;
beforeAll(async () => {
  fake = await openFakeSieve();
});
afterAll(() => fake.close());

/** A text cut to a share of it; undefined where nothing of it fits as its kind wants it: then it is empty, or said to be a fragment. */
async function cut(
  text: string,
  share: number,
  options: { kind?: TextKind; query?: string | undefined; form?: TextForm } = {},
): Promise<CompressedDocument | undefined> {
  const { kind, query, form = "same" } = options;
  const maxTokens = Math.max(1, Math.floor(units(text) * share));
  const result = await fake.sieve.compress({
    documents: [kind === undefined ? { text } : { text, kind }],
    maxTokens,
    form,
    tokenizer: units,
    ...(query === undefined ? {} : { query }),
  });
  expect(units(result.text)).toBeLessThanOrEqual(maxTokens);
  const [document] = result.documents;
  if (document) expectExact(text, document);
  return document?.fragment ? undefined : document;
}

/** A document is made of the slices that its spans name, in order; what is between them is white space, or said to be inserted. */
function expectExact(source: string, { text, spans, inserted = [] }: CompressedDocument): void {
  let at = 0;
  let end = 0;
  for (const [start, stop] of spans) {
    expect(start).toBeGreaterThanOrEqual(end);
    end = stop;
    const slice = source.slice(start, stop);
    const found = text.indexOf(slice, at);
    expect(found, JSON.stringify(slice)).toBeGreaterThanOrEqual(at);
    expectPlain(text, at, found, inserted);
    at = found + slice.length;
  }
  expectPlain(text, at, text.length, inserted);
}

function expectPlain(text: string, from: number, to: number, inserted: readonly (readonly [number, number])[]): void {
  for (let at = from; at < to; at += 1) {
    const isInserted = inserted.some(([start, end]) => start <= at && at < end);
    if (!isInserted && /\S/u.test(text[at] as string))
      throw new Error(`${JSON.stringify(text)} at ${at} is of nowhere`);
  }
}

const yaml = (text: string) =>
  parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw document.errors[0] as Error;
    return document.toJS() as unknown;
  });
const ndjson = (text: string) =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
const csv = (text: string) => Papa.parse<string[]>(text).data;

type Check = (output: string, source: string) => void;

describe("where not even one row fits with its header", () => {
  const table =
    "name,namespace,ready,status,restarts\nbilling-7c9d,payments,0/1,CrashLoopBackOff,17\nledger-0,payments,1/1,Running,0\n";

  it("the best row stands alone, and is said to be a fragment", async () => {
    const { documents } = await fake.sieve.compress({ documents: [table], maxTokens: 60, tokenizer: units });
    expect(documents[0]?.fragment).toBe(true);
    expect(table.split("\n").slice(1)).toContain(documents[0]?.text);
  });

  it("part of one does; of JSON nothing", async () => {
    const { documents } = await fake.sieve.compress({ documents: [table], maxTokens: 12, tokenizer: units });
    expect(documents[0]?.fragment).toBe(true);
    expect(table).toContain(documents[0]?.text as string);
    const json = await fake.sieve.compress({ documents: ['{"name": "billing"}'], maxTokens: 12, tokenizer: units });
    expect(json.documents).toEqual([]);
  });

  it("JSON whose indentation leaves no room is printed without, and is JSON", async () => {
    const orders = [3, 4, 5].map((id) => ({ id, state: "late", lines: [{ sku: "b-7", count: 12 }] }));
    const text = JSON.stringify({ orders: { open: { today: orders } } }, null, 4);
    const compact = await fake.sieve.compress({ documents: [text], maxTokens: 100, tokenizer: units, form: "compact" });
    const { documents } = await fake.sieve.compress({ documents: [text], maxTokens: 100, tokenizer: units });
    expect(documents[0]?.text).toBe(compact.documents[0]?.text);
    expect(isSubStructure(JSON.parse(documents[0]?.text ?? ""), JSON.parse(text))).toBe(true);
    expect(documents[0]?.tokens).toBeLessThanOrEqual(100);
    const roomy = await fake.sieve.compress({ documents: [text], maxTokens: 400, tokenizer: units });
    expect(roomy.documents[0]?.text).toMatch(/^\{\n {4}"orders"/u);
  });

  it("the row that is asked for stands alone rather than another grain with what it needs", async () => {
    const listing =
      "Hostname quay\n\n id | email             | status    | balance\n----+-------------------+-----------+---------\n  1 | ada@quay.example  | active    |   12.50\n  2 | tom@quay.example  | suspended |  -40.00\n(2 rows)\n";
    const query = "Whose status is suspended, tom@quay.example or ada?";
    const { documents } = await fake.sieve.compress({ documents: [listing], query, maxTokens: 100, tokenizer: units });
    expect(documents[0]).toMatchObject({ fragment: true, text: listing.split("\n")[5] });
  });

  const people = [
    { name: "Ida Falk", born: { town: "Tarn", year: 1961 }, job: "baker" },
    { name: "Jon Berg", born: { town: "Ostra", year: 1959 }, job: "teacher" },
    { name: "Eva Lund", born: { town: "Velm", year: 1970 }, job: "nurse" },
  ];

  it.each([undefined, 2])(
    "a record that is asked for is named rather than another told of (indented by %s)",
    async (indent) => {
      const text = JSON.stringify(people, null, indent);
      const query = "Who was born in Tarn?";
      for (const maxTokens of [24, 30, 44, 50, 62, 70, 90]) {
        const { documents } = await fake.sieve.compress({ documents: [text], query, maxTokens, tokenizer: units });
        const [first] = JSON.parse(documents[0]?.text ?? "[]") as typeof people;
        expect(first?.name, `at ${maxTokens}`).toBe("Ida Falk");
        if (maxTokens >= 62) expect(first?.born.town, `at ${maxTokens}`).toBe("Tarn");
      }
    },
  );

  it("a long string of JSON keeps what is asked for, and loses the rest", async () => {
    const steps = Array.from({ length: 12 }, (_, step) => `Step ${step} oils wheel ${step + 20} of the crane.`);
    const text = JSON.stringify({
      content: [{ type: "text", text: `${steps.join(" ")} A rollback takes 42 minutes.` }],
    });
    const query = "How long does a rollback take?";
    const { documents } = await fake.sieve.compress({ documents: [text], query, maxTokens: 120, tokenizer: units });
    const { content } = JSON.parse(documents[0]?.text ?? "") as { content: { text: string }[] };
    expect(content[0]?.text).toContain("A rollback takes 42 minutes.");
  });

  it("lines in a string of JSON stay or go whole, apart from each other", async () => {
    const lines = Array.from({ length: 20 }, (_, line) => (line === 13 ? "refund FAILED: got 11" : `case ${line} ok`));
    const text = JSON.stringify({ exitCode: 1, stdout: lines.join("\n"), stderr: "" });
    const query = "Which test failed?";
    const { documents } = await fake.sieve.compress({ documents: [text], query, maxTokens: 150, tokenizer: units });
    const { stdout } = JSON.parse(documents[0]?.text ?? "") as { stdout: string };
    expect(stdout).toMatch(/refund FAILED: got 11(?: case|$)/u);
    expect(lines.join(" ")).toContain(stdout.trim().split(" case ")[0]);
  });

  it("a string without a space stays whole or goes", async () => {
    const text = JSON.stringify({ name: "kite", blob: "QUJD".repeat(120), note: "red tail" });
    const { documents } = await fake.sieve.compress({ documents: [text], maxTokens: 60, tokenizer: units });
    expect(JSON.parse(documents[0]?.text ?? "")).toEqual({ name: "kite", note: "red tail" });
  });

  it.each([
    ["<ul><li>Oars are kept in the <b>shed</b>.</li><li>Sails hang in the loft.</li></ul><p>Ask Ida first.</p>", true],
    ['<ul><li>Oars are kept in the <a href="/shed">shed</a>.</li><li>Sails hang here.</li></ul><p>Ask Ida.</p>', false],
  ])("a page is lossless only if its tags say nothing: %s", async (text, lossless) => {
    const maxTokens = text.length - 10;
    const { documents } = await fake.sieve.compress({
      documents: [text],
      maxTokens,
      tokenizer: units,
      form: "compact",
    });
    expect(documents[0]).toMatchObject({ kind: "html", lossless });
  });

  it("another record stays where nothing of the one that is asked for fits", async () => {
    const text = JSON.stringify([{ name: "Ida Falk of the long house in the north", town: "Tarn" }, { name: "Jon" }]);
    const query = "Who lives in Tarn?";
    const { documents } = await fake.sieve.compress({ documents: [text], query, maxTokens: 20, tokenizer: units });
    expect(documents[0]?.text).toBe('[{"name":"Jon"}]');
  });

  it("nothing is called a fragment that has its header", async () => {
    const { documents } = await fake.sieve.compress({ documents: [table], maxTokens: 84, tokenizer: units });
    expect(documents[0]?.fragment).toBeUndefined();
    expect(documents[0]?.text).toMatch(/^name,namespace/u);
  });
});

/** Each line of the output that `needs` names heads for stands below them. */
function expectHeads(output: string, needs: (line: string) => readonly string[]): void {
  const lines = visibleLines(output);
  for (const [at, line] of lines.entries())
    for (const head of needs(line)) expect(lines.slice(0, at), line).toContain(head);
}

const KINDS: readonly (readonly [kind: TextKind, text: fc.Arbitrary<string>, check: Check])[] = [
  [
    "json",
    texts.jsonText,
    (output, source) => expect(isSubStructure(JSON.parse(output), JSON.parse(source))).toBe(true),
  ],
  ["ndjson", texts.ndjsonText, (output, source) => expect(isSubStructure(ndjson(output), ndjson(source))).toBe(true)],
  ["yaml", texts.yamlText, (output, source) => expect(isSubStructure(yaml(output), yaml(source))).toBe(true)],
  ["xml", texts.xmlText, (output) => expect(XMLValidator.validate(output)).toBe(true)],
  [
    "csv",
    texts.csvText,
    (output, source) => {
      const [header, ...rows] = csv(output);
      const [wanted, ...all] = csv(source);
      expect(header).toEqual(wanted);
      expect(isSubStructure(rows, all)).toBe(true);
    },
  ],
  [
    "markdown",
    texts.markdownText,
    (output) => {
      expect((output.match(/^```/gmu)?.length ?? 0) % 2).toBe(0);
      expectHeads(output, (line) => (line.startsWith("#") ? [] : ["# Harbour"]));
      if (/^\| (?!part|---)/mu.test(output)) expect(output).toContain("| part | count |\n| --- | --- |");
    },
  ],
  [
    "diff",
    texts.diffText,
    (output, source) => {
      expectLines(source, output);
      const hunks = source.split("\n").filter((line) => line.startsWith("@@"));
      expectHeads(output, (line) => {
        const [, file, hunk] = /\/\/ (\d)\.(\d)\.\d+$/u.exec(line) ?? [];
        if (file === undefined) return [];
        return [
          `diff --git a/src/gate-${file}.ts b/src/gate-${file}.ts`,
          ...hunks.filter((head) => head.endsWith(` ${file}.${hunk}`)),
        ];
      });
    },
  ],
  [
    "log",
    texts.logText,
    (output, source) => {
      expectLines(source, output);
      const all = visibleLines(source);
      expectHeads(output, (line) => (line.startsWith("  ") ? [all[all.indexOf(line) - 1] as string] : []));
    },
  ],
  [
    "code",
    texts.codeText,
    (output, source) => {
      expectLines(source, output);
      expectHeads(output, (line) => {
        const block = /read\((\d), \d\)$|return (\d)$/u.exec(line)?.slice(1).find(Boolean);
        if (block === undefined) return [];
        const isMethod = line.startsWith("        ");
        return isMethod ? [`class Gauge${block}:`, `    def read_${block}(self):`] : [`def read_${block}(self):`];
      });
    },
  ],
];

describe("a cut text stays of its kind, exact and under its ceiling, at every budget:", () => {
  it.each(KINDS)(
    "%s",
    async (kind, text, check) => {
      const setting = fc.tuple(
        fc.constantFrom(...SHARES),
        fc.constantFrom(...QUERIES),
        fc.constantFrom<TextForm>("same", "compact"),
      );
      await fc.assert(
        fc.asyncProperty(text, setting, async (source, [share, query, form]) => {
          const document = await cut(source, share, { kind, query, form });
          if (document && document.text !== "") check(document.text, source);
        }),
        { numRuns: CASES },
      );
    },
    TIMEOUT,
  );
});

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** Lines of a text under those that stand less far in. */
function expectLinesUnderOuter(source: string, output: string): void {
  expectLines(source, output);
  const lines = visibleLines(source);
  const depth = (line: string) => /^\s*/u.exec(line)?.[0].length ?? 0;
  expectHeads(output, (line) => {
    const at = lines.indexOf(line);
    const outer = lines.slice(0, at).findLast((above) => depth(above) < depth(line));
    return outer === undefined || lines.lastIndexOf(line) !== at ? [] : [outer];
  });
}

describe("real texts:", () => {
  const sources = readdirSync(new URL("../../src/core/render/", import.meta.url)).map(
    (name) => `src/core/render/${name}`,
  );

  it.each([...sources, "scripts/finish-build.js", "src/cli/convert.py"])(
    "the code of %s stays line by line",
    async (path) => {
      const source = read(path);
      for (const share of SHARES) {
        const document = await cut(source, share, { kind: "code" });
        if (document) expectLines(source, document.text);
      }
    },
  );

  it("a lock file stays JSON, and a part of it", async () => {
    const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, unknown> };
    const source = JSON.stringify({ packages: Object.fromEntries(Object.entries(packages).slice(0, 120)) }, null, 2);
    for (const share of [0.02, 0.1, 0.4]) {
      const document = await cut(source, share, { query: "Which version of fast-check is locked?" });
      expect(isSubStructure(JSON.parse(document?.text ?? ""), JSON.parse(source))).toBe(true);
    }
  });

  it("the history of this project stays lines of diffs under their files and hunks", async () => {
    let source: string;
    try {
      source = execFileSync("git", ["log", "-p", "-n", "3", "--no-color", "--", "src", "docs"], { encoding: "utf8" });
    } catch {
      return; // Not from a repository: an unpacked package has no history.
    }
    source = source.slice(0, source.lastIndexOf("\n", 60_000));
    for (const share of [0.02, 0.1, 0.4]) {
      const document = await cut(source, share);
      expectLines(source, document?.text ?? "");
      let file = false;
      let hunk = false;
      for (const line of (document?.text ?? "").split("\n")) {
        if (line.startsWith("diff --git")) [file, hunk] = [true, false];
        else if (line.startsWith("commit ")) [file, hunk] = [false, false];
        else if (line.startsWith("@@")) hunk = file;
        else if (/^[+-](?![+-]{2} )/u.test(line)) expect(hunk, line).toBe(true);
      }
    }
  });

  it("what a compiler says stays lines, each below its first", async () => {
    const wrong = "const a: number = 'x';\nfunction f(b: string): number {\n  return b;\n}\nf(1, 2);\nunknown();\n";
    const host = ts.createCompilerHost({});
    const getSourceFile = host.getSourceFile.bind(host);
    host.getSourceFile = (name, version) =>
      name === "wrong.ts" ? ts.createSourceFile(name, wrong, version) : getSourceFile(name, version);
    const program = ts.createProgram(["wrong.ts"], { noEmit: true, types: [], lib: ["lib.es5.d.ts"] }, host);
    const source = ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: () => "/",
      getNewLine: () => "\n",
    });
    expect(visibleLines(source).length).toBeGreaterThanOrEqual(4);
    for (const share of SHARES) expectLines(source, (await cut(source, share))?.text ?? "");
  });

  const PODS = `NAME                 READY   STATUS             RESTARTS   AGE\n${[
    "ferry",
    "ledger",
    "mailer",
    "search",
  ]
    .map(
      (name, at) =>
        `${`${name}-7c9d${at}f`.padEnd(21)}${at === 2 ? "0/1     CrashLoopBackOff   17         3d" : "1/1     Running            0          12d"}`,
    )
    .join("\n")}\n`;

  it("rows of what kubectl lists stay whole, below the names of the columns", async () => {
    for (const share of [0.4, 0.6, 0.8]) {
      const document = await cut(PODS, share);
      expect(document?.kind).toBe("table");
      expectLines(PODS, document?.text ?? "");
      expect(document?.text).toMatch(/^NAME /u);
    }
  });

  it.each([
    ["kubectl describe", DESCRIBE],
    ["ip addr", ADDRESSES],
  ])("fields of what %s tells stay lines, below what they are of", async (_, source) => {
    for (const share of SHARES) {
      for (const query of QUERIES) {
        const document = await cut(source, share, { query });
        if (!document) continue;
        expect(document.kind).toBe("listing");
        expectLinesUnderOuter(source, document.text);
      }
    }
  });
});

const DESCRIBE = `Name:             ledger-7c9d4f-k4p
Namespace:        quay
Node:             node-3/10.0.4.7
Start Time:       Wed, 04 Mar 2026 10:12:01 +0000
Labels:           app=ledger
                  tier=back
Status:           Running
Containers:
  main:
    Image:          registry.example/ledger:4.1
    State:          Waiting
      Reason:       CrashLoopBackOff
    Last State:     Terminated
      Exit Code:    137
    Limits:
      memory:  256Mi
  proxy:
    Image:          registry.example/proxy:1.9
    Limits:
      memory:  64Mi
Events:
  Type     Reason     Age                 From     Message
  ----     ------     ----                ----     -------
  Normal   Pulled     12m (x5 over 14m)   kubelet  Container image already present on machine
  Warning  BackOff    2m (x41 over 13m)   kubelet  Back-off restarting failed container
`;

const ADDRESSES = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000
    link/ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff
    inet 10.0.2.15/24 brd 10.0.2.255 scope global dynamic eth0
       valid_lft 84123sec preferred_lft 84123sec
`;
