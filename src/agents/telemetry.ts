import type { Attributes } from "@opentelemetry/api";

type Api = typeof import("@opentelemetry/api");

/** What is measured of one trim or cut, in tokens. */
export interface TokenFacts {
  tokensBefore: number;
  tokensAfter: number;
}

const SCOPE = "contextsieve";

let api: Promise<Api | undefined> | undefined;

/** `@opentelemetry/api`, if it is installed: without an SDK behind it, it does nothing. */
async function openApi(): Promise<Api | undefined> {
  try {
    // Bundlers take an import for optional where it stands in such a block.
    return await import("@opentelemetry/api");
  } catch {
    return undefined;
  }
}

/**
 * Runs something in a span of its own, and adds the tokens that it took away to the counter `contextsieve.tokens.removed`
 * and those it left to `contextsieve.tokens.kept`. Without `@opentelemetry/api` it only runs.
 *
 * @param measured Takes the facts of the outcome.
 */
export async function traced<Value>(
  name: string,
  run: () => Promise<Value>,
  measured?: (value: Value) => TokenFacts,
): Promise<Value> {
  api ??= openApi();
  const found = await api;
  if (found === undefined) return run();
  const { trace, metrics, SpanStatusCode } = found;
  return trace.getTracer(SCOPE).startActiveSpan(name, async (span) => {
    try {
      const value = await run();
      const facts = measured?.(value);
      if (facts !== undefined) {
        const { tokensBefore, tokensAfter } = facts;
        const attributes: Attributes = {
          "contextsieve.tokens.before": tokensBefore,
          "contextsieve.tokens.after": tokensAfter,
        };
        span.setAttributes(attributes);
        const meter = metrics.getMeter(SCOPE);
        meter
          .createCounter(`${SCOPE}.tokens.removed`, { unit: "{token}" })
          .add(tokensBefore - tokensAfter, { operation: name });
        meter.createCounter(`${SCOPE}.tokens.kept`, { unit: "{token}" }).add(tokensAfter, { operation: name });
      }
      return value;
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
