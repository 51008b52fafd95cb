import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createProgram, everyCommand, helpPage } from "../../src/cli/program.js";
import { runCli } from "../support/run-cli.js";

const folder = mkdtempSync(join(tmpdir(), "contextsieve-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const latin = join(folder, "latin.txt");
writeFileSync(latin, Buffer.from([0x63, 0x61, 0x66, 0xe9]));
const text = file("text.txt", "One sentence of it. And another one of it, not the same.");

describe("help and version", () => {
  it("are printed on standard output with status 0", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await runCli(["--version"])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: "" });
    const help = await runCli(["--help"]);
    expect(help).toMatchObject({ status: 0, stderr: "" });
    for (const command of ["compress", "encode", "models", "distill", "doctor", "completion"])
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
      "--output",
      "--style",
      "--template",
      "--files-from",
      "--encoding",
      "--count",
      "--color",
      "--kind",
      "--form",
      "--marker",
    ]) {
      expect(own.stdout).toContain(flag);
    }
  });

  it("shows examples for every command", () => {
    for (const command of everyCommand(createProgram())) {
      if (command.parent?.name() !== "contextsieve") continue;
      expect(helpPage(command)).toMatch(new RegExp(`\\nExamples:\\n {2}.*contextsieve ${command.name()}\\b`, "u"));
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
    ["a ceiling of 0", ["compress", text, "-n", "0"], /integer of at least 1, such as 2000 or 2k, got `0`/u],
    ["a ceiling that is no number", ["compress", text, "-n", "many"], /integer of at least 1, .*, got `many`/u],
    ["a flag without its value", ["compress", text, "-n"], /argument missing/u],
    ["a rate that is no number", ["compress", text, "-r", "half"], /Expected a number, got `half`/u],
    ["an unknown kind", ["compress", text, "-n", "5", "--kind", "novel"], /'novel' is invalid.*json, ndjson, yaml/u],
    ["an unknown form", ["compress", text, "-n", "5", "--form", "short"], /'short' is invalid.*same, compact/u],
    [
      "a marker of no meaning",
      ["compress", text, "-n", "5", "--marker=some"],
      /Expected true, false or all, got `some`/u,
    ],
    ["an unknown device", ["compress", text, "-n", "5", "--device", "tpu"], /'tpu' is invalid/u],
    [
      "a file that is not there",
      ["compress", "/nowhere/at/all.txt", "-n", "5"],
      /Expected \/nowhere\/at\/all\.txt to be a readable file, got no such file or folder\./u,
    ],
    [
      "a name that is empty",
      ["compress", "", "-n", "5"],
      /Expected the name of a file, folder or glob, got an empty one\./u,
    ],
    ["a glob that matches nothing", ["compress", `${folder}/*.rst`, "-n", "5"], /to match a file, got none\./u],
    ["a folder without such files", ["compress", folder, "-e", "rst", "-n", "5"], /Expected a file in .* got none\./u],
    [
      "a binary file",
      ["compress", file("x.pdf", "%PDF-1.7"), "-n", "5"],
      /x\.pdf looks binary \(a PDF\); extract its text/u,
    ],
    [
      "a file in another encoding",
      ["compress", latin, "-n", "5"],
      /to be UTF-8 text, .*such as --encoding windows-1252\./u,
    ],
    ["an encoding nobody knows", ["compress", text, "-n", "5", "--encoding", "ebcdic"], /Expected --encoding to name/u],
    [
      "a tokenizer nobody knows",
      ["compress", text, "-n", "5", "--tokenizer", "o300k"],
      /Expected --tokenizer to be one of o200k_base, .+, got `o300k`\./u,
    ],
    ["a tokenizer nobody has", ["compress", text, "-n", "5", "--tokenizer", "claude-4"], /count with o200k_base/u],
    ["an unknown style", ["compress", text, "-n", "5", "--style", "html"], /'html' is invalid/u],
    [
      "a template without the text",
      ["compress", text, "-n", "5", "--template", "{id}"],
      /Expected \{text\} in --template/u,
    ],
    ["an output over the input", ["compress", text, "-n", "5", "-o", text], /to be another file than the documents/u],
    [
      "a report over the input",
      ["compress", text, "-n", "5", "--html", text],
      /to be another file than the documents/u,
    ],
    [
      "a report over the output",
      ["compress", text, "-n", "5", "--html", "x", "-o", "./x"],
      /to name two files, got the same/u,
    ],
    [
      "an output nowhere",
      ["compress", text, "-n", "5", "-o", "/nowhere/x"],
      /to be writable, got no such file or folder/u,
    ],
    ["a count with a target", ["compress", text, "--count", "-n", "5"], /Expected --count without --max-tokens/u],
    ["NULs without a list", ["compress", text, "-0", "-n", "5"], /Expected --null together with --files-from/u],
    ["an empty list", ["compress", "--files-from", "-", "-n", "5"], /Expected names of files in stdin, got none/u],
    ["standard input twice", ["compress", "-", "--files-from", "-", "-n", "5"], /Expected standard input once/u],
    ["a shell nobody has", ["completion", "tcsh"], /value .tcsh. is invalid.*bash, zsh, fish/u],
    ["a rate above 1", ["compress", text, "-r", "300%"], /Expected --rate to be in \(0, 1\], got `3`\./u],
    ["a model that is not there", ["compress", text, "-n", "5", "--model", "/nowhere"], /\/nowhere/u],
    [
      "a line that is no JSON",
      ["compress", "--jsonl", "-n", "5"],
      /Expected stdin, line 2 to be a JSON object with `text`, got no JSON\./u,
      '{"text":"a"}\nnot json\n',
    ],
    [
      "a line that is no document",
      ["compress", "--jsonl", "-n", "5"],
      /Expected stdin, line 1 to be a JSON object with `text`/u,
      '{"id":"a"}\n',
    ],
    [
      "a title that is none",
      ["compress", "--jsonl", "-n", "5"],
      /Expected `title` in stdin, line 2 to be a string, got 5\./u,
      '{"text":"a","title":null}\n{"text":"a","title":5}\n',
    ],
    [
      "an id that is an object",
      ["compress", "--jsonl", "-n", "5"],
      /Expected `id` in stdin, line 1 to be a string or a number, got \{\}\./u,
      '{"text":"a","id":{}}\n',
    ],
    [
      "a kind that is none, which is called as the line has it and not by the flag",
      ["compress", "--jsonl", "-n", "5"],
      /Expected `kind` in stdin, line 1 to be one of /u,
      '{"text":"a","kind":"poem"}\n',
    ],
    [
      "no document at all",
      ["compress", "--jsonl", "-n", "5"],
      /Expected at least one document, got none in stdin\./u,
      "\n\n",
    ],
    ["an encode without a cache", ["encode", text], /Expected --cache <folder> for the scores, got none\./u],
    ["an encode into a file", ["encode", text, "--cache", text], /Expected --cache .* to be a folder, got a file\./u],
    ["an encode into nowhere", ["encode", text, "--cache", `${text}/x`], /to be a writable folder, got a file where/u],
    ["a group without its command", ["distill"], /Expected a command, .+, got none\. See contextsieve distill --help/u],
  ])("%s", async (_, words, message, input) => {
    const { status, stdout, lines } = await runCli(words, input);
    expect({ status, stdout, count: lines.length }).toEqual({ status: 2, stdout: "", count: 1 });
    expect(lines[0]).toMatch(/^error: /u);
    expect(lines[0]).toMatch(message);
  });
});

describe("the environment", () => {
  const run = (env: Record<string, string>, ...words: string[]) => runCli(["compress", text, ...words], "", { env });

  it("is read where a flag is not given, and named where it is wrong", async () => {
    const { status, lines } = await run({ CONTEXTSIEVE_MAX_TOKENS: "many" });
    expect([status, lines.length]).toEqual([2, 1]);
    expect(lines[0]).toMatch(/'many' from env 'CONTEXTSIEVE_MAX_TOKENS' is invalid/u);
    expect((await run({ CONTEXTSIEVE_TOKENIZER: "o300k" }, "-n", "5")).stderr).toMatch(/got `o300k`/u);
    expect((await run({ CONTEXTSIEVE_DEVICE: "tpu" }, "-n", "5")).stderr).toMatch(
      /'tpu' from env 'CONTEXTSIEVE_DEVICE'/u,
    );
    expect((await run({ CONTEXTSIEVE_MODEL: "/nowhere" }, "-n", "5")).stderr).toMatch(/\/nowhere/u);
    expect((await run({ CONTEXTSIEVE_CACHE: text }, "-n", "5")).stderr).toMatch(/Expected --cache .* got a file/u);
    expect((await run({ CONTEXTSIEVE_THREADS: "0" }, "-n", "5")).stderr).toMatch(/CONTEXTSIEVE_THREADS/u);
  });

  it("gives way to flags, and is nothing where it is empty", async () => {
    const unset = { CONTEXTSIEVE_DEVICE: "", CONTEXTSIEVE_MAX_TOKENS: "" };
    expect((await run(unset)).stderr).toMatch(
      /Expected exactly one of --max-tokens, --rate and --threshold, got none/u,
    );
    const { status, stdout } = await run(
      { CONTEXTSIEVE_MAX_TOKENS: "3", CONTEXTSIEVE_TOKENIZER: "none" },
      "--count",
      "--tokenizer",
      "gpt-4o",
    );
    expect([status, stdout]).toEqual([0, "15\n"]);
  });
});

describe("what an error quotes", () => {
  it("reaches no terminal as a command, and stands on one line", async () => {
    const { stderr } = await runCli(["compress", "a\u001b]0;x\u0007\nb", "-n", "5"]);
    expect(stderr).toBe("error: Expected a\\u001b]0;x\\u0007 b to be a readable file, got no such file or folder.\n");
    expect((await runCli(["\u001b[31msqueeze"])).stderr).toBe("error: unknown command '\\u001b[31msqueeze'\n");
  });
});
