import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { describeProgress } from "../../src/cli/corpus/corpus-progress.js";
import { documentsOf, lineBatches } from "../../src/cli/corpus/line-batches.js";
import { folderCache } from "../../src/core/index.js";
import { createSieve } from "../../src/index.js";
import { hasBundledModel } from "../support/bundled-model.js";
import { CLI_COMMAND, runCli } from "../support/run-cli.js";
import { PASSAGES } from "../support/texts.js";

const folder = mkdtempSync(join(tmpdir(), "contextsieve-corpus-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string) => join(folder, name);

async function batchesOf(file: string, encoding?: string) {
  const batches = [];
  for await (const batch of lineBatches({ path: file, isNamed: true }, encoding)) batches.push(batch);
  return batches;
}

describe("a file of documents in batches", () => {
  it("is whole, in order, with the numbers of its lines, whatever they hold", async () => {
    const line = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary", minLength: 1000, maxLength: 20_000 }),
      fc.constant(null),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 60 }), async (texts) => {
        const file = path("any.jsonl");
        const lines = texts.map((text) => (text === null ? "" : JSON.stringify({ text: text })));
        writeFileSync(file, lines.join("\n"));
        const batches = await batchesOf(file);
        expect(batches.map(({ text }) => text).join("")).toBe(lines.join("\n"));
        const documents = batches.flatMap(documentsOf);
        const expected = texts.flatMap((text, index) =>
          text === null ? [] : [{ id: `${file}:${index + 1}`, text: text }],
        );
        expect(documents).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it("may be UTF-16 with a byte order mark, and is refused with its line where one is no document", async () => {
    writeFileSync(path("wide.jsonl"), Buffer.from('\ufeff{"text":"größer"}\n{"text":"è"}\n', "utf16le"));
    expect((await batchesOf(path("wide.jsonl"))).flatMap(documentsOf).map(({ text }) => text)).toEqual(["größer", "è"]);
    const padding = "x".repeat(70_000);
    writeFileSync(path("bad.jsonl"), `${JSON.stringify({ text: padding })}\n{"text":1}\n`);
    const batches = await batchesOf(path("bad.jsonl"));
    expect(batches.length).toBe(2);
    expect(() => batches.flatMap(documentsOf)).toThrow(/bad\.jsonl, line 2 to be a JSON object/u);
  });
});

describe("the progress of a corpus", () => {
  const counts = { documents: 3000, encoded: 1000, bytes: 6e6, encodedBytes: 2e6, lost: 0 };

  it("tells the rate, the share and the time left, by what this run encoded", () => {
    expect(describeProgress(counts, 12e6, 10_000)).toBe(
      "encoded 3000 documents (1000 of them in this run, 100.0 a second), 50% of 12.0 MB, 00:00:30 left",
    );
  });

  it("does not guess where nothing is known of what comes", () => {
    expect(describeProgress(counts, undefined, 10_000)).toMatch(/100\.0 a second\), 6\.0 MB$/u);
    expect(describeProgress({ ...counts, encoded: 0, encodedBytes: 0 }, 12e6, 10_000)).toMatch(/50% of 12\.0 MB$/u);
  });
});

describe.skipIf(!hasBundledModel)("contextsieve encode --jsonl (with the bundled model)", { timeout: 120_000 }, () => {
  const DOCUMENTS = 60;
  const texts = Array.from({ length: DOCUMENTS }, (_, index) => `Note ${index}. ${PASSAGES[0]?.text.slice(0, 200)}`);
  const corpus = path("corpus.jsonl");
  // Six documents a batch: what is not read of them takes room.
  const lines = texts.map((text) => JSON.stringify({ text, metadata: { page: 1, unused: ["-".repeat(11_000)] } }));
  writeFileSync(corpus, `${lines.join("\n")}\n`);

  const manifestIn = (cache: string) =>
    existsSync(cache) ? readdirSync(cache).find((name) => name.startsWith("manifest-")) : undefined;
  const expectAllIn = async (cache: string) => {
    const sieve = await createSieve({ cache: folderCache(cache) });
    expect(await sieve.encode(texts)).toEqual({ cacheHits: DOCUMENTS, cacheMisses: 0 });
    await sieve.dispose();
  };

  it("goes on where it was killed, and then has nothing to do", async () => {
    const cache = path("killed");
    const [program, ...first] = CLI_COMMAND;
    const child = spawn(program, [...first, "encode", "--jsonl", corpus, "--cache", cache], { stdio: "ignore" });
    const exited = once(child, "exit");
    const doneLines = () => {
      const name = manifestIn(cache);
      return name === undefined ? 0 : readFileSync(join(cache, name), "utf8").split("\n").length - 1;
    };
    while (doneLines() < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill("SIGKILL");
    await exited;
    const resumed = await runCli(["encode", "--jsonl", corpus, "--cache", cache]);
    expect(resumed.status).toBe(0);
    const { encoded, known } =
      /^60 documents in .+: (?<encoded>\d+) encoded, (?<known>\d+) there already; \d+ ms\n$/u.exec(resumed.stderr)
        ?.groups ?? {};
    expect(Number(known)).toBeGreaterThanOrEqual(10);
    expect(Number(encoded) + Number(known)).toBe(DOCUMENTS);
    await expectAllIn(cache);
    const again = await runCli(["encode", "--jsonl", corpus, "--cache", cache]);
    expect(again.stderr).toMatch(/: 0 encoded, 60 there already; /u);
    const records = readFileSync(join(cache, manifestIn(cache) as string), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(records.reduce((sum, { documents }) => sum + documents, 0)).toBe(DOCUMENTS);
    expect(new Set(records.map(({ batch }) => batch)).size).toBe(records.length);
  });

  it("does the same in processes side by side", async () => {
    const cache = path("side-by-side");
    const { status, stderr } = await runCli(["encode", "--jsonl", corpus, "--cache", cache, "--processes", "2"]);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^60 documents in .+: 60 encoded, 0 there already; /u)]);
    await expectAllIn(cache);
  });

  it("ends with one line where a line, the model or the flags cannot be used, in processes side by side, too", async () => {
    writeFileSync(path("bad.jsonl"), '{"text":"a"}\nnot json\n');
    for (const more of [[], ["--processes", "2"]]) {
      const bad = await runCli(["encode", "--jsonl", path("bad.jsonl"), "--cache", path("bad"), ...more]);
      expect([bad.status, bad.lines]).toEqual([2, [expect.stringMatching(/bad\.jsonl, line 2 to be a JSON object/u)]]);
    }
    const model = await runCli([
      "encode",
      "--jsonl",
      corpus,
      "--cache",
      path("bad"),
      "--model",
      path("none"),
      "--processes",
      "2",
    ]);
    expect([model.status, model.lines.length]).toEqual([2, 1]);
    const alone = await runCli(["encode", corpus, "--cache", path("bad"), "--processes", "2"]);
    expect(alone.lines).toEqual([expect.stringMatching(/Expected --processes together with --jsonl, got it alone\./u)]);
  });
});
