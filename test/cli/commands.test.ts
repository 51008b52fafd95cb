import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { CompressResult } from "../../src/core/index.js";
import { REAL_DEVICES } from "../../src/core/model/devices/device.js";
import { hasBundledModel } from "../support/bundled-model.js";
import { expectFaithful } from "../support/invariants.js";
import { CLI_COMMAND, runCli } from "../support/run-cli.js";
import { PASSAGES } from "../support/texts.js";

const folder = mkdtempSync(join(tmpdir(), "contextsieve-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string) => join(folder, name);
const passages = PASSAGES.slice(0, 3);
const files = passages.map(({ id, text }) => {
  writeFileSync(path(`${id}.txt`), text);
  return path(`${id}.txt`);
});
const lines = passages
  .map(({ id, text }, index) => JSON.stringify({ id, text, title: `Title ${index}`, score: index }))
  .join("\n");

/** What a terminal is sent, standard error with it; by `script` of util-linux. */
function onTerminal(words: readonly string[]): string {
  const line = [...CLI_COMMAND, ...words].map((word) => `'${word}'`).join(" ");
  return spawnSync("script", ["-qec", line, "/dev/null"], { encoding: "utf8", env: { ...process.env, TERM: "xterm" } })
    .stdout;
}
const hasTerminal = spawnSync("script", ["--version"]).status === 0;

describe.skipIf(!hasBundledModel)("contextsieve compress (with the bundled model)", () => {
  it("prints the text of files on standard output, and one line of summary on standard error", async () => {
    const run = await runCli(["compress", ...files, "--max-tokens", "80", "--query", "What was decided?"]);
    expect(run.status).toBe(0);
    expect(run.lines).toHaveLength(1);
    expect(run.lines[0]).toMatch(
      /^\d+ -> \d+ tokens \(\d+\.\d%\), \d of 3 documents; encoded in \d+ ms, fitted in \d+ ms$/u,
    );
    expect(run.stdout.trim().length).toBeGreaterThan(100);
    expect(run.stdout.endsWith("\n")).toBe(true);
  });

  it("reads standard input as one document, and with --jsonl one document a line", async () => {
    const one = await runCli(["compress", "-r", "0.4", "--json"], passages[0]?.text);
    expect((JSON.parse(one.stdout) as CompressResult).documents.map(({ id }) => id)).toEqual(["stdin"]);
    const many = JSON.parse(
      (await runCli(["compress", "--jsonl", "-r", "0.4", "--json"], `\ufeff${lines}\n\n`)).stdout,
    ) as CompressResult;
    expect(many.documents.map(({ id, title, score }) => [id, title, score])).toEqual(
      passages.map(({ id }, index) => [id, `Title ${index}`, index]),
    );
  });

  it("prints the whole result as JSON, the words with --explain only", async () => {
    const flags = ["compress", ...files, "--threshold", "0.5", "--json"];
    const result = JSON.parse((await runCli(flags)).stdout) as CompressResult;
    expect(Object.keys(result).sort()).toEqual(["documents", "dropped", "originalTokens", "text", "timings", "tokens"]);
    for (const document of result.documents) {
      expectFaithful(passages[document.index]?.text as string, document);
      expect(document.words).toBeUndefined();
    }
    const explained = JSON.parse((await runCli([...flags, "--explain"])).stdout) as CompressResult;
    expect(explained.text).toBe(result.text);
    expect(explained.documents.every(({ words = [] }) => words.length > 50)).toBe(true);
  });

  it("shows with --explain what was kept and what was dropped around it, and with --explain=all the whole source", async () => {
    const words = ["compress", "--explain", files[0] as string, "-r", "0.3"];
    const { stdout, status } = await runCli(words);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^# .*: \d+ of \d+ tokens, relevance 1\.00\n/u);
    expect(stdout).toMatch(/\[-[^\]]+-\]/u);
    const { stdout: all } = await runCli([...words.filter((word) => word !== "--explain"), "--explain=all"]);
    expect(all.replaceAll(/\[-|-\]/gu, "")).toContain(passages[0]?.text);
    const { stdout: coloured } = await runCli([...words, "--color", "always"]);
    expect(coloured).toContain("\u001b[1m");
    expect(coloured).not.toContain("[-");
  });

  it("writes a report that needs no network, and tells what the model gets", async () => {
    writeFileSync(path("wicked.txt"), `${passages[0]?.text} <script>alert("x")</script> & <img src=x onerror=y>`);
    const report = path("report.html");
    const words = ["compress", path("wicked.txt"), files[1] as string, "-r", "0.4", "--style", "xml", "--html", report];
    const { status, stdout, lines: summary } = await runCli(words);
    expect([status, summary.length]).toEqual([0, 1]);
    const html = readFileSync(report, "utf8");
    expect(html).toMatch(/^<!doctype html>/u);
    expect(html).not.toMatch(/<link|<img|<iframe|<a\s|\b(?:src|href)\s*=\s*["']|@import|url\(/iu);
    const plain = html
      .replace(/<[^>]+>/gu, "")
      .replace(/&#(\d+);/gu, (_, code: string) => String.fromCharCode(Number(code)));
    for (const source of [path("wicked.txt"), files[1] as string])
      expect(plain).toContain(readFileSync(source, "utf8"));
    expect(plain).toContain(stdout.trimEnd());
    expect(html).toContain("<mark");
  });

  it("says which text is from which file, under the ceiling", async () => {
    const words = ["compress", ...files, "-n", "120", "-q", "What was decided?", "--style", "xml"];
    const { stdout } = await runCli(words);
    const named = [...stdout.matchAll(/<document source="([^"]+)">\n/gu)].map(([, source]) => source);
    expect(named.length).toBeGreaterThan(0);
    expect(files).toEqual(expect.arrayContaining(named));
    const counted = await runCli(["compress", "--count", "-"], stdout.trimEnd());
    expect(Number(counted.stdout)).toBeLessThanOrEqual(120);
    const result = JSON.parse((await runCli([...words, "--json"])).stdout) as CompressResult;
    expect(result.text).toBe(stdout.trimEnd());
    expect(result.tokens).toBe(Number(counted.stdout));
  });

  it("reads folders, globs and lists of files, and passes over what is no text with a warning", async () => {
    const tree = path("tree");
    mkdirSync(join(tree, "deep"), { recursive: true });
    for (const [index, name] of ["b.md", "a.md", "deep/c.txt"].entries())
      writeFileSync(join(tree, name), passages[index]?.text as string);
    writeFileSync(join(tree, "d.pdf"), "%PDF-1.7");
    const ids = async (words: string[], input?: string) => {
      const run = await runCli(["compress", ...words, "--count", "--json"], input, { cwd: tree });
      expect(run.status).toBe(0);
      const { documents } = JSON.parse(run.stdout) as Pick<CompressResult, "documents">;
      return [documents.map(({ id }) => id), run.lines[0]] as const;
    };
    const warning = "warning: passed over d.pdf: not readable as text.";
    expect(await ids(["."])).toEqual([["a.md", "b.md", "deep/c.txt"], warning]);
    expect((await ids(["deep", "*.md"]))[0]).toEqual(["deep/c.txt", "a.md", "b.md"]);
    expect((await ids([".", "-e", "txt"]))[0]).toEqual(["deep/c.txt"]);
    expect((await ids(["--files-from", "-"], "b.md\ndeep/c.txt\n"))[0]).toEqual(["b.md", "deep/c.txt"]);
    expect((await ids(["--files-from", "-", "-0"], "b.md\0a.md\0"))[0]).toEqual(["b.md", "a.md"]);
  });

  it("writes to a file, whole, and says nothing with --quiet", async () => {
    const out = path("out.txt");
    const { stdout } = await runCli(["compress", ...files, "-n", "80"]);
    const run = await runCli(["compress", ...files, "-n", "80", "--output", out, "--quiet"]);
    expect(run).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(readFileSync(out, "utf8")).toBe(stdout);
  });

  it("prints what it could not write, and ends with status 2", async () => {
    const words = ["compress", "--jsonl", "-n", "60"];
    const { status, stdout, lines: errors } = await runCli([...words, "-o", "/dev/full"], lines);
    expect([status, errors]).toEqual([2, ["error: Expected --output /dev/full to be writable, got a full disk."]]);
    expect(stdout).toBe((await runCli(words, lines)).stdout);
  });

  it("ends with one line and status 2 where standard output is a full disk", async () => {
    const [program, ...first] = CLI_COMMAND;
    const full = openSync("/dev/full", "w");
    const words = [...first, "compress", files[0] as string, "-n", "50"];
    const { status, stderr } = spawnSync(program, words, { stdio: ["ignore", full, "pipe"], encoding: "utf8" });
    expect([status, stderr]).toEqual([2, "error: Expected standard output to be writable, got a full disk.\n"]);
  });

  it("says why nothing was kept, with status 0 and no text at all", async () => {
    const asked = ["-q", "Which choir sings on Mondays?", "--min-relevance", "1"];
    const run = await runCli(["compress", ...files, "-n", "60", ...asked]);
    expect([run.status, run.stdout]).toEqual([0, ""]);
    expect(run.lines[0]).toBe("warning: nothing was kept of 3 documents: 3 not relevant enough.");
    const empty = await runCli(["compress", "-n", "5"], "");
    expect([empty.status, empty.stdout]).toEqual([0, ""]);
    expect(empty.lines[0]).toBe("warning: nothing was kept: the document is empty.");
    expect(empty.lines[1]).toMatch(/^0 -> 0 tokens \(100\.0%\), 1 of 1 document; /u);
  });

  it("tells each document's fate with --verbose", async () => {
    const { lines: told } = await runCli(["compress", ...files, "-n", "60", "--verbose"]);
    expect(told).toHaveLength(4);
    for (const [index, file] of files.entries())
      expect(told[index]).toMatch(
        new RegExp(`^${file}: (?:\\w+, \\d+ of \\d+ tokens, relevance 1\\.00(?:; .+)?|dropped, .+)$`, "u"),
      );
  });

  it("counts without a model", async () => {
    const words = ["compress", ...files, "--count", "--model", "/nowhere", "--tokenizer", "gpt-4o"];
    const { status, stdout, stderr } = await runCli(words);
    const rows = stdout.trimEnd().split("\n");
    expect([status, stderr, rows.length]).toEqual([0, "", 4]);
    expect(rows.map((row) => row.trim().split(" ")[1])).toEqual([...files, "total"]);
    const { tokens, documents } = JSON.parse((await runCli([...words, "--json"])).stdout);
    const { originalTokens } = JSON.parse((await runCli(["compress", ...files, "-r", "1", "--json"])).stdout);
    expect([documents.length, tokens]).toEqual([3, originalTokens]);
  });

  it("calls documents of JSON lines by file and line where they have no id, numbers by their digits", async () => {
    const input = '{"text":"One sentence."}\n\n{"id":0,"text":"Another."}\n{"id":null,"text":"Third."}\n';
    const { stdout } = await runCli(["compress", "--jsonl", "--count", "--json"], input);
    const ids = (JSON.parse(stdout) as Pick<CompressResult, "documents">).documents.map(({ id }) => id);
    expect(ids).toEqual(["stdin:1", "0", "stdin:4"]);
  });

  it("reads UTF-16, and Latin-1 where it is told so", async () => {
    const text = "Café prices did not rise in März.";
    const utf16 = await runCli(["compress", "-r", "1", "--quiet"], Buffer.from(`\ufeff${text}`, "utf16le"));
    expect(utf16).toMatchObject({ status: 0, stdout: `${text}\n`, stderr: "" });
    const latin = Buffer.from(text, "latin1");
    const words = ["compress", "-r", "1", "--quiet", "--encoding", "latin1"];
    expect(await runCli(words, latin)).toMatchObject({ status: 0, stdout: `${text}\n`, stderr: "" });
  });

  it.skipIf(!hasTerminal)("leaves a document's escapes in a pipe, and spells them out on a terminal", async () => {
    const text = "Not \u001b[31mred\u001b[0m \u009b2J at 5 pm.";
    const { stdout } = await runCli(["compress", "-r", "1", "--quiet"], text);
    expect(stdout).toBe(`${text}\n`);
    writeFileSync(path("escapes.txt"), text);
    const shown = onTerminal(["compress", path("escapes.txt"), "-r", "1", "--quiet"]);
    expect(shown).toBe("Not \\u001b[31mred\\u001b[0m \\u009b2J at 5 pm.\r\n");
    const explained = onTerminal(["compress", path("escapes.txt"), "-r", "1", "--quiet", "--explain"]);
    expect(explained).toContain("\u001b[1mNot \\u001b[31mred");
  });

  it.skipIf(!hasTerminal)("turns a spinner on a terminal, and wipes it away", () => {
    const shown = onTerminal(["compress", files[0] as string, "-n", "60", "-o", path("spun.txt")]);
    const turns = shown.split("\r\u001b[K");
    expect(turns[1]).toBe("| loading the model, 0 s");
    expect(turns.some((turn) => /^[-|/\\] encoding \d+ characters, \d+ s$/u.test(turn))).toBe(true);
    expect(turns.at(-1)).toMatch(/^\d+ -> \d+ tokens .*\r\n$/u);
  });

  it("counts with the encoding it is told", async () => {
    const result = JSON.parse(
      (await runCli(["compress", ...files, "-n", "100", "--tokenizer", "cl100k_base", "--json", "--separator", " | "]))
        .stdout,
    ) as CompressResult;
    expect(result.tokens).toBeLessThanOrEqual(100);
    expect(result.text).toBe(result.documents.map(({ text }) => text).join(" | "));
  });

  it("forces phrases, and leaves out what is not relevant", async () => {
    const forced = ["--force", "the boiler", "--force", "the heating"];
    const { stdout } = await runCli(["compress", ...forced, files[0] as string, "-r", "80%"]);
    expect(stdout).toContain("the boiler");
    const { stdout: json } = await runCli([
      "compress",
      ...files,
      "-n",
      "10000",
      "-q",
      "What is the capital of Peru?",
      "--min-relevance",
      "0.99",
      "--json",
    ]);
    expect((JSON.parse(json) as CompressResult).dropped.every(({ reason }) => reason === "irrelevant")).toBe(true);
  });

  it("ends quietly when its reader has seen enough", async () => {
    const big = path("big.jsonl");
    writeFileSync(
      big,
      Array.from({ length: 200 }, (_, id) =>
        JSON.stringify({ id: String(id), text: `${passages[id % 3]?.text} ${id}` }),
      ).join("\n"),
    );
    const [program, ...first] = CLI_COMMAND;
    const child = spawn(program, [...first, "compress", "--jsonl", big, "-r", "1", "--json", "--explain"]);
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (part: string) => {
      stderr += part;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.on("close", resolve));
    expect(status).toBe(0);
    expect(stderr).not.toMatch(/EPIPE|at .+:\d+:\d+/u);
  });
});

describe.skipIf(!hasBundledModel)("contextsieve encode and doctor (with the bundled model)", () => {
  it("fills a folder of scores that the next run reads", async () => {
    const cache = path("scores");
    const first = await runCli(["encode", ...files, "--cache", cache]);
    expect([first.status, first.stdout]).toEqual([0, ""]);
    expect(first.stderr).toMatch(/^3 documents in .+: 3 encoded, 0 there already; \d+ ms\n$/u);
    expect(existsSync(cache) && readdirSync(cache).length).toBeTruthy();
    const second = await runCli(["encode", "--jsonl", "--cache", cache], lines);
    expect(second.stderr).toMatch(/: 0 encoded, 3 there already; /u);
    const cold = JSON.parse((await runCli(["compress", ...files, "-n", "90", "--json"])).stdout) as CompressResult;
    const warm = JSON.parse(
      (await runCli(["compress", ...files, "-n", "90", "--json", "--cache", cache])).stdout,
    ) as CompressResult;
    expect(warm.text).toBe(cold.text);
    expect(warm.timings.cacheHits).toBe(3);
  });

  it("fails where what was encoded cannot be kept", async () => {
    const cache = path("lossy");
    mkdirSync(cache);
    const first = await runCli(["encode", files[0] as string, "--cache", path("whole")]);
    expect(first.status).toBe(0);
    // A file in the place of the entry's own folder: all that can be tried before the work is fine.
    for (const name of readdirSync(path("whole"))) writeFileSync(join(cache, name), "");
    const { status, lines: told } = await runCli(["encode", files[0] as string, "--cache", cache]);
    expect([status, told.length]).toEqual([2, 1]);
    expect(told[0]).toMatch(
      /^error: Expected to write the scores of 1 document to --cache .*, got 1 that could not be read back/u,
    );
  });

  it("tells the size of a model with its weights", async () => {
    const { stdout } = await runCli(["models", "info", "contextsieve-small"]);
    expect(stdout).toMatch(/^int8 \(default\): model\.int8\.onnx, 2\d\.\d MB$/mu);
  });

  it("uses no more threads than there are cores, and says so", async () => {
    const { status, lines: told } = await runCli(["compress", files[0] as string, "-n", "60", "--threads", "4096"]);
    expect(status).toBe(0);
    expect(told[0]).toMatch(/^warning: --threads 4096 is more than this machine's \d+ cores?; \d+ are used\.$/u);
  });

  it("checks that everything works", async () => {
    const { status, stdout, stderr } = await runCli(["doctor", "--threads", "1"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^node +v\d+/u);
    expect(stdout).toMatch(/model +contextsieve-small /u);
    expect(stdout).toMatch(/device +cpu/u);
    expect(stdout).toMatch(/speed +\d+ tokens\/s warm, .*; \d+ tokens\/s in the first run\n/u);
    expect(stdout).toMatch(/^cpu +yes +\d+$/mu);
    for (const device of ["cuda", "webgpu", "coreml", "dml"]) {
      expect(stdout).toMatch(new RegExp(`^${device} +(?:yes +\\d+|no +\\S.+)$`, "mu"));
    }
    expect(stdout).toMatch(/All is well\.\n$/u);
  });

  it("ends with 1 in doctor, and with 2 elsewhere, where the device is not there", async () => {
    const device = process.platform === "darwin" ? "dml" : "coreml";
    const absent = `error: Expected device ${device} on this machine, got none: onnxruntime-node has it for`;
    const examined = await runCli(["doctor", "--device", device, "--json"]);
    expect([examined.status, examined.lines.length]).toEqual([1, 1]);
    expect(examined.stderr).toContain(absent);
    const diagnosis = JSON.parse(examined.stdout);
    expect(diagnosis.devices.map((report: { device: string }) => report.device)).toEqual([...REAL_DEVICES]);
    expect(diagnosis.devices[0]).toMatchObject({ isAvailable: true, tokensPerSecond: expect.any(Number) });
    expect(diagnosis).not.toHaveProperty("sieve");
    const used = await runCli(["compress", files[0] as string, "-n", "60", "--device", device]);
    expect([used.status, used.stdout, used.lines.length]).toEqual([2, "", 1]);
    expect(used.stderr.replaceAll("`", "")).toContain(absent);
  });
});
