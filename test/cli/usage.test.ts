import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "../support/run-cli.js";

const folder = mkdtempSync(join(tmpdir(), "contextsieve-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const text = file("text.txt", "One sentence of it. And another one of it, not the same.");

describe("help and version", () => {
  it("are printed on standard output with status 0", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await runCli(["--version"])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: "" });
    const help = await runCli(["--help"]);
    expect(help).toMatchObject({ status: 0, stderr: "" });
    for (const command of ["compress", "encode", "models", "distill", "doctor"])
      expect(help.stdout).toContain(`  ${command} `);
    const own = await runCli(["compress", "--help"]);
    expect(own).toMatchObject({ status: 0, stderr: "" });
    for (const flag of [
      "--query",
      "--max-tokens",
      "--rate",
      "--threshold",
      "--tokenizer",
      "--model",
      "--device",
      "--json",
      "--jsonl",
      "--explain",
      "--html",
    ]) {
      expect(own.stdout).toContain(flag);
    }
  });
});

describe("bad usage ends with status 2 and exactly one line on standard error:", () => {
  it.each<[string, string[], RegExp, string?]>([
    ["no command", [], /Expected a command, one of compress, encode, .+, got none/u],
    ["an unknown command", ["squeeze"], /unknown command 'squeeze'/u],
    ["an unknown flag, with a suggestion", ["compress", text, "--rat", "0.5"], /unknown option '--rat'.*--rate/u],
    ["no target", ["compress", text], /Expected exactly one of --max-tokens, --rate and --threshold, got none\./u],
    ["two targets", ["compress", text, "-n", "5", "-r", "0.5"], /got --max-tokens and --rate\./u],
    ["a ceiling of 0", ["compress", text, "-n", "0"], /integer of at least 1, got `0`/u],
    ["a ceiling that is no number", ["compress", text, "-n", "many"], /integer of at least 1, got `many`/u],
    ["a flag without its value", ["compress", text, "-n"], /argument missing/u],
    ["a rate that is no number", ["compress", text, "-r", "half"], /Expected a number, got `half`/u],
    ["an unknown device", ["compress", text, "-n", "5", "--device", "tpu"], /'tpu' is invalid/u],
    [
      "a file that is not there",
      ["compress", "/nowhere/at/all.txt", "-n", "5"],
      /Expected \/nowhere\/at\/all\.txt to be a readable file, got ENOENT\./u,
    ],
    ["a folder in the place of a file", ["compress", folder, "-n", "5"], /to be a readable file, got EISDIR\./u],
    ["a model that is not there", ["compress", text, "-n", "5", "--model", "/nowhere"], /\/nowhere/u],
    [
      "a line that is no JSON",
      ["compress", "--jsonl", "-n", "5"],
      /Expected -, line 2 to be a JSON object with `text`, got no JSON\./u,
      '{"text":"a"}\nnot json\n',
    ],
    [
      "a line that is no document",
      ["compress", "--jsonl", "-n", "5"],
      /Expected -, line 1 to be a JSON object with `text`/u,
      '{"id":"a"}\n',
    ],
    [
      "no document at all",
      ["compress", "--jsonl", "-n", "5"],
      /Expected at least one document, got an empty -\./u,
      "\n\n",
    ],
    ["an encode without a cache", ["encode", text], /Expected --cache <folder> for the scores, got none\./u],
    ["a group without its command", ["distill"], /Expected a command, one of .+, got none/u],
  ])("%s", async (_, words, message, input) => {
    const { status, stdout, lines } = await runCli(words, input);
    expect({ status, stdout, count: lines.length }).toEqual({ status: 2, stdout: "", count: 1 });
    expect(lines[0]).toMatch(/^error: /u);
    expect(lines[0]).toMatch(message);
  });
});
