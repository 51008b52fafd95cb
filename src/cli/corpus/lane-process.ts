import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { BackendError, InvalidOptionError, ModelLoadError, SieveError } from "../../core/index.js";
import { LANE } from "../package-files.js";
import type { Lane, LaneFlags, LaneResult } from "./lane.js";

/** What a lane's process says. */
export type LaneMessage =
  | { fingerprint: string }
  | { id: number; result: LaneResult }
  | { id?: number; error: { name: string; message: string } };

const ERRORS = { InvalidOptionError, ModelLoadError, BackendError } as const;

/**
 * Opens a lane in a process of its own.
 *
 * @throws What opening a lane throws there, or BackendError where the process ended.
 */
export async function forkLane(flags: LaneFlags): Promise<Lane> {
  const child = fork(LANE, [JSON.stringify(flags)]);
  const waiting = new Map<number, { resolve(result: LaneResult): void; reject(error: unknown): void }>();
  let count = 0;
  const opened = new Promise<string>((resolve, reject) => {
    child.on("message", (message: LaneMessage) => {
      if ("fingerprint" in message) return resolve(message.fingerprint);
      const call = waiting.get(message.id as number);
      waiting.delete(message.id as number);
      if ("result" in message) call?.resolve(message.result);
      else (call?.reject ?? reject)(revive(message.error));
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      const error = new BackendError(`Expected a process that encodes to go on, got its end (${signal ?? code}).`);
      reject(error);
      for (const call of waiting.values()) call.reject(error);
    });
  });
  const fingerprint = await opened.catch(async (error: unknown) => {
    await end(child);
    throw error;
  });
  return {
    fingerprint,
    encode: (documents) =>
      new Promise((resolve, reject) => {
        const id = count++;
        waiting.set(id, { resolve, reject });
        child.send({ id, documents });
      }),
    close: () => end(child),
  };
}

function revive({ name, message }: { name: string; message: string }): SieveError {
  const Type = ERRORS[name as keyof typeof ERRORS] ?? SieveError;
  return new Type(message);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  if (child.connected) child.disconnect();
  await exited;
}
