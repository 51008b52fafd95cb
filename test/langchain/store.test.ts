import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalFileStore } from "@langchain/classic/storage/file_system";
import { InMemoryStore } from "@langchain/classic/storage/in_memory";
import type { BaseStore } from "@langchain/core/stores";
import { describe, expect, it } from "vitest";
import { createSieve, InvalidOptionError } from "../../src/core/index.js";
import { SieveStore } from "../../src/langchain/index.js";
import { expectSameBits, type OpenCache, scoreCacheContract, scoresOf } from "../contract/score-cache.js";
import { harbourDocuments } from "./texts.js";

/** A cache over a LangChain store, and the way past it. */
function open(store: BaseStore<string, Uint8Array>, close: () => Promise<void>): OpenCache {
  return {
    cache: new SieveStore(store),
    async read(key) {
      const [bytes] = await store.mget([key]);
      return bytes && Buffer.from(bytes).toString("latin1");
    },
    write: (key, stored) => store.mset([[key, Buffer.from(String(stored), "latin1")]]),
    close,
  };
}

async function openFolder(): Promise<{ store: LocalFileStore; close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "contextsieve-"));
  return { store: await LocalFileStore.fromPath(folder), close: () => rm(folder, { recursive: true }) };
}

scoreCacheContract("in LangChain's InMemoryStore", async () => open(new InMemoryStore<Uint8Array>(), async () => {}));

scoreCacheContract("in LangChain's LocalFileStore", async () => {
  const { store, close } = await openFolder();
  return open(store, close);
});

describe("SieveStore", { timeout: 120_000 }, () => {
  it("carries scores from one process to the next in a LocalFileStore, whose keys allow few signs", async () => {
    const { store, close } = await openFolder();
    const texts = harbourDocuments().map(({ pageContent }) => pageContent);
    const options = { namespace: "team.a_1-b" };
    const first = await createSieve({ cache: new SieveStore(store, options) });
    expect(await first.encode(texts)).toEqual({ cacheHits: 0, cacheMisses: 3 });
    const result = await first.compress({ documents: texts, query: "wind", maxTokens: 40 });
    const second = await createSieve({ cache: new SieveStore(store, options) });
    expect(await second.encode(texts)).toEqual({ cacheHits: 3, cacheMisses: 0 });
    expect((await second.compress({ documents: texts, query: "wind", maxTokens: 40 })).text).toBe(result.text);
    const keys: string[] = [];
    for await (const key of store.yieldKeys("team.a_1-b-")) keys.push(key);
    expect(keys).toHaveLength(3);
    await Promise.all([first.dispose(), second.dispose()]);
    await close();
  });

  it("takes a store that fails or hangs for an empty one, and tells who asks", async () => {
    const told: unknown[] = [];
    const failing = {
      mget: () => Promise.reject(new Error("down")),
      mset: () => new Promise<void>(() => {}),
    } as unknown as BaseStore<string, Uint8Array>;
    const cache = new SieveStore(failing, { timeoutMs: 20, onError: (error) => told.push(error) });
    expect(await cache.get("cs3-a")).toBeUndefined();
    await cache.set("cs3-a", scoresOf(3, 1, 4));
    expect(told).toHaveLength(2);
  });

  it("shares a store with others by a namespace", async () => {
    const store = new InMemoryStore<Uint8Array>();
    const [one, other] = [new SieveStore(store, { namespace: "one" }), new SieveStore(store, { namespace: "other" })];
    await one.set("cs3-a", scoresOf(3, 1, 4));
    expect(await other.get("cs3-a")).toBeUndefined();
    expectSameBits(await one.get("cs3-a"), scoresOf(3, 1, 4));
    expect(() => new SieveStore(store, { namespace: "a/b" })).toThrowError(InvalidOptionError);
  });
});
