type Api = typeof import("@opentelemetry/api");

/** What a span or a measurement is labelled with. */
export type Labels = Record<string, string | number | boolean>;

/** Name of the tracer and the meter. */
const SCOPE = "contextsieve";

/** All that is measured, by its name behind `contextsieve.`; docs/observability.md says what each means. */
const INSTRUMENTS = {
  "queue.wait": { kind: "histogram", unit: "s", description: "Time that a window of tokens waited for its run" },
  "batch.size": { kind: "histogram", unit: "{window}", description: "Windows of a run" },
  "batch.padding": { kind: "histogram", unit: "1", description: "Share of a run's tokens that is padding" },
  "encoder.duration": { kind: "histogram", unit: "s", description: "Time that a run took" },
  "encoder.throughput": {
    kind: "histogram",
    unit: "{token}/s",
    description: "Tokens of a run, without padding, a second",
  },
  "encoder.tokens": { kind: "counter", unit: "{token}", description: "Tokens that the model read, without padding" },
  "cache.hits": { kind: "counter", unit: "{document}", description: "Documents whose scores were known" },
  "cache.misses": { kind: "counter", unit: "{document}", description: "Documents that took a pass of the model" },
  "compress.duration": { kind: "histogram", unit: "s", description: "Time that a compression took" },
  "compress.ceiling": { kind: "histogram", unit: "{token}", description: "Ceiling of a compression that had one" },
  "tokens.in": { kind: "counter", unit: "{token}", description: "Tokens of the documents of compressions" },
  "tokens.out": { kind: "counter", unit: "{token}", description: "Tokens of what compressions gave back" },
  "tokens.removed": {
    kind: "counter",
    unit: "{token}",
    description: "Tokens that were taken out of an agent's context",
  },
  "tokens.kept": { kind: "counter", unit: "{token}", description: "Tokens that were left in an agent's context" },
} as const;

/** Name of something that is measured. */
export type InstrumentName = keyof typeof INSTRUMENTS;

let opening: Promise<Api | undefined> | undefined;
let api: Api | undefined;

/**
 * Loads `@opentelemetry/api`, if it is installed and an SDK stands behind it: without one it does nothing, and many
 * programs that never meant to measure have it by way of other packages.
 */
export async function openTelemetry(): Promise<Api | undefined> {
  if (opening === undefined && hasSdk()) opening = importApi();
  return opening;
}

/** An SDK makes itself known to all copies of the API under a global symbol, `opentelemetry.js.api.` and its major version. */
function hasSdk(): boolean {
  return Object.getOwnPropertySymbols(globalThis).some(
    ({ description }) => description?.startsWith("opentelemetry.js.api.") === true,
  );
}

async function importApi(): Promise<Api | undefined> {
  try {
    // Bundlers take an import for optional where it stands in such a block.
    api = await import("@opentelemetry/api");
  } catch {
    api = undefined;
  }
  return api;
}

/** False until {@link openTelemetry} found an SDK: before, nothing need be computed for it. */
export function isMeasuring(): boolean {
  return api !== undefined;
}

type Recorder = (value: number, labels?: Labels) => void;

/** Instruments of the provider they were made by: an SDK may be set up after the first of them. */
const made = new Map<InstrumentName, Recorder>();
let madeBy: unknown;

/** Measures a value: adds to a counter, or records it in a histogram. Nothing where nobody listens. */
export function measure(name: InstrumentName, value: number, labels?: Labels): void {
  if (api === undefined || !Number.isFinite(value)) return;
  const provider = api.metrics.getMeterProvider();
  if (provider !== madeBy) {
    made.clear();
    madeBy = provider;
  }
  const record = made.get(name) ?? makeInstrument(api, name);
  made.set(name, record);
  record(value, labels);
}

function makeInstrument({ metrics }: Api, name: InstrumentName): Recorder {
  const { kind, ...options } = INSTRUMENTS[name];
  const meter = metrics.getMeter(SCOPE);
  if (kind === "counter") {
    const counter = meter.createCounter(`${SCOPE}.${name}`, options);
    return (value, labels) => counter.add(value, labels);
  }
  const histogram = meter.createHistogram(`${SCOPE}.${name}`, options);
  return (value, labels) => histogram.record(value, labels);
}

/**
 * Runs something in a span of its own. Without an SDK it only runs.
 *
 * @param name Behind `contextsieve.`.
 * @param labelsOf Takes the span's attributes from the outcome.
 */
export async function traced<Value>(
  name: string,
  run: () => Promise<Value>,
  labelsOf?: (value: Value) => Labels,
): Promise<Value> {
  const found = await openTelemetry();
  if (found === undefined) return run();
  const { trace, SpanStatusCode } = found;
  return trace.getTracer(SCOPE).startActiveSpan(`${SCOPE}.${name}`, async (span) => {
    try {
      const value = await run();
      if (labelsOf !== undefined) span.setAttributes(labelsOf(value));
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
