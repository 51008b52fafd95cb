// A process of a fleet: encodes and cuts the documents it is told to, over the Redis cache that all share.
import KeyvRedis, { createClient } from "@keyv/redis";
import Keyv from "keyv";
import { createSieve, keyvCache, redisLock } from "../../src/core/index.js";
import { fakeBackend } from "../support/fake-backend.js";
import { fleetText } from "./fleet.js";

const [url, model] = process.argv.slice(2) as [string, string];
/** What a pass of the model takes here, in milliseconds: long enough for two processes to meet. */
const PASS_MS = 8;
const AT_ONCE = 4;

const client = createClient({ url });
client.on("error", () => undefined);
const store = new KeyvRedis(client, { throwOnConnectError: false });
const keyv = new Keyv({ store });
keyv.on("error", () => undefined);
const lock = redisLock((command) => client.sendCommand(command));
const cache = keyvCache(keyv, { lock, timeoutMs: 500, retryMs: 200, ttlMs: 3_600_000 });
const backend = fakeBackend({ before: () => new Promise((resolve) => setTimeout(resolve, PASS_MS)) });
const sieve = await createSieve({ model, cache, backend: () => backend });

/** What a process says of one document: what is left of it, and whether it took a pass. */
async function cut(index: number) {
  const { text, timings } = await sieve.compress({ documents: [fleetText(index)], rate: 0.3 });
  return { index, text, encoded: timings.cacheMisses };
}

process.on("message", async (task: { from: number; to: number } | "ping" | "end") => {
  if (task === "end") {
    await sieve.dispose();
    await store.disconnect(true);
    process.exit(0);
  }
  if (task === "ping") {
    // What was set is there: this process sees the server.
    const name = `ping-${process.pid}-${Date.now()}`;
    await Promise.race([keyv.set(name, "1"), new Promise((resolve) => setTimeout(resolve, 500))]);
    const answer = await Promise.race([keyv.get(name), new Promise((resolve) => setTimeout(resolve, 500))]);
    process.send?.({ isUp: answer === "1" });
    return;
  }
  let next = task.from;
  const work = async () => {
    while (next < task.to) process.send?.(await cut(next++));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  process.send?.({ done: true });
});
process.send?.({ done: true });
