import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

export interface CliRun {
  status: number | null;
  stdout: string;
  stderr: string;
  /** Lines of standard error. */
  lines: string[];
}

/** Runs `contextsieve` from its source, as a process of its own, with nothing on its terminal. */
export async function runCli(words: readonly string[], input = ""): Promise<CliRun> {
  const { NODE_OPTIONS: _, ...environment } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", MAIN, ...words], { cwd: ROOT, env: environment });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (part: string) => {
      output[name] += part;
    });
  }
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  return { status, ...output, lines: output.stderr.split("\n").filter((line) => line !== "") };
}
