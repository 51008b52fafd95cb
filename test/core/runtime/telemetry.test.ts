import { metrics, type Span, trace } from "@opentelemetry/api";
import { afterEach, describe, expect, it } from "vitest";
import { createBatcher } from "../../../src/core/model/batcher.js";
import { measure, openTelemetry, traced } from "../../../src/core/runtime/telemetry.js";
import { fakeBackend } from "../../support/fake-backend.js";
import { openFakeSieve } from "../../support/fake-sieve.js";

afterEach(() => {
  trace.disable();
  metrics.disable();
});

/** Listens to spans and measurements. */
function listen() {
  const spans: { name: string; attributes: object; error?: string }[] = [];
  const values = new Map<string, { value: number; labels: object | undefined; unit: string }[]>();
  const startActiveSpan = (name: string, run: (own: Span) => unknown) => {
    const own: (typeof spans)[number] = { name, attributes: {} };
    return run({
      setAttributes: (attributes: object) => Object.assign(own.attributes, attributes),
      setStatus: () => undefined,
      recordException: (error: Error) => Object.assign(own, { error: error.message }),
      end: () => spans.push(own),
    } as unknown as Span);
  };
  trace.setGlobalTracerProvider({ getTracer: () => ({ startActiveSpan }) as never });
  const instrument = (name: string, { unit }: { unit: string }) => {
    const record = (value: number, labels?: object) => {
      values.set(name, [...(values.get(name) ?? []), { value, labels, unit }]);
    };
    return { add: record, record };
  };
  metrics.setGlobalMeterProvider({
    getMeter: () => ({ createCounter: instrument, createHistogram: instrument }) as never,
  });
  return { spans, values };
}

describe("spans", () => {
  it("are none where no SDK listens: the work is done all the same", async () => {
    expect(await traced("history", async () => 7)).toBe(7);
    await expect(traced("history", () => Promise.reject(new Error("gone")))).rejects.toThrowError("gone");
  });

  it("hold what is known of the outcome, or the error", async () => {
    const { spans } = listen();
    await traced(
      "history",
      async () => 7,
      (value) => ({ seven: value }),
    );
    await expect(traced("texts", () => Promise.reject(new Error("gone")))).rejects.toThrowError("gone");
    expect(spans).toEqual([
      { name: "contextsieve.history", attributes: { seven: 7 } },
      { name: "contextsieve.texts", attributes: {}, error: "gone" },
    ]);
  });
});

describe("measurements", () => {
  it("go to the SDK that is there, also if it came after the first of them", async () => {
    await openTelemetry();
    measure("tokens.in", 1);
    const first = listen();
    measure("tokens.in", 2, { device: "cpu" });
    metrics.disable();
    const second = listen();
    measure("tokens.in", 3);
    measure("encoder.throughput", Number.POSITIVE_INFINITY);
    expect([...first.values]).toEqual([
      ["contextsieve.tokens.in", [{ value: 2, labels: { device: "cpu" }, unit: "{token}" }]],
    ]);
    expect([...second.values]).toEqual([
      ["contextsieve.tokens.in", [{ value: 3, labels: undefined, unit: "{token}" }]],
    ]);
  });

  it("of a run tell its windows, its padding and its speed", async () => {
    await openTelemetry();
    const { values } = listen();
    const batcher = createBatcher(fakeBackend(), { device: "cpu" });
    const window = (tokens: number) => ({
      inputIds: new Int32Array(tokens).fill(5),
      tokenTypeIds: new Int32Array(tokens),
      ...{ firstWord: 0, endWord: 0, firstPiece: 0 },
    });
    await Promise.all([batcher.submit(window(30)), batcher.submit(window(20))]);
    const told = (name: string) => values.get(`contextsieve.${name}`)?.map(({ value }) => value);
    expect(told("batch.size")).toEqual([2]);
    expect(told("batch.padding")?.[0]).toBeCloseTo(1 - 50 / 60);
    expect(told("encoder.tokens")).toEqual([50]);
    expect(told("queue.wait")?.length).toBe(2);
    expect(told("encoder.throughput")?.[0]).toBeCloseTo(50 / (told("encoder.duration")?.[0] as number));
    for (const own of values.values()) for (const { labels } of own) expect(labels).toEqual({ device: "cpu" });
  });

  it("of a compression tell what went in and came out, the ceiling, the cache and the device", async () => {
    const { sieve, close } = await openFakeSieve();
    await openTelemetry();
    const { spans, values } = listen();
    const documents = ["The first note. It says little.", "The second note. It says no more than that."];
    const result = await sieve.compress({ documents, maxTokens: 10 });
    await close();
    expect(spans).toEqual([
      {
        name: "contextsieve.compress",
        attributes: {
          "contextsieve.device": sieve.info.device,
          "contextsieve.model": sieve.info.model,
          "contextsieve.cache.hits": 0,
          "contextsieve.cache.misses": 2,
          "contextsieve.tokens.in": result.originalTokens,
          "contextsieve.tokens.out": result.tokens,
          "contextsieve.documents.out": result.documents.length,
          "contextsieve.ceiling": 10,
        },
      },
    ]);
    const sums = Object.fromEntries(
      [...values].map(([name, own]) => [name, own.reduce((sum, { value }) => sum + value, 0)]),
    );
    expect(sums).toMatchObject({
      "contextsieve.tokens.in": result.originalTokens,
      "contextsieve.tokens.out": result.tokens,
      "contextsieve.compress.ceiling": 10,
      "contextsieve.cache.misses": 2,
    });
  });
});
