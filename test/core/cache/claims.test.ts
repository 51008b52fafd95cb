import { describe, expect, it } from "vitest";
import { keyvCache } from "../../../src/core/cache/keyv.js";
import type { KeyvCacheOptions, ScoreCache, ScoreClaim, ScoreLock } from "../../../src/core/index.js";
import { expectSameBits, scoresOf } from "../../contract/score-cache.js";
import { openFakeSieve } from "../../support/fake-sieve.js";
import { PASSAGES } from "../../support/texts.js";

const scores = scoresOf(10, 2, 4);
const text = PASSAGES[0]?.text as string;
const never = new AbortController().signal;

/** A lock within this process, whose leases end by the clock. */
function localLock(): ScoreLock & { owners: Map<string, { owner: string; until: number }> } {
  const owners = new Map<string, { owner: string; until: number }>();
  const holder = (name: string) => {
    const held = owners.get(name);
    return held && held.until > performance.now() ? held.owner : undefined;
  };
  return {
    owners,
    async take(name, owner, leaseMs) {
      if (holder(name) !== undefined) return false;
      owners.set(name, { owner, until: performance.now() + leaseMs });
      return true;
    },
    async renew(name, owner, leaseMs) {
      if (holder(name) === owner) owners.set(name, { owner, until: performance.now() + leaseMs });
    },
    async free(name, owner) {
      if (holder(name) === owner) owners.delete(name);
    },
  };
}

function openCache(store: Map<string, string>, options: KeyvCacheOptions) {
  const keyv = { get: (key: string) => store.get(key), set: (key: string, value: string) => store.set(key, value) };
  return keyvCache(keyv, options) as Required<ScoreCache>;
}

function isClaim(answer: object): answer is ScoreClaim {
  return "release" in answer;
}

describe("a claim on a text that is not in the cache", () => {
  it("goes to one of many, and the others have the scores that it stores", async () => {
    const store = new Map<string, string>();
    const lock = localLock();
    const caches = Array.from({ length: 8 }, () => openCache(store, { lock }));
    let claims = 0;
    const answers = await Promise.all(
      caches.map(async (cache) => {
        const answer = await cache.claim("cs3-a", never);
        if (!isClaim(answer)) return answer;
        claims += 1;
        await new Promise((resolve) => setTimeout(resolve, 60));
        await cache.set("cs3-a", scores);
        await answer.release();
        return scores;
      }),
    );
    expect(claims).toBe(1);
    for (const answer of answers) expectSameBits(answer, scores);
    expect(lock.owners.size).toBe(0);
  });

  it("passes on when its owner is gone and its lease has ended", async () => {
    const lock = localLock();
    await lock.take("cs3-a.lock", "a process that was killed", 150);
    const started = performance.now();
    const answer = await openCache(new Map(), { lock }).claim("cs3-a", never);
    expect(isClaim(answer)).toBe(true);
    expect(lock.owners.get("cs3-a.lock")?.owner).not.toBe("a process that was killed");
    expect(performance.now() - started).toBeGreaterThan(140);
    if (isClaim(answer)) await answer.release();
  });

  it("is waited for no longer than told", async () => {
    const lock = localLock();
    await lock.take("cs3-a.lock", "a process that hangs", 60_000);
    const started = performance.now();
    const answer = await openCache(new Map(), { lock, waitMs: 200 }).claim("cs3-a", never);
    expect(isClaim(answer)).toBe(true);
    expect(lock.owners.get("cs3-a.lock")?.owner).toBe("a process that hangs");
    expect(performance.now() - started).toBeGreaterThan(190);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it("is kept for as long as the text is encoded, past its lease", async () => {
    const lock = localLock();
    const [first, second] = [openCache(new Map(), { lock, leaseMs: 90 }), openCache(new Map(), { lock, waitMs: 400 })];
    const claim = (await first.claim("cs3-a", never)) as ScoreClaim;
    const owner = lock.owners.get("cs3-a.lock")?.owner;
    await second.claim("cs3-a", never);
    expect(lock.owners.get("cs3-a.lock")?.owner).toBe(owner);
    await claim.release();
  });

  it("ends with the caller's reason, and leaves nothing locked", async () => {
    const lock = localLock();
    await lock.take("cs3-a.lock", "another", 60_000);
    const controller = new AbortController();
    const waiting = openCache(new Map(), { lock }).claim("cs3-a", controller.signal);
    controller.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    expect([...lock.owners.values()].map(({ owner }) => owner)).toEqual(["another"]);
  });

  it("is nobody's where the lock fails: everyone encodes", async () => {
    const fail = () => Promise.reject(new Error("down"));
    const lock: ScoreLock = { take: fail, renew: fail, free: fail };
    expect(isClaim(await openCache(new Map(), { lock }).claim("cs3-a", never))).toBe(true);
  });
});

describe("two sieves on one store", () => {
  it("encode a document once", async () => {
    const [store, lock] = [new Map<string, string>(), localLock()];
    const sieves = await Promise.all([1, 2].map(() => openFakeSieve({ sieve: { cache: openCache(store, { lock }) } })));
    const results = await Promise.all(sieves.map(({ sieve }) => sieve.compress({ documents: [text], rate: 0.4 })));
    expect(results.map(({ timings }) => timings.cacheMisses).sort()).toEqual([0, 1]);
    expect(results[0]?.text).toBe(results[1]?.text);
    for (const { close } of sieves) await close();
  });

  it("do not wait for one whose model fails", async () => {
    const [store, lock] = [new Map<string, string>(), localLock()];
    const backend = {
      before: () => {
        throw new Error("no memory");
      },
    };
    const failing = await openFakeSieve({ backend, sieve: { cache: openCache(store, { lock }) } });
    await expect(failing.sieve.encode([text])).rejects.toThrow("no memory");
    expect(lock.owners.size).toBe(0);
    await failing.close();
  });
});
