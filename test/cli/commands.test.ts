import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { CompressResult } from "../../src/core/index.js";
import { hasBundledModel } from "../support/bundled-model.js";
import { expectFaithful } from "../support/invariants.js";
import { runCli } from "../support/run-cli.js";
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

  it("shows every word's fate with --explain: the whole source, kept words bright and dropped words dim", async () => {
    const { stdout, status } = await runCli(["compress", files[0] as string, "-r", "0.3", "--explain"]);
    expect(status).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the codes of a terminal
    const plain = stdout.replace(/\u001b\[\d+m/gu, "");
    expect(plain).toContain(passages[0]?.text);
    expect(plain).toMatch(/tokens, relevance 1\.00/u);
  });

  it("writes a report that needs no network and runs no script", async () => {
    writeFileSync(path("wicked.txt"), `${passages[0]?.text} <script>alert("x")</script> & <img src=x onerror=y>`);
    const report = path("report.html");
    const { status, lines: summary } = await runCli([
      "compress",
      path("wicked.txt"),
      files[1] as string,
      "-r",
      "0.4",
      "--html",
      report,
      "-q",
      "Why <b>?",
    ]);
    expect([status, summary.length]).toEqual([0, 1]);
    const html = readFileSync(report, "utf8");
    expect(html).toMatch(/^<!doctype html>/u);
    expect(html).not.toMatch(/<script|<link|<img|<iframe|<a\s|\b(?:src|href)\s*=\s*["']|@import|url\(/iu);
    const plain = html
      .replace(/<[^>]+>/gu, "")
      .replace(/&#(\d+);/gu, (_, code: string) => String.fromCharCode(Number(code)));
    for (const source of [path("wicked.txt"), files[1] as string])
      expect(plain).toContain(readFileSync(source, "utf8"));
    expect(html).toContain("<mark");
  });

  it("counts with the encoding it is told, and refuses one it does not know with status 2 and one line", async () => {
    const result = JSON.parse(
      (await runCli(["compress", ...files, "-n", "100", "--tokenizer", "cl100k_base", "--json", "--separator", " | "]))
        .stdout,
    ) as CompressResult;
    expect(result.tokens).toBeLessThanOrEqual(100);
    expect(result.text).toBe(result.documents.map(({ text }) => text).join(" | "));
    const refused = await runCli(["compress", ...files, "-n", "100", "--tokenizer", "o300k"]);
    expect([refused.status, refused.lines.length]).toEqual([2, 1]);
    expect(refused.lines[0]).toMatch(/^error: Expected `tokenizer` to be one of o200k_base, .+, got `o300k`\.$/u);
    const rate = await runCli(["compress", ...files, "-r", "3"]);
    expect([rate.status, rate.stderr]).toEqual([2, "error: Expected `rate` to be in (0, 1], got `3`.\n"]);
  });

  it("forces phrases, and leaves out what is not relevant", async () => {
    const { stdout } = await runCli(["compress", files[0] as string, "-r", "0.8", "--force", "the boiler"]);
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
    const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
    const child = spawn(process.execPath, [
      "--import",
      "tsx",
      main,
      "compress",
      "--jsonl",
      big,
      "-r",
      "1",
      "--json",
      "--explain",
    ]);
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

  it("checks that everything works", async () => {
    const { status, stdout, stderr } = await runCli(["doctor", "--threads", "1"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^node +v\d+/u);
    expect(stdout).toMatch(/model +contextsieve-small /u);
    expect(stdout).toMatch(/device +cpu/u);
    expect(stdout).toMatch(/All is well\.\n$/u);
  });
});
