import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { BackendError, InvalidOptionError } from "../../../../src/core/errors.js";
import { createSieve } from "../../../../src/core/index.js";
import type { EncoderBatch } from "../../../../src/core/model/backends/backend.js";
import { type RemoteBackendOptions, remoteBackend } from "../../../../src/core/model/backends/remote/remote-backend.js";
import { loadModel } from "../../../../src/core/model/load/manifest.js";
import { encoderBackendContract } from "../../../contract/encoder-backend.js";
import { deterministicInfer, deterministicModel, deterministicValue } from "./deterministic-model.js";
import { type InferenceServer, type InferenceServerOptions, inferenceServer } from "./inference-server.js";
import { onnxInfer } from "./onnx-infer.js";
import { TEST_MODEL } from "./test-model.js";

for (const format of ["binary", "json"] as const) {
  encoderBackendContract(`remote, a formula over ${format} tensors`, async () => {
    const server = await inferenceServer({ infer: deterministicInfer });
    const options = { url: server.url, model: "formula", format, retryDelayMs: 1 };
    return {
      model: deterministicModel,
      backend: await remoteBackend(options)(deterministicModel),
      close: server.close,
    };
  });
}

encoderBackendContract("remote, the real model on a server", async () => {
  const model = await loadModel(TEST_MODEL);
  const server = await inferenceServer({ infer: await onnxInfer(model) });
  return { model, backend: await remoteBackend({ url: server.url, model: "real" })(model), close: server.close };
});

/** Two rows, the second one padded, with garbage in the padding. */
const batch = (): EncoderBatch => ({
  rows: 2,
  length: 4,
  inputIds: Int32Array.from([101, 2023, 2003, 102, 101, 7953, 102, 5555]),
  lengths: Int32Array.from([4, 3]),
  tokenTypeIds: Int32Array.from([0, 3, 1, 0, 0, 2, 0, 0]),
});

let server: InferenceServer;
afterEach(() => server?.close());

async function open(options: Partial<RemoteBackendOptions> = {}, serverOptions: Partial<InferenceServerOptions> = {}) {
  server = await inferenceServer({ infer: deterministicInfer, ...serverOptions });
  const openBackend = remoteBackend({ url: server.url, model: "formula", retryDelayMs: 1, ...options });
  const backend = await openBackend(deterministicModel);
  onTestFinished(() => backend.dispose());
  return backend;
}

describe("what goes over the wire", () => {
  for (const datatype of ["FP32", "FP64"] as const) {
    it(`reads the server's ${datatype} in bytes and in JSON, value for value`, async () => {
      for (const format of ["binary", "json"] as const) {
        const backend = await open({ format }, { datatype });
        const { logits, hidden } = await backend.run(batch());
        const sum = 101 + 2023 + 2003 + 102;
        expect([...logits.subarray(2, 4)]).toEqual([0, 1].map((label) => deterministicValue(2023, 3, sum, label)));
        expect(hidden?.[2 * 8 + 5]).toBe(deterministicValue(2003, 1, sum, 5));
        expect(logits[(4 + 1) * 2]).toBe(deterministicValue(7953, 2, 101 + 7953 + 102, 0));
        await server.close();
      }
    });
  }

  it("posts to the model's inference address, with its version, below the path of the server", async () => {
    const backend = await open();
    await backend.run(batch());
    expect(server.requests[0]?.path).toBe("/v2/models/formula/infer");
    await server.close();
    const versioned = remoteBackend({ url: `${(await fresh()).url}/proxy/`, model: "a b", version: "3" });
    await (await versioned(deterministicModel)).run(batch());
    expect(server.requests[0]?.path).toBe("/proxy/v2/models/a%20b/versions/3/infer");
  });

  it("goes over to JSON for good where a server refuses bytes", async () => {
    const backend = await open({}, { binary: false });
    await backend.run(batch());
    await backend.run(batch());
    expect(server.requests.map(({ format }) => format)).toEqual(["binary", "json", "json"]);
  });

  it("does not go over to JSON where the server took bytes before", async () => {
    const backend = await open();
    await backend.run(batch());
    const bad = batch();
    bad.inputIds[1] = 99_999;
    await expect(backend.run(bad)).rejects.toThrow("token 99999 is not in the vocabulary");
    expect(server.requests.map(({ format }) => format)).toEqual(["binary", "binary"]);
  });

  it("refuses an answer in another shape, or without the outputs, or that is none", async () => {
    const backend = await open(
      {},
      { infer: async () => ({ logits: { shape: [1, 4, 2], data: new Float32Array(8) } }) },
    );
    await expect(backend.run(batch())).rejects.toThrow("Expected the server's `logits` to be 2 x 4 x 2 numbers");
    await server.close();
    const nameless = await open({}, { infer: async () => ({ scores: { shape: [1], data: new Float32Array(1) } }) });
    await expect(nameless.run(batch())).rejects.toThrow("Expected the server's outputs to hold `logits`, got scores.");
    server.intercept = () => ({ status: 200, body: "<html>hello</html>" });
    await expect(nameless.run(batch())).rejects.toThrow("Expected the server to answer with tensors, got 18 bytes");
  });
});

describe("what is no answer in numbers", () => {
  const reply = (logits: unknown[], datatype: string) => ({
    status: 200,
    body: JSON.stringify({
      outputs: [
        { name: "logits", shape: [2, 4, 2], datatype, data: logits },
        { name: "last_hidden_state", shape: [2, 4, 8], datatype: "FP32", data: new Array(64).fill(0) },
      ],
    }),
  });

  it.each([null, true, "1", {}])("is %j among the logits: it is refused, and not taken for a number", async (value) => {
    const backend = await open({ format: "json" });
    server.intercept = () => reply([...new Array(15).fill(0), value], "FP32");
    await expect(backend.run(batch())).rejects.toThrow(
      `Expected the server's \`logits\` to be finite numbers, got ${JSON.stringify(value)}.`,
    );
  });

  it("is infinity, in bytes or as a number too large", async () => {
    const backend = await open({ format: "json" });
    server.intercept = () => reply([...new Array(15).fill(0), 1e300], "FP32");
    await expect(backend.run(batch())).rejects.toThrow("to be finite numbers, got Infinity.");
    await server.close();
    const infinite = await open(
      {
        format: "binary",
      },
      {
        infer: async (inputs) => {
          const outputs = await deterministicInfer(inputs);
          (outputs.logits as { data: Float32Array }).data[3] = Number.NEGATIVE_INFINITY;
          return outputs;
        },
      },
    );
    await expect(infinite.run(batch())).rejects.toThrow("to be finite numbers, got -Infinity.");
  });

  it("is of a type for whole numbers", async () => {
    const backend = await open({ format: "json" });
    server.intercept = () => reply(new Array(16).fill(0), "INT64");
    await expect(backend.run(batch())).rejects.toThrow("to be FP32, FP16 or FP64, got INT64.");
  });
});

async function fresh(): Promise<InferenceServer> {
  server = await inferenceServer({ infer: deterministicInfer });
  return server;
}

describe("a server in trouble", () => {
  it("is asked again while it is busy or cuts the connection, as often as allowed", async () => {
    const backend = await open({ retries: 4 });
    const troubles = [{ status: 503 }, { status: 429 }, { status: 0, cut: true }, { status: 502 }];
    server.intercept = (_, index) => troubles[index];
    await backend.run(batch());
    expect(server.requests).toHaveLength(5);
  });

  it("is given up after the last attempt, with its own words", async () => {
    const backend = await open({ retries: 2 });
    server.intercept = () => ({ status: 503, body: '{"error":"queue full"}' });
    await expect(backend.run(batch())).rejects.toThrow(/Expected http.*\/infer to answer, got HTTP 503: queue full\.$/);
    expect(server.requests).toHaveLength(3);
  });

  it("is not asked again where it says that the request is wrong", async () => {
    const backend = await open({ format: "binary" });
    server.intercept = () => ({ status: 404, body: '{"error":"unknown model"}' });
    await expect(backend.run(batch())).rejects.toThrow("HTTP 404: unknown model");
    expect(server.requests).toHaveLength(1);
  });

  it("is given the time it asks for", async () => {
    const backend = await open();
    server.intercept = (_, index) => (index === 0 ? { status: 429, headers: { "retry-after": "1" } } : undefined);
    const started = performance.now();
    await backend.run(batch());
    expect(performance.now() - started).toBeGreaterThan(990);
  });

  it("that never answers is a BackendError after the time limit", async () => {
    const backend = await open({ timeoutMs: 50 });
    server.intercept = () => ({ status: 0, silent: true });
    await expect(backend.run(batch())).rejects.toThrow("to answer within 50 ms, got nothing");
    expect(server.requests).toHaveLength(1);
  });

  it.each([200, 500])("that answers %i without an end is not read to it", async (status) => {
    const backend = await open({ timeoutMs: 20_000 });
    server.intercept = () => ({ status, endless: "flood" });
    const expected = status === 200 ? /with \d+ bytes at most, got more\.$/u : /got HTTP 500: x+\.$/u;
    await expect(backend.run(batch())).rejects.toThrow(expected);
    while (server.closed === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it("that sends a byte now and then has the time limit and no more", async () => {
    const backend = await open({ timeoutMs: 200 });
    server.intercept = () => ({ status: 200, endless: "drip" });
    const started = performance.now();
    await expect(backend.run(batch())).rejects.toThrow("to answer within 200 ms");
    expect(performance.now() - started).toBeLessThan(5000);
    expect(server.requests).toHaveLength(1);
  });

  it("that asks for more time than there is fails the request at once", async () => {
    const backend = await open({ timeoutMs: 5000 });
    server.intercept = () => ({ status: 429, headers: { "retry-after": "999999999" } });
    const started = performance.now();
    await expect(backend.run(batch())).rejects.toThrow("got HTTP 429");
    expect(performance.now() - started).toBeLessThan(4000);
    expect(server.requests).toHaveLength(1);
  });

  it("is left alone after requests that failed in a row, and calls fail at once meanwhile", async () => {
    const backend = await open({ retries: 0 });
    server.intercept = () => ({ status: 503 });
    for (let request = 0; request < 4; request += 1) await expect(backend.run(batch())).rejects.toThrow("HTTP 503");
    const error = await backend.run(batch()).catch((thrown) => thrown);
    expect(error.message).toMatch(/to answer, got failures only: it is asked again in \d+ ms\.$/u);
    expect(error.cause.message).toContain("HTTP 503");
    expect(server.requests).toHaveLength(4);
  });

  it("is not asked again for a batch that nobody waits for any more", async () => {
    for (const trouble of [
      { status: 0, silent: true },
      { status: 503, headers: { "retry-after": "1" } },
    ]) {
      const backend = await open();
      server.intercept = () => trouble;
      const controller = new AbortController();
      const outcome = backend.run(batch(), controller.signal).catch((thrown) => thrown);
      while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort(new Error("nobody waits"));
      expect((await outcome).message).toBe("nobody waits");
      await new Promise((resolve) => setTimeout(resolve, 1200));
      expect(server.requests).toHaveLength(1);
      await server.close();
    }
  });

  it("gets no request once the call has its error, however many documents there are", async () => {
    server = await inferenceServer({ infer: deterministicInfer });
    server.intercept = () => ({ status: 503 });
    const backend = remoteBackend({ url: server.url, model: "formula", retryDelayMs: 20 });
    const sieve = await createSieve({ model: TEST_MODEL, cache: false, backend });
    const documents = Array.from({ length: 60 }, (_, index) =>
      `Ship ${index} left at noon with its crates. `.repeat(12),
    );
    await expect(sieve.compress({ documents, query: "Which ship?", maxTokens: 60 })).rejects.toThrow("HTTP 503");
    // What was on its way arrives.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const before = server.requests.length;
    expect(before).toBeLessThanOrEqual(4 + 3 * 4);
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(server.requests.length).toBe(before);
    await sieve.dispose();
  });

  it("that is not there is a BackendError that names the address", async () => {
    const backend = await open({ retries: 1 });
    await server.close();
    const error = await backend.run(batch()).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(BackendError);
    expect(error.message).toContain(`Expected ${server.url}/v2/models/formula/infer to be reachable, got ECONNREFUSED`);
  });

  it("holds nobody up when the backend is disposed of: not a silent answer, not a pause", async () => {
    for (const trouble of [
      { status: 0, silent: true },
      { status: 503, headers: { "retry-after": "20" } },
    ]) {
      const backend = await open();
      server.intercept = () => trouble;
      const call = backend.run(batch());
      const outcome = call.catch((thrown) => thrown);
      while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      const started = performance.now();
      await backend.dispose();
      expect((await outcome).message).toBe("The encoder was disposed of.");
      expect(performance.now() - started).toBeLessThan(1000);
      await server.close();
    }
  });

  it("never gets a redirect followed: credentials stay where they were sent", async () => {
    const backend = await open({ headers: { "x-api-key": "sesame-open" } });
    server.intercept = () => ({ status: 307, headers: { location: `${server.url}/elsewhere` } });
    await expect(backend.run(batch())).rejects.toThrow("HTTP 307");
    expect(server.requests).toHaveLength(1);
  });
});

describe("credentials", () => {
  it("in the address become a header, and never show in an error", async () => {
    const running = await fresh();
    const url = running.url.replace("http://", "http://mary:p%40ss-word@");
    const openBackend = remoteBackend({ url: `${url}?key=q-secret`, model: "formula", retries: 0 });
    const backend = await openBackend(deterministicModel);
    onTestFinished(() => backend.dispose());
    const expected = `Basic ${Buffer.from("mary:p@ss-word").toString("base64")}`;
    running.intercept = ({ headers }) => ({ status: 401, body: `bad credentials ${headers.authorization} p@ss-word` });
    const error = await backend.run(batch()).catch((thrown) => thrown);
    expect(running.requests[0]?.headers.authorization).toBe(expected);
    expect(running.requests[0]?.path).toContain("key=q-secret");
    expect(error.message).toContain("HTTP 401: bad credentials [redacted] [redacted]");
    for (const secret of ["mary", "p@ss-word", "p%40ss-word", "q-secret", expected.slice(6)]) {
      expect(JSON.stringify({ message: error.message, stack: error.stack })).not.toContain(secret);
    }
  });

  it("in headers go with every request, and are taken out of what the server repeats", async () => {
    const backend = await open({ headers: { authorization: "Bearer token-12345" }, retries: 0 });
    await backend.run(batch());
    expect(server.requests[0]?.headers.authorization).toBe("Bearer token-12345");
    server.intercept = () => ({ status: 403, body: '{"error":"token-12345 has no access"}' });
    const error = await backend.run(batch()).catch((thrown) => thrown);
    expect(error.message).toContain("HTTP 403: [redacted] has no access");
  });

  it("are taken out before the server's words are cut, and in whatever form they come back", async () => {
    const secret = "sk/live+0123456789abcdefghijklmnop";
    const backend = await open({ headers: { "x-api-key": secret }, retries: 0 });
    const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")];
    for (const form of forms) {
      for (const before of [0, 266, 280, 299]) {
        server.intercept = () => ({ status: 500, body: `${"x".repeat(before)} ${form}` });
        const error = await backend.run(batch()).catch((thrown) => thrown);
        expect(error.message).not.toContain(form.slice(0, 6));
      }
    }
  });

  it("that HTTP cannot carry are refused without being shown", () => {
    const options = { url: "http://localhost", model: "m", headers: { authorization: "Bearer two\nlines" } };
    expect(() => remoteBackend(options)).toThrow(
      new InvalidOptionError("Expected header `authorization` to be valid in HTTP, got a value that is not."),
    );
  });
});

describe("options", () => {
  const valid = { url: "http://localhost:8000", model: "m" };
  for (const [name, value] of [
    ["url", "localhost:8000"],
    ["url", "not an address"],
    ["model", ""],
    ["version", ""],
    ["timeoutMs", 0],
    ["retries", -1],
    ["retries", 1.5],
    ["concurrency", 0],
    ["maxBatchTokens", Number.NaN],
    ["maxBatchRows", 0],
    ["format", "protobuf"],
  ] as const) {
    it(`refuses ${name} = ${JSON.stringify(value)}, naming it`, () => {
      const options = { ...valid, [name]: value } as RemoteBackendOptions;
      expect(() => remoteBackend(options)).toThrow(InvalidOptionError);
      expect(() => remoteBackend(options)).toThrow(`\`${name}\``);
    });
  }

  it("refuses batches that would not hold a window of the model", async () => {
    const openBackend = remoteBackend({ ...valid, maxBatchTokens: 32 });
    await expect(openBackend(deterministicModel)).rejects.toThrow(
      "Expected `maxBatchTokens` to be at least the model's window of 64 tokens, got `32`.",
    );
  });

  it("takes the limits it is given, the model's company rule, and a fetch of the caller's own", async () => {
    const seen: string[] = [];
    const backend = await open({
      maxBatchTokens: 640,
      concurrency: 2,
      lib: {
        fetch: (input, init) => {
          seen.push(String(input));
          return fetch(input, init);
        },
      },
    });
    expect(backend.capabilities).toEqual({ maxBatchTokens: 640, maxBatchRows: 16, concurrency: 2 });
    await backend.run(batch());
    expect(seen).toEqual(["", "/config", "/infer"].map((path) => `${server.url}/v2/models/formula${path}`));
  });
});

it("says who answers: the address, the model and its version, and no credentials", async () => {
  const identityOf = async (options: Partial<RemoteBackendOptions>) => {
    const given = { url: "http://user:secret@triton:8000/path?key=hidden", model: "a b", checkMetadata: false };
    return (await remoteBackend({ ...given, ...options })(deterministicModel)).identity;
  };
  expect(await identityOf({})).toBe("http://triton:8000/path/v2/models/a%20b/infer");
  expect(await identityOf({ version: "2" })).toBe("http://triton:8000/path/v2/models/a%20b/versions/2/infer");
  expect(await identityOf({ model: "c" })).not.toBe(await identityOf({}));
  expect(await identityOf({ url: "http://other:8000/path" })).not.toBe(await identityOf({}));
  const [first, second] = ["http://a:1", "http://b:1"];
  expect(await identityOf({ url: [first, second] })).toBe(await identityOf({ url: [second, first, second] }));
});

it("gives a sieve the same scores and the same text as the local backend, to 1e-5", async () => {
  const model = await loadModel(TEST_MODEL);
  const running = await inferenceServer({ infer: await onnxInfer(model) });
  const handbook = readFileSync(new URL("../../../../examples/data/handbook.md", import.meta.url), "utf8");
  const request = { documents: [handbook], query: "Who is called when the primary is silent?", maxTokens: 300 };
  const results = [];
  for (const backend of [undefined, remoteBackend({ url: running.url, model: "real" })]) {
    const sieve = await createSieve({ model: TEST_MODEL, cache: false, ...(backend ? { backend } : {}) });
    results.push(await sieve.compress({ ...request, explain: true }));
    await sieve.dispose();
  }
  await running.close();
  const [local, remote] = results;
  expect(running.requests.length).toBeGreaterThan(0);
  expect(running.requests.every(({ format }) => format === "binary")).toBe(true);
  expect(remote?.text).toBe(local?.text);
  const words = local?.documents[0]?.words ?? [];
  expect(words.length).toBeGreaterThan(1000);
  for (const [index, word] of words.entries()) {
    const other = remote?.documents[0]?.words?.[index];
    expect(Math.abs((other?.keep ?? 9) - word.keep)).toBeLessThanOrEqual(1e-5);
    expect(Math.abs((other?.core ?? 9) - word.core)).toBeLessThanOrEqual(1e-5);
    expect(Math.abs((other?.relevance ?? 9) - word.relevance)).toBeLessThanOrEqual(1e-5);
  }
});
