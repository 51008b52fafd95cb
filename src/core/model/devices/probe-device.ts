import { fork } from "node:child_process";
import { withoutReports } from "../backends/onnx/runtime-environment.js";
import { packageFile } from "../load/package-files.js";
import type { DeviceOutcome, RealDevice } from "./device.js";
import { absentFromTheStart, explainFailure, type FailedTry } from "./explain-absence.js";
import { probeGraph } from "./probe-graph.js";
import { cudaEnvironment, findRuntime } from "./runtime-files.js";

/** Longest try, in milliseconds: a driver that is used for the first time compiles for a while. */
const LONGEST_TRY_MS = 60_000;
/** So much of a try's log is looked at, in code units. */
const MOST_LOG = 65_536;

/**
 * Finds out whether a device works, by running a tiny graph on it in a process of its own: a driver that is broken may
 * end that process, and no other.
 *
 * @throws ModelLoadError If onnxruntime-node itself is missing.
 */
export async function probeDevice(device: RealDevice): Promise<DeviceOutcome> {
  const runtime = await findRuntime();
  const absence = absentFromTheStart(device, runtime);
  if (absence) return { isAvailable: false, ...absence };
  const env = device === "cuda" ? cudaEnvironment(runtime.folder) : undefined;
  const failure = await tryDevice(device, env);
  return failure ? { isAvailable: false, ...explainFailure(device, failure) } : { isAvailable: true };
}

async function tryDevice(device: RealDevice, env = process.env): Promise<FailedTry | undefined> {
  const words = [device, probeGraph().toString("base64")];
  const stdio: ("ignore" | "pipe" | "ipc")[] = ["ignore", "ignore", "pipe", "ipc"];
  const program = await packageFile("PROBE");
  return new Promise((resolve) => {
    let said: { message?: string } | undefined;
    let log = "";
    const end = (ending?: string) => {
      clearTimeout(timer);
      const isDone = said !== undefined && said.message === undefined;
      resolve(isDone ? undefined : { message: said?.message, log, ending });
    };
    let timer: NodeJS.Timeout | undefined;
    try {
      const child = fork(program, words, { env: withoutReports(env), stdio, execArgv: [] });
      timer = setTimeout(() => child.kill("SIGKILL"), LONGEST_TRY_MS);
      child.stderr?.setEncoding("utf8").on("data", (part: string) => {
        log = (log + part).slice(0, MOST_LOG);
      });
      child.on("message", (message) => {
        said = message as { message?: string };
      });
      child.once("error", (error) => end(error.message));
      child.once("close", (code, signal) => end(signal ?? `exit code ${code}`));
    } catch (error) {
      // Such as the permission model, which may forbid processes.
      end(`the system's answer: ${(error as Error).message}`);
    }
  });
}
