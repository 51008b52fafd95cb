import { fork } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LatencyCase, Measured, MeasureInput } from "./case.js";
import type { ChildReply, ChildRequest } from "./child.js";

/** A case and what came out of it. */
export interface CaseResult extends Measured {
  case: LatencyCase;
  /** Most resident memory of the case's process, in MB. */
  peakMb: number;
  seconds: number;
}

const CHILD = join(dirname(fileURLToPath(import.meta.url)), "child.ts");

/** Takes a case in a fresh process, so that no case warms or burdens another. */
export async function runCase(
  latencyCase: LatencyCase,
  input: Omit<MeasureInput, "settings">,
  isQuick: boolean,
): Promise<CaseResult> {
  const settings = isQuick ? { ...latencyCase.settings, ...latencyCase.quick } : latencyCase.settings;
  const child = fork(CHILD, { execArgv: ["--expose-gc", "--import", "tsx"] });
  const reply = await new Promise<ChildReply>((resolve) => {
    child.once("message", (message) => resolve(message as ChildReply));
    child.once("exit", (code, signal) => resolve({ error: `the process ended with ${signal ?? `exit code ${code}`}` }));
    child.send({ ...input, settings, measure: latencyCase.measure } satisfies ChildRequest);
  });
  if ("error" in reply) throw new Error(`Expected case ${latencyCase.name} to be measured, got: ${reply.error}`);
  return { case: { ...latencyCase, settings }, ...reply.measured, peakMb: reply.peakMb, seconds: reply.seconds };
}
