import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import KeyvRedis from "@keyv/redis";
import { Queue } from "bullmq";
import Keyv from "keyv";
import { expect, it } from "vitest";
import { addEncodeJobs, type EncodeJobResult } from "../../src/bulk/index.js";
import { createSieve, keyvCache } from "../../src/core/index.js";
import { fleetText } from "../contract/fleet.js";
import { hasRedisServer, startRedisServer } from "../contract/redis-server.js";
import { fakeBackend } from "../support/fake-backend.js";
import { openFakeSieve } from "../support/fake-sieve.js";

const WORKERS = 4;
const DOCUMENTS = 240;
const BATCH_SIZE = 6;
const QUEUE = "encode";
const SCRIPT = fileURLToPath(new URL("../contract/bulk-worker.ts", import.meta.url));

it.skipIf(!hasRedisServer())(
  "four workers on one Redis, one killed in the middle: every document is in the cache once, and right",
  { timeout: 90_000 },
  async () => {
    const server = await startRedisServer();
    const local = await openFakeSieve();
    const queue = new Queue(QUEUE, { connection: { url: server.url } });
    const texts = Array.from({ length: DOCUMENTS }, (_, index) => fleetText(index));
    const ids = await addEncodeJobs(queue, texts, { batchSize: BATCH_SIZE });
    // As a producer that is run twice.
    await addEncodeJobs(queue, texts, { batchSize: BATCH_SIZE });

    const children = await Promise.all(Array.from({ length: WORKERS }, () => startWorker(server.url, local.folder)));
    const results = new Map<string, EncodeJobResult>();
    await new Promise<void>((resolve) => {
      for (const [index, child] of children.entries()) {
        child.on("message", (result: EncodeJobResult & { id: string }) => {
          results.set(result.id, result);
          if (index === 0 && !child.killed) child.kill("SIGKILL");
          if (results.size === ids.length) resolve();
        });
      }
    });
    expect(children[0]?.killed).toBe(true);
    expect([...results.keys()].sort()).toEqual([...ids].sort());
    const jobs = [...results.values()];
    expect(jobs.reduce((sum, { documents }) => sum + documents, 0)).toBe(DOCUMENTS);
    // What the killed one had stored is known to whoever takes its job over.
    expect(jobs.reduce((sum, { encoded }) => sum + encoded, 0)).toBeLessThanOrEqual(DOCUMENTS);

    const store = new KeyvRedis(server.url);
    const client = await store.getClient();
    expect((await (client as { keys(pattern: string): Promise<string[]> }).keys("*cs3-*")).length).toBe(DOCUMENTS);
    const backend = fakeBackend();
    const reader = await createSieve({
      model: local.folder,
      cache: keyvCache(new Keyv(store)),
      backend: () => backend,
    });
    for (const text of texts) {
      const result = await reader.compress({ documents: [text], rate: 0.3 });
      expect(result.timings.cacheMisses).toBe(0);
      expect(result.text).toBe((await local.sieve.compress({ documents: [text], rate: 0.3 })).text);
    }
    await Promise.all(children.slice(1).map(endWorker));
    await reader.dispose();
    await queue.close();
    await store.disconnect(true);
    await local.close();
    await server.stop();
  },
);

async function startWorker(url: string, model: string): Promise<ChildProcess> {
  const child = fork(SCRIPT, [url, model, QUEUE], { execArgv: ["--import", "tsx"] });
  await once(child, "message");
  return child;
}

async function endWorker(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.send("end");
  await exited;
}
