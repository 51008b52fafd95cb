// A worker of a BullMQ queue: encodes the documents of its jobs into the Redis cache that all workers share.
import KeyvRedis, { createClient } from "@keyv/redis";
import { Worker } from "bullmq";
import Keyv from "keyv";
import { type EncodeJobData, type EncodeJobResult, encodeProcessor } from "../../src/bulk/index.js";
import { createSieve, keyvCache, redisLock } from "../../src/core/index.js";
import { fakeBackend } from "../support/fake-backend.js";

const [url, model, queue] = process.argv.slice(2) as [string, string, string];
/** What a pass of the model takes here, in milliseconds. */
const PASS_MS = 8;

const client = createClient({ url });
const lock = redisLock((command) => client.sendCommand(command));
const cache = keyvCache(new Keyv(new KeyvRedis(client)), { lock, leaseMs: 1000 });
const backend = fakeBackend({ before: () => new Promise((resolve) => setTimeout(resolve, PASS_MS)) });
const sieve = await createSieve({ model, cache, backend: () => backend });
const worker = new Worker<EncodeJobData, EncodeJobResult>(queue, encodeProcessor({ sieve }), {
  connection: { url, maxRetriesPerRequest: null },
  concurrency: 2,
  // A job whose worker was killed goes to another after this, in milliseconds.
  lockDuration: 1500,
  stalledInterval: 500,
  // On a busy machine a living worker may be late to renew its lock.
  maxStalledCount: 10,
});
worker.on("completed", () => process.send?.("done"));
worker.on("error", () => undefined);
process.on("message", async () => {
  await worker.close();
  await sieve.dispose();
  process.exit(0);
});
await worker.waitUntilReady();
process.send?.("ready");
