import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { completionScript } from "../../src/cli/completion.js";
import { createProgram, everyCommand } from "../../src/cli/program.js";

const program = createProgram();
const bash = completionScript(program, "bash");

/** What bash offers at the end of a line, the last word not finished. */
function offered(...words: string[]): string[] {
  const line = ["contextsieve", ...words].map((word) => `'${word}'`).join(" ");
  const script = `${bash}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _contextsieve; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", script], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((word) => word !== "");
}

describe("the completion of bash offers", () => {
  it("the commands", () => {
    expect(offered("")).toEqual(
      expect.arrayContaining(["compress", "encode", "models", "distill", "doctor", "completion"]),
    );
    expect(offered("mod")).toEqual(["models"]);
    expect(offered("models", "")).toEqual(expect.arrayContaining(["list", "info", "fetch", "convert"]));
  });

  it("a command's own flags, also after files", () => {
    expect(offered("compress", "a.md", "--max")).toEqual(["--max-tokens"]);
    expect(offered("models", "info", "x", "--rev")).toEqual(["--revision"]);
    expect(offered("compress", "--rev")).toEqual([]);
  });

  it("the choices of a flag", () => {
    expect(offered("compress", "--style", "")).toEqual(["plain", "xml", "markdown"]);
    expect(offered("encode", "--device", "c")).toEqual(["cpu", "cuda", "coreml"]);
  });

  it("the choices of an argument", () => {
    expect(offered("completion", "")).toEqual(expect.arrayContaining(["bash", "zsh", "fish"]));
    expect(offered("completion", "z")).toEqual(["zsh"]);
    expect(completionScript(program, "fish")).toContain("-a 'bash zsh fish'");
  });

  it("nothing of its own where a file is due, so that the shell offers files", () => {
    expect(offered("compress", "han")).toEqual([]);
  });
});

it.each(["bash", "zsh", "fish"] as const)("the script for %s knows every command and flag", (shell) => {
  const script = completionScript(program, shell);
  for (const command of everyCommand(program)) {
    expect(script).toContain(command.name());
    for (const { long, hidden } of command.options) {
      if (!hidden) expect(script).toContain(shell === "fish" ? `-l ${long?.slice(2)}` : long);
    }
  }
  expect(script).not.toContain("explain-all");
});
