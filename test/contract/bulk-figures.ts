import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import KeyvRedis, { createClient } from "@keyv/redis";
import { Queue } from "bullmq";
import Keyv from "keyv";
import { addEncodeJobs, type EncodeJobResult } from "../../src/bulk/index.js";
import { createSieve, keyvCache } from "../../src/core/index.js";
import { fakeBackend } from "../support/fake-backend.js";
import { openFakeSieve } from "../support/fake-sieve.js";
import { fleetText } from "./fleet.js";
import { startRedisServer } from "./redis-server.js";

/** What four workers made of a queue. */
export interface BulkFigures {
  documents: number;
  jobs: number;
  /** Jobs that were done, and documents in them. */
  jobsDone: number;
  documentsDone: number;
  /** Passes of the model in jobs that were done. */
  passes: number;
  /** Entries of the cache in the end. */
  entries: number;
  /** Documents that are not in the cache, or not as a process on its own encodes them. */
  wrong: number;
  seconds: number;
}

const WORKERS = 4;
const BATCH_SIZE = 6;
const QUEUE = "encode";
const POLL_MS = 50;
const SCRIPT = fileURLToPath(new URL("bulk-worker.ts", import.meta.url));

/** Four worker processes on one real Redis; the first is killed once the first job is done. */
export async function bulkFigures(documents: number): Promise<BulkFigures> {
  const server = await startRedisServer();
  const local = await openFakeSieve();
  const queue = new Queue(QUEUE, { connection: { url: server.url } });
  const client = createClient({ url: server.url });
  const store = new KeyvRedis<string>(client);
  const children: ChildProcess[] = [];
  try {
    await client.connect();
    const texts = Array.from({ length: documents }, (_, index) => fleetText(index));
    const ids = await addEncodeJobs(queue, texts, { batchSize: BATCH_SIZE });
    // As a producer that is run twice.
    await addEncodeJobs(queue, texts, { batchSize: BATCH_SIZE });
    children.push(...(await Promise.all(Array.from({ length: WORKERS }, () => startWorker(server.url, local.folder)))));
    const started = performance.now();
    killAtFirstJob(children);
    const done = await untilAllDone(queue, ids.length);
    const seconds = (performance.now() - started) / 1000;
    const sumOf = (name: "documents" | "encoded") => done.reduce((sum, result) => sum + result[name], 0);
    return {
      documents,
      jobs: ids.length,
      jobsDone: done.length,
      documentsDone: sumOf("documents"),
      passes: sumOf("encoded"),
      entries: (await client.keys(`*cs3-${"?".repeat(64)}`)).length,
      wrong: await countWrong(texts, local, store),
      seconds,
    };
  } finally {
    await Promise.all(children.map(endWorker));
    await queue.close();
    await store.disconnect(true);
    await local.close();
    await server.stop();
  }
}

/**
 * What the queue says of its jobs once each is done or given up. A worker's own message would not do: the one that is killed
 * may have finished a job that it has not told of yet.
 */
async function untilAllDone(queue: Queue, jobs: number): Promise<EncodeJobResult[]> {
  for (;;) {
    const { completed = 0, failed = 0 } = await queue.getJobCounts("completed", "failed");
    if (completed + failed >= jobs) break;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const done = await queue.getJobs("completed");
  return done.map((job) => job.returnvalue as EncodeJobResult);
}

function killAtFirstJob(children: readonly ChildProcess[]): void {
  for (const child of children) child.on("message", () => children[0]?.kill("SIGKILL"));
}

async function countWrong(
  texts: readonly string[],
  { folder, sieve }: Awaited<ReturnType<typeof openFakeSieve>>,
  store: KeyvRedis<string>,
): Promise<number> {
  const backend = fakeBackend();
  const reader = await createSieve({ model: folder, cache: keyvCache(new Keyv(store)), backend: () => backend });
  let wrong = 0;
  for (const text of texts) {
    const stored = await reader.compress({ documents: [text], rate: 0.3 });
    const own = await sieve.compress({ documents: [text], rate: 0.3 });
    if (stored.timings.cacheMisses > 0 || stored.text !== own.text) wrong += 1;
  }
  await reader.dispose();
  return wrong;
}

async function startWorker(url: string, model: string): Promise<ChildProcess> {
  const child = fork(SCRIPT, [url, model, QUEUE], { execArgv: ["--import", "tsx"] });
  await once(child, "message");
  return child;
}

async function endWorker(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.send("end");
  await exited;
}
