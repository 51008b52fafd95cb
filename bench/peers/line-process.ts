import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A process that answers each line of JSON with a line of JSON, in order. */
export interface LineProcess {
  /** Its first line: that it is ready, and in which version. */
  hello: { version: string };
  ask(request: object): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Starts one. @throws Error with the end of its standard error where it ends before it is asked to. */
export async function startLineProcess(command: string, parameters: readonly string[]): Promise<LineProcess> {
  const child = spawn(command, parameters, { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => {
    said = (said + bytes.toString("utf8")).slice(-2000);
  });
  const waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  let ended: Error | undefined;
  const end = (reason: string) => {
    ended ??= new Error(`Expected ${command} ${parameters.join(" ")} to answer, got ${reason}. It said: ${said}`);
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  child.on("error", (error) => end(error.message));
  child.on("close", (code) => end(`exit code ${code}`));
  child.stdin.on("error", (error) => end(error.message));
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.resolve(line));
  const nextLine = () =>
    new Promise<string>((resolve, reject) => {
      if (ended) reject(ended);
      else waiting.push({ resolve, reject });
    });
  return {
    hello: JSON.parse(await nextLine()) as { version: string },
    async ask(request) {
      const answer = nextLine();
      if (!ended) child.stdin.write(`${JSON.stringify(request)}\n`);
      return JSON.parse(await answer) as Record<string, unknown>;
    },
    async close() {
      if (ended) return;
      const closed = new Promise((resolve) => child.once("close", resolve));
      child.stdin.end();
      await closed;
    },
  };
}
