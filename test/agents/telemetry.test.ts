import { metrics, type Span, trace } from "@opentelemetry/api";
import { afterEach, describe, expect, it } from "vitest";
import { traced } from "../../src/agents/telemetry.js";

afterEach(() => {
  trace.disable();
  metrics.disable();
});

describe("traced", () => {
  it("only runs where no SDK listens", async () => {
    expect(await traced("contextsieve.history", async () => 7)).toBe(7);
  });

  it("makes a span with the tokens before and after, and counts what was removed and kept", async () => {
    const seen: unknown[] = [];
    const span = {
      setAttributes: (attributes: object) => seen.push(attributes),
      setStatus: (status: object) => seen.push(status),
      recordException: (error: Error) => seen.push(error.message),
      end: () => seen.push("end"),
    } as unknown as Span;
    const startActiveSpan = (name: string, run: (own: Span) => unknown) => {
      seen.push(name);
      return run(span);
    };
    trace.setGlobalTracerProvider({ getTracer: () => ({ startActiveSpan, startSpan: () => span }) as never });
    const createCounter = (name: string) => ({ add: (value: number) => seen.push(`${name} ${value}`) });
    metrics.setGlobalMeterProvider({ getMeter: () => ({ createCounter }) as never });

    await traced(
      "contextsieve.history",
      async () => 7,
      () => ({ tokensBefore: 100, tokensAfter: 60 }),
    );
    expect(seen).toEqual([
      "contextsieve.history",
      { "contextsieve.tokens.before": 100, "contextsieve.tokens.after": 60 },
      "contextsieve.tokens.removed 40",
      "contextsieve.tokens.kept 60",
      "end",
    ]);

    seen.length = 0;
    await expect(traced("contextsieve.history", () => Promise.reject(new Error("gone")))).rejects.toThrowError("gone");
    expect(seen).toEqual(["contextsieve.history", "gone", { code: 2 }, "end"]);
  });
});
