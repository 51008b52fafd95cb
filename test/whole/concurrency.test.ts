import { afterEach, describe, expect, it, vi } from "vitest";
import { BackendError, type EncodedText, memoryCache, type ScoreCache } from "../../src/core/index.js";
import { type FakeSieve, openFakeSieve } from "../support/fake-sieve.js";
import { closedGate } from "../support/gate.js";
import { watchEventLoop } from "../support/stall.js";
import { PASSAGES } from "../support/texts.js";

const open: FakeSieve[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

async function start(options: Parameters<typeof openFakeSieve>[0] = {}): Promise<FakeSieve> {
  const fake = await openFakeSieve(options);
  open.push(fake);
  return fake;
}

const texts = PASSAGES.map(({ text }) => text);
const soon = () => new Promise(setImmediate);

describe("a call of which one document fails", () => {
  it("asks no more of the encoder for the others", async () => {
    const { sieve, backend } = await start({
      backend: { concurrency: 1, maxBatchRows: 1, before: () => Promise.reject(new BackendError("busy")) },
    });
    const documents = Array.from({ length: 60 }, (_, index) => `${index} ${texts[index % texts.length]}`);
    await expect(sieve.compress({ documents, rate: 0.5 })).rejects.toThrow("busy");
    const asked = backend.batches.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(backend.batches.length).toBeLessThanOrEqual(asked + 1);
  });

  it("asks no more of the encoder for the rest of that document, nor for the question", async () => {
    const { sieve, backend } = await start({
      backend: { concurrency: 1, maxBatchRows: 1, before: () => Promise.reject(new BackendError("busy")) },
    });
    const documents = [Array.from({ length: 60 }, () => texts[0]).join("\n\n")];
    await expect(sieve.compress({ documents, rate: 0.5, query: "Who?" })).rejects.toThrow("busy");
    const asked = backend.batches.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(backend.batches.length).toBeLessThanOrEqual(asked + 1);
    expect(backend.batches.length).toBeLessThan(5);
  });

  it("does not take another call's copy of a document with it", async () => {
    const gate = closedGate();
    const { sieve } = await start({
      backend: {
        concurrency: 1,
        maxBatchRows: 1,
        before: async (run) => {
          await gate.wait;
          if (run === 0) throw new BackendError("busy");
        },
      },
    });
    const [bad, shared] = ["A document that meets trouble.", "A document that both calls have."];
    const failing = sieve.encode([bad, shared]);
    const other = sieve.encode([shared]);
    await soon();
    gate.open();
    await expect(failing).rejects.toThrow("busy");
    expect(await other).toEqual({ cacheHits: 0, cacheMisses: 1 });
  });
});

describe("an aborted call", () => {
  it("before it begins does nothing at all", async () => {
    const { sieve, backend } = await start();
    const tokenizer = vi.fn((text: string) => text.length);
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(sieve.compress({ documents: texts, rate: 0.5, tokenizer, signal })).rejects.toThrow("too late");
    await expect(sieve.encode(texts, { signal })).rejects.toThrow("too late");
    await expect(sieve.embedDocuments(texts, { signal })).rejects.toThrow("too late");
    await expect(sieve.embedQuery("q", { signal })).rejects.toThrow("too late");
    expect([backend.batches, tokenizer.mock.calls]).toEqual([[], []]);
  });

  it("while it is encoded ends at once with the signal's reason, and its windows leave the queue", async () => {
    const gate = closedGate();
    const { sieve, backend } = await start({ backend: { concurrency: 1, maxBatchRows: 1, before: () => gate.wait } });
    const controller = new AbortController();
    const call = sieve.compress({ documents: texts, rate: 0.5, signal: controller.signal });
    while (backend.batches.length === 0) await soon();
    const reason = new DOMException("The user left.", "AbortError");
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    const other = sieve.compress({ documents: ["Another call, which has the queue to itself now."], rate: 0.5 });
    gate.open();
    await other;
    expect(backend.batches.length).toBeLessThanOrEqual(2);
  });

  it("while its tokens are counted, valued or fitted ends with the signal's reason", async () => {
    const { sieve } = await start();
    const whole = await countCalls(sieve);
    expect(whole).toBeGreaterThan(6);
    for (let at = 1; at < whole; at += 1) {
      const controller = new AbortController();
      let calls = 0;
      const tokenizer = async (text: string) => {
        calls += 1;
        if (calls === at) controller.abort(new Error("enough"));
        return text.length;
      };
      const outcome = await sieve
        .compress({ documents: texts.slice(0, 3), maxTokens: 500, tokenizer, signal: controller.signal })
        .catch((error: Error) => error);
      expect(outcome, `aborted at call ${at} of ${whole}`).toBeInstanceOf(Error);
      expect((outcome as Error).message).toBe("enough");
      expect(calls - at).toBeLessThanOrEqual(4);
    }
  });

  it("after it ended changes nothing", async () => {
    const { sieve } = await start();
    const controller = new AbortController();
    const result = await sieve.compress({ documents: texts.slice(0, 2), rate: 0.5, signal: controller.signal });
    controller.abort();
    expect(result.tokens).toBeGreaterThan(0);
    expect((await sieve.compress({ documents: texts.slice(0, 2), rate: 0.5 })).text).toBe(result.text);
  });

  it("while it waits for the question alone ends at once", async () => {
    const gate = closedGate();
    let isShut = false;
    const { sieve } = await start({
      backend: { before: () => (isShut ? gate.wait : undefined) },
      sieve: { cache: memoryCache() },
    });
    await sieve.encode(texts.slice(0, 2));
    isShut = true;
    const controller = new AbortController();
    const call = sieve.compress({
      documents: texts.slice(0, 2),
      rate: 0.5,
      query: "Which one?",
      signal: controller.signal,
    });
    await soon();
    await soon();
    controller.abort(new Error("no need"));
    await expect(call).rejects.toThrow("no need");
    gate.open();
  });

  it("prints no warning, though its signal is shared by many documents and calls", async () => {
    const warnings: string[] = [];
    const listen = (warning: Error) => warnings.push(warning.message);
    process.on("warning", listen);
    const { sieve } = await start();
    const { signal } = new AbortController();
    await Promise.all(
      Array.from({ length: 20 }, (_, call) =>
        sieve.compress({ documents: texts.slice(call, call + 12), rate: 0.5, signal }),
      ),
    );
    await soon();
    process.off("warning", listen);
    expect(warnings).toEqual([]);
  });
});

async function countCalls(sieve: FakeSieve["sieve"]): Promise<number> {
  let calls = 0;
  await sieve.compress({
    documents: texts.slice(0, 3),
    maxTokens: 500,
    tokenizer: async (text) => {
      calls += 1;
      return text.length;
    },
  });
  return calls;
}

describe("the same text", () => {
  it("asked for twice at once is encoded once, and both have it", async () => {
    const gate = closedGate();
    const { sieve, backend } = await start({ backend: { before: () => gate.wait } });
    const calls = Array.from({ length: 5 }, () =>
      sieve.compress({ documents: [texts[0] as string, texts[0] as string], rate: 0.5 }),
    );
    await soon();
    gate.open();
    const results = await Promise.all(calls);
    expect(new Set(results.map(({ text }) => text)).size).toBe(1);
    const rows = backend.batches.flat().length;
    const alone = await start();
    await alone.sieve.encode([texts[0] as string]);
    expect(rows).toBe(alone.backend.batches.flat().length);
  });

  it("goes on for the one who stays when the other is aborted, and stops when all are", async () => {
    const gate = closedGate();
    const { sieve, backend } = await start({
      backend: { concurrency: 1, maxBatchRows: 1, before: (run) => (run === 0 ? gate.wait : undefined) },
    });
    const [first, second] = [new AbortController(), new AbortController()];
    const long = texts.slice(0, 8).join("\n\n");
    const leaving = sieve.encode([long], { signal: first.signal });
    const staying = sieve.encode([long], { signal: second.signal });
    while (backend.batches.length === 0) await soon();
    first.abort(new Error("left"));
    await expect(leaving).rejects.toThrow("left");
    gate.open();
    expect(await staying).toEqual({ cacheHits: 0, cacheMisses: 1 });
    const rows = backend.batches.length;
    const gone = new AbortController();
    const another = texts.slice(8, 24).join("\n\n");
    const call = sieve.encode([another], { signal: gone.signal });
    while (backend.batches.length === rows) await soon();
    gone.abort(new Error("left too"));
    await expect(call).rejects.toThrow("left too");
    await soon();
    await sieve.encode(["A short one behind it."]);
    expect(backend.batches.length - rows).toBeLessThanOrEqual(4);
  });

  it("is encoded again after a failure", async () => {
    let isBroken = true;
    const { sieve } = await start({
      backend: {
        before: () => {
          if (isBroken) throw new Error("no memory");
        },
      },
    });
    const calls = await Promise.allSettled(Array.from({ length: 3 }, () => sieve.encode([texts[0] as string])));
    for (const call of calls) expect(call).toMatchObject({ status: "rejected", reason: expect.any(BackendError) });
    isBroken = false;
    expect(await sieve.encode([texts[0] as string])).toEqual({ cacheHits: 0, cacheMisses: 1 });
  });
});

describe("sixty-four callers at once", () => {
  it("share batches, get what each would get alone, and leave the event loop its turns (the longest stall is printed)", async () => {
    const { sieve, backend } = await start();
    const requests = Array.from({ length: 64 }, (_, caller) => ({
      documents: [texts[caller % texts.length] as string, texts[(caller * 7 + 3) % texts.length] as string],
      maxTokens: 40 + caller,
      ...(caller % 2 === 0 ? { query: `What does number ${caller} say?` } : {}),
    }));
    const watch = watchEventLoop();
    const together = await Promise.all(requests.map((request) => sieve.compress(request)));
    console.info(`64 callers: longest stall of the event loop ${watch.stop().toFixed(0)} ms with a fake encoder`);
    const rows = backend.batches.flat().length;
    expect(backend.batches.length).toBeLessThan(rows / 2);
    const alone = await start();
    for (const [caller, request] of requests.entries()) {
      const { timings: _, ...own } = await alone.sieve.compress(request);
      const { timings: __, ...shared } = together[caller] as (typeof together)[number];
      expect(shared).toEqual(own);
    }
  });

  it("all hear of a backend that fails, and none waits for ever", async () => {
    const { sieve } = await start({ backend: { before: () => Promise.reject(new Error("died")) } });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 64 }, (_, caller) =>
        sieve.compress({ documents: [texts[caller % texts.length] as string], rate: 0.5 }),
      ),
    );
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: "rejected", reason: expect.any(BackendError) });
  });
});

describe("the cache", () => {
  function recordingCache(): ScoreCache & { gets: string[]; entries: Map<string, EncodedText> } {
    const entries = new Map<string, EncodedText>();
    const gets: string[] = [];
    return {
      gets,
      entries,
      get(key) {
        gets.push(key);
        return entries.get(key);
      },
      set: (key, value) => void entries.set(key, value),
    };
  }

  it("is filled by encode: a question over encoded documents costs one run, and no document's", async () => {
    const cache = recordingCache();
    const { sieve, backend } = await start({ sieve: { cache } });
    expect(await sieve.encode(texts.slice(0, 5))).toEqual({ cacheHits: 0, cacheMisses: 5 });
    expect(cache.entries.size).toBe(5);
    for (const key of cache.gets) expect(key).toMatch(/^[a-z0-9_-]+$/u);
    const runs = backend.batches.length;
    const { timings } = await sieve.compress({ documents: texts.slice(0, 5), rate: 0.3, query: "Which one is it?" });
    expect([timings.cacheHits, timings.cacheMisses, backend.batches.length - runs]).toEqual([5, 0, 1]);
  });

  it("is asked for no more than 1,024 texts of a call at once: thousands do not lie in memory half read", async () => {
    let underWay = 0;
    let most = 0;
    const cache: ScoreCache = {
      async get() {
        underWay += 1;
        most = Math.max(most, underWay);
        await soon();
        return undefined;
      },
      set: () => {
        underWay -= 1;
      },
    };
    const { sieve } = await start({ sieve: { cache } });
    const documents = Array.from({ length: 2500 }, (_, index) => `Crate ${index} is full.`);
    expect(await sieve.encode([...documents, ...documents])).toEqual({ cacheHits: 0, cacheMisses: 2500 });
    expect(most).toBeLessThanOrEqual(1024);
    expect(underWay).toBe(0);
  });

  it("serves another sieve of the same model, with the same result as a fresh run", async () => {
    const cache = recordingCache();
    const first = await start({ sieve: { cache } });
    const fresh = await first.sieve.compress({ documents: texts.slice(0, 4), rate: 0.4 });
    const second = await start({ sieve: { cache } });
    const cached = await second.sieve.compress({ documents: texts.slice(0, 4), rate: 0.4 });
    expect(second.backend.batches).toEqual([]);
    expect(cached.text).toBe(fresh.text);
  });

  it("with an entry that does not fit its text is not believed", async () => {
    const cache = recordingCache();
    const first = await start({ sieve: { cache } });
    const fresh = await first.sieve.compress({ documents: [texts[0] as string], rate: 0.4 });
    const [key] = cache.entries.keys() as unknown as [string];
    const entry = cache.entries.get(key) as EncodedText;
    const foreign: EncodedText[] = [
      { ...entry, keep: entry.keep.subarray(1) },
      { ...entry, core: new Float32Array() },
      { ...entry, pivot: entry.pivot.subarray(1) },
      { ...entry, pivot: undefined } as unknown as EncodedText,
      { ...entry, vectors: entry.vectors.subarray(3) },
      { ...entry, dimension: 8 },
    ];
    for (const value of foreign) {
      cache.entries.set(key, value);
      // A cache of its own over the same store: what is remembered of texts is remembered with the cache.
      const second = await start({ sieve: { cache: { get: cache.get, set: cache.set } } });
      const again = await second.sieve.compress({ documents: [texts[0] as string], rate: 0.4 });
      expect(again.text).toBe(fresh.text);
      expect(again.timings).toMatchObject({ cacheHits: 0, cacheMisses: 1 });
    }
  });

  it("is none where it is switched off: nothing is kept from one call to the next", async () => {
    const { sieve, backend } = await start({ sieve: { cache: false } });
    const { timings } = await sieve.compress({ documents: texts.slice(0, 2), rate: 0.4 });
    expect(timings).toMatchObject({ cacheHits: 0, cacheMisses: 2 });
    const runs = backend.batches.length;
    expect(await sieve.encode(texts.slice(0, 2))).toEqual({ cacheHits: 0, cacheMisses: 2 });
    expect(backend.batches.length).toBe(2 * runs);
  });

  it("of another model is not touched: keys hold the model's fingerprint", async () => {
    const cache = recordingCache();
    const first = await start({ sieve: { cache } });
    await first.sieve.encode([texts[0] as string]);
    const other = await start({ sieve: { cache }, manifest: { name: "another" } });
    expect(await other.sieve.encode([texts[0] as string])).toEqual({ cacheHits: 0, cacheMisses: 1 });
    expect(cache.entries.size).toBe(2);
  });
});

describe("a tokenizer of the caller's own", () => {
  it("that never answers ends with the call's signal", async () => {
    const { sieve } = await start();
    const hanging = () => new Promise<number>(() => undefined);
    const signal = AbortSignal.timeout(50);
    await expect(sieve.compress({ documents: texts, rate: 0.5, tokenizer: hanging, signal })).rejects.toBe(
      await new Promise((resolve) => signal.addEventListener("abort", () => resolve(signal.reason))),
    );
  });

  it("that stops answering while the budget is fitted ends with the call's signal too", async () => {
    const { sieve } = await start();
    const controller = new AbortController();
    let calls = 0;
    const tokenizer = (text: string): Promise<number> => {
      calls += 1;
      if (calls <= texts.length + 3) return Promise.resolve(text.length);
      setImmediate(() => controller.abort(new Error("enough")));
      return new Promise(() => undefined);
    };
    const call = sieve.compress({ documents: texts, rate: 0.5, tokenizer, signal: controller.signal });
    await expect(call).rejects.toThrow("enough");
  });

  it("that takes its time is asked for several texts at once, and no more than eight", async () => {
    const { sieve } = await start();
    let running = 0;
    let most = 0;
    const tokenizer = async (text: string): Promise<number> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running -= 1;
      return text.length;
    };
    const documents = Array.from({ length: 60 }, (_, index) => `${index} ${texts[index % texts.length]}`);
    const { tokens, text } = await sieve.compress({ documents, rate: 0.5, tokenizer });
    expect(tokens).toBe(text.length);
    expect(most).toBe(8);
  });
});

describe("a cache of the caller's own", () => {
  const nan = {
    keep: Float32Array.of(Number.NaN),
    core: Float32Array.of(0),
    pivot: Float32Array.of(0),
    vectors: new Float32Array(0),
    dimension: 0,
  };
  const answers: [string, Partial<ScoreCache>][] = [
    [
      "throws",
      {
        get: () => {
          throw new Error("boom");
        },
        set: () => {
          throw new Error("boom");
        },
      },
    ],
    ["rejects", { get: () => Promise.reject(new Error("boom")), set: () => Promise.reject(new Error("boom")) }],
    ["answers null", { get: () => null as unknown as undefined }],
    ["answers something else", { get: () => ({ keep: [1, 2] }) as unknown as EncodedText }],
    ["answers with numbers that are none", { get: () => nan }],
  ];
  it.each(answers)("that %s has no entry, and the call goes on", async (_, methods) => {
    const bare = await start();
    const { sieve } = await start({ sieve: { cache: { get: () => undefined, set: () => undefined, ...methods } } });
    const request = { documents: ["The ferry leaves at noon."], query: "When?", rate: 0.7 };
    const result = await sieve.compress(request);
    expect(result.timings).toMatchObject({ cacheHits: 0, cacheMisses: 1 });
    expect(result.text).toBe((await bare.sieve.compress(request)).text);
  });

  it("that never answers ends with the call's signal", async () => {
    const { sieve } = await start({
      sieve: { cache: { get: () => new Promise(() => undefined), set: () => undefined } },
    });
    const signal = AbortSignal.timeout(50);
    await expect(sieve.encode(texts, { signal })).rejects.toThrow(/timeout/u);
  });
});
