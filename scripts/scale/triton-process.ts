// A real Triton server from PyPI's nvidia-pytriton, which needs Debian's own Python 3.11.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PYTHON = "/usr/bin/python3";
const PYTHON_VERSION = "3.11";
const PACKAGES = ["nvidia-pytriton==0.7.0", "onnxruntime==1.30.0"];
const PROGRAM = fileURLToPath(new URL("triton_server.py", import.meta.url));
/** Longest start, in milliseconds. */
const LONGEST_START_MS = 180_000;

/** Where Triton's Python is, or in one line why it is not. */
export type TritonPython = { python: string } | { why: string };

/** Installs the server into a folder, once. */
export function installTriton(folder: string): TritonPython {
  const told = spawnSync(PYTHON, ["--version"], { encoding: "utf8" });
  if (told.status !== 0) return { why: `${PYTHON} is not there` };
  if (!told.stdout.includes(` ${PYTHON_VERSION}.`)) return { why: `${PYTHON} is ${told.stdout.trim()}, not 3.11` };
  const python = join(folder, "bin", "python");
  const whole = join(folder, PACKAGES.join("+"));
  if (existsSync(whole)) return { python };
  mkdirSync(folder, { recursive: true });
  const made = spawnSync(PYTHON, ["-m", "venv", folder], { encoding: "utf8" });
  if (made.status !== 0)
    return { why: `python3 -m venv failed (Debian: apt-get install python3-venv): ${made.stderr}` };
  const installed = spawnSync(python, ["-m", "pip", "install", "--quiet", ...PACKAGES], { encoding: "utf8" });
  if (installed.status !== 0) return { why: `pip install ${PACKAGES.join(" ")} failed: ${installed.stderr.trim()}` };
  writeFileSync(whole, "");
  return { python };
}

/** A server that is up. */
export interface TritonProcess {
  /** Ends it and all its processes at once, in the middle of whatever they do. */
  kill(): Promise<void>;
}

/**
 * Starts a server, and waits until it has loaded the model.
 *
 * @param log File that its output is added to.
 */
export async function startTriton(
  python: string,
  graph: string,
  name: string,
  port: number,
  log: string,
): Promise<TritonProcess> {
  const output = openSync(log, "a");
  // In a group of its own, so that it can be killed with the processes that it starts.
  const server = spawn(python, [PROGRAM, graph, name, String(port)], {
    detached: true,
    stdio: ["ignore", output, output],
  });
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, "exit");
    process.kill(-(server.pid as number), "SIGKILL");
    await exited;
  };
  try {
    await untilReady(server, `http://127.0.0.1:${port}/v2/models/${name}/ready`, log);
  } catch (error) {
    await kill();
    throw error;
  }
  return { kill };
}

async function untilReady(server: ChildProcess, address: string, log: string): Promise<void> {
  const deadline = performance.now() + LONGEST_START_MS;
  while (performance.now() < deadline) {
    if (server.exitCode !== null)
      throw new Error(`Expected Triton to start, got status ${server.exitCode}: see ${log}`);
    const isReady = await fetch(address).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((wake) => setTimeout(wake, 250));
  }
  throw new Error(`Expected Triton to be ready in ${LONGEST_START_MS} ms, got nothing: see ${log}`);
}
