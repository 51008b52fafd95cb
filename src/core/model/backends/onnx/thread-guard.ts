import { setTimeout as delay } from "node:timers/promises";
import { ThreadState } from "./onnx-protocol.js";

/** How long a process that exits waits for a run under way, in milliseconds. */
const LONGEST_WAIT_MS = 10_000;
const POLL_MS = 2;

const guarded = new Set<Int32Array>();

/** Shared state of an inference thread that is about to be started. */
export function threadState(): Int32Array {
  const state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  state[0] = ThreadState.running;
  return state;
}

/**
 * Guards a thread that was started. Terminating a worker during a native run aborts the process, so a process that
 * exits waits for the run under way first, and lets no other start.
 */
export function guardThread(state: Int32Array): void {
  if (guarded.size === 0) process.on("exit", stopAll);
  guarded.add(state);
}

/** Resolves when the thread may be terminated: nothing runs in it, and nothing will. */
export async function stopThread(state: Int32Array): Promise<void> {
  while (!tryStop(state)) await delay(POLL_MS);
  forget(state);
}

/** Marks a thread that ended by itself, so that nothing waits for it. */
export function releaseThread(state: Int32Array): void {
  Atomics.store(state, 0, ThreadState.stopped);
  Atomics.notify(state, 0);
  forget(state);
}

function forget(state: Int32Array): void {
  guarded.delete(state);
  if (guarded.size === 0) process.off("exit", stopAll);
}

function stopAll(): void {
  for (const state of guarded) {
    const deadline = performance.now() + LONGEST_WAIT_MS;
    while (!tryStop(state) && performance.now() < deadline) Atomics.wait(state, 0, ThreadState.running, 100);
  }
}

function tryStop(state: Int32Array): boolean {
  return Atomics.compareExchange(state, 0, ThreadState.idle, ThreadState.stopped) !== ThreadState.running;
}
