// Rounds of a thousand concurrent calls, a third of them aborted, the encoder's thread killed twice in each: every call
// ends in the right result or in one clear error, and memory stays flat. `npx tsx scripts/long/kill-threads.ts 10 1000`
import { once } from "node:events";
import { syncBuiltinESMExports } from "node:module";
import { setTimeout } from "node:timers/promises";
import workerThreads from "node:worker_threads";
import { BackendError, createSieve } from "../../src/core/index.js";

const [ROUNDS = 10, CALLS = 1000] = process.argv.slice(2).map(Number);
/** No run takes longer, however busy the machine is; in milliseconds. */
const LONGEST_RUN_MS = 30_000;
/** A thread that says nothing for so long, in milliseconds, runs nothing. */
const QUIET_MS = 2000;
const THREADS_DIE_AT = [0.3, 0.7];
/**
 * Growth of resident memory from the middle third of the rounds to the last that is taken for noise, in bytes: each dead
 * thread's memory goes back to the allocator, which takes some rounds to fill its gaps.
 */
const MOST_GROWTH = 64 * 2 ** 20;

const { Worker } = workerThreads;
/** The encoder's thread, with the requests it has not answered. */
class WatchedWorker extends Worker {
  unanswered = 0;

  constructor(...parts: ConstructorParameters<typeof Worker>) {
    super(...parts);
    this.on("message", ({ kind }: { kind: string }) => {
      if (kind === "output" || kind === "error") this.unanswered -= 1;
    });
    current = this;
  }

  override postMessage(...message: Parameters<InstanceType<typeof Worker>["postMessage"]>): void {
    this.unanswered += 1;
    super.postMessage(...message);
  }
}
let current: WatchedWorker | undefined;
workerThreads.Worker = WatchedWorker;
syncBuiltinESMExports();

const places = ["pier", "silo", "yard", "gate", "crane", "canteen", "shed", "lock"];
const documentOf = (call: number, part: number) =>
  `Ship ${call % 40} left the ${places[(call + part) % places.length]} at ${part}:00 with ${call % 40} crates. Nobody paid the fee of ${part + 3} euros.`;
const requestOf = (call: number) => ({
  documents: [0, 1, 2].map((part) => documentOf(call, part)),
  query: `When did ship ${call % 40} leave?`,
  maxTokens: 24,
});

const sieve = await createSieve({ cache: false });
const expected = new Map<number, string>();
for (let call = 0; call < 40; call += 1) expected.set(call, (await sieve.compress(requestOf(call))).text);

const outcomes = { right: 0, aborted: 0, died: 0 };
const resident: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  let ended = 0;
  let deaths = 0;
  const stopped: Promise<void>[] = [];
  const reason = new Error("the user left");
  const calls = Array.from({ length: CALLS }, async (_, call) => {
    const controller = new AbortController();
    const isAborted = call % 3 === 0;
    if (isAborted) globalThis.setTimeout(() => controller.abort(reason), ((call * 7919) % 997) + 1);
    try {
      const { text } = await sieve.compress({ ...requestOf(call), signal: controller.signal });
      // Which of 40 texts it is does not depend on company, threads or deaths.
      if (text !== expected.get(requestIndex(call))) throw new Error(`another text than alone: ${text}`);
      outcomes.right += 1;
    } catch (error) {
      if (error === reason) outcomes.aborted += 1;
      else if (error instanceof BackendError && /thread died|failed/u.test(error.message)) outcomes.died += 1;
      else throw error;
    } finally {
      ended += 1;
      if (deaths < THREADS_DIE_AT.length && ended >= CALLS * (THREADS_DIE_AT[deaths] as number)) {
        deaths += 1;
        // As a fault in native code does, without its ending the process: the thread is gone in the middle of its work.
        current?.emit("error", new Error("killed"));
        stopped.push(stopWhenIdle(current));
      }
    }
  });
  await Promise.all(calls);
  // A thread that was given up holds a model of its own until it is ended.
  await Promise.all(stopped);
  globalThis.gc?.();
  resident.push(process.memoryUsage().rss);
  console.log(
    `round ${round + 1}: ${JSON.stringify(outcomes)}, ${Math.round((resident.at(-1) as number) / 2 ** 20)} MB`,
  );
}
await sieve.dispose();
const third = Math.ceil(ROUNDS / 3);
const growth =
  Math.max(...resident.slice(-third)) - Math.max(...resident.slice(-2 * third, -third), resident[0] as number);
console.log(
  `${outcomes.right + outcomes.aborted + outcomes.died} of ${ROUNDS * CALLS} calls ended, ${Math.round(growth / 2 ** 20)} MB more in the last third of the rounds than in the middle one`,
);
if (growth > MOST_GROWTH) throw new Error(`Expected flat memory, got ${growth} bytes more.`);

/** Calls of one index modulo 40 and one place have the same documents. */
function requestIndex(call: number): number {
  return call % 40;
}

/**
 * Ends a thread that was given up, once no native code runs in it: ending it before would end the process. It begins
 * nothing more, so what runs is the first of its requests, and it answers that; an answer that was on its way already may
 * come before.
 */
async function stopWhenIdle(thread: WatchedWorker | undefined): Promise<void> {
  if (!thread) return;
  const isRunning = thread.unanswered > 0;
  if (isRunning) await Promise.race([once(thread, "message"), setTimeout(LONGEST_RUN_MS)]);
  let isQuiet = false;
  while (!isQuiet && thread.unanswered > 0) {
    isQuiet = await Promise.race([once(thread, "message").then(() => false), setTimeout(QUIET_MS, true)]);
  }
  await thread.terminate();
}
