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

/** Words that run `contextsieve` from its source, from any folder. */
export const CLI_COMMAND = [process.execPath, "--import", import.meta.resolve("tsx"), MAIN] as const;

/**
 * Runs `contextsieve` from its source, as a process of its own, with nothing on its terminal.
 *
 * @param input What stands on its standard input.
 * @param options Where it runs, by default at the repository's root, and what its environment has besides this process's.
 */
export async function runCli(
  words: readonly string[],
  input: string | Buffer = "",
  options: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<CliRun> {
  const { NODE_OPTIONS: _, ...environment } = process.env;
  const [program, ...first] = CLI_COMMAND;
  const { cwd = ROOT, env } = options;
  const child = spawn(program, [...first, ...words], { cwd, env: { ...environment, ...env } });
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
