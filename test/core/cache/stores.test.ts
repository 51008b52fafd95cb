import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import KeyvRedis, { createKeyv } from "@keyv/redis";
import Keyv from "keyv";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folderCache } from "../../../src/core/cache/folder.js";
import { keyvCache } from "../../../src/core/cache/keyv.js";
import { memoryCache } from "../../../src/core/cache/memory.js";
import { freePort, hasRedisServer, type RedisServer, startRedisServer } from "../../contract/redis-server.js";
import { expectSameBits, type OpenCache, scoreCacheContract, scoresOf } from "../../contract/score-cache.js";
import { sqliteStore } from "../../contract/sqlite-store.js";

/** A cache over a Keyv instance, and the way past it. */
function openKeyv(keyv: Keyv, close: () => Promise<void>): OpenCache {
  return {
    cache: keyvCache(keyv),
    read: (key) => keyv.get(key),
    async write(key, stored) {
      await keyv.set(key, stored);
    },
    close,
  };
}

scoreCacheContract("in memory", async () => ({ cache: memoryCache(), close: async () => {} }));

scoreCacheContract("in a folder", async () => {
  const folder = await mkdtemp(join(tmpdir(), "scores-"));
  const pathOf = (key: string): string => join(folder, key.slice(0, 6), `${key}.bin`);
  return {
    cache: folderCache(folder),
    read: (key) => readFile(pathOf(key), "latin1"),
    async write(key, stored) {
      await mkdir(dirname(pathOf(key)), { recursive: true });
      await writeFile(pathOf(key), String(stored), "latin1");
    },
    close: () => rm(folder, { recursive: true }),
  };
});

it.skipIf(process.platform !== "linux")("scores in a folder that cannot be made are lost, at once", async () => {
  const cache = folderCache("/proc/contextsieve/scores");
  await cache.set("key", scoresOf(3, 0, 0));
  expect(await cache.get("key")).toBeUndefined();
});

scoreCacheContract("in Keyv over a Map", async () => openKeyv(new Keyv(), async () => {}));

scoreCacheContract("in Keyv over a Map, unserialized", async () => {
  const keyv = new Keyv({ store: new Map() });
  keyv.serialize = undefined;
  keyv.deserialize = undefined;
  return openKeyv(keyv, async () => {});
});

scoreCacheContract("in Keyv over SQLite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sqlite-"));
  const keyv = new Keyv({ store: sqliteStore(join(folder, "scores.db")) });
  return openKeyv(keyv, async () => {
    await keyv.disconnect();
    await rm(folder, { recursive: true });
  });
});

describe("scores in a SQLite file", () => {
  it("are there for the next process to find", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sqlite-"));
    const file = join(folder, "scores.db");
    const first = new Keyv({ store: sqliteStore(file) });
    await keyvCache(first, { namespace: "my-app" }).set("cs3-a", scoresOf(500, 25, 384));
    await first.disconnect();
    const second = new Keyv({ store: sqliteStore(file) });
    expectSameBits(await keyvCache(second, { namespace: "my-app" }).get("cs3-a"), scoresOf(500, 25, 384));
    expect(await keyvCache(second).get("cs3-a")).toBeUndefined();
    await second.disconnect();
    await rm(folder, { recursive: true });
  });
});

describe.skipIf(!hasRedisServer())(
  "with a real Redis server (skipped where redis-server is not installed)",
  { timeout: 30_000 },
  () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await startRedisServer();
    });
    afterAll(() => server.stop());

    scoreCacheContract("in Keyv over Redis", async () => {
      const keyv = createKeyv(server.url);
      await keyv.clear();
      return openKeyv(keyv, () => keyv.disconnect());
    });

    it("misses, and goes on, when the server is killed between two calls", async () => {
      const own = await startRedisServer();
      const store = new KeyvRedis(own.url);
      const keyv = new Keyv({ store });
      keyv.on("error", () => {});
      const cache = keyvCache(keyv, { timeoutMs: 300 });
      await cache.set("cs3-a", scoresOf(3, 1, 8));
      expectSameBits(await cache.get("cs3-a"), scoresOf(3, 1, 8));
      await own.stop();
      expect(await cache.get("cs3-a")).toBeUndefined();
      await cache.set("cs3-a", scoresOf(3, 1, 8));
      await store.disconnect(true);
    });
  },
);

describe("a Redis server that was never there", { timeout: 30_000 }, () => {
  it("is a miss within the time limit, and one wait for all documents", async () => {
    const store = new KeyvRedis(`redis://127.0.0.1:${await freePort()}`);
    const keyv = new Keyv({ store });
    keyv.on("error", () => {});
    const errors: unknown[] = [];
    const cache = keyvCache(keyv, { timeoutMs: 300, onError: (error) => errors.push(error) });
    const start = performance.now();
    await cache.set("cs3-a", scoresOf(3, 1, 8));
    for (let index = 0; index < 20; index += 1) expect(await cache.get(`cs3-${index}`)).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(2000);
    expect(errors.length).toBeGreaterThanOrEqual(1);
    await store.disconnect(true);
  });
});
