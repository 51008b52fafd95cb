import { expect, it, onTestFinished } from "vitest";
import { BackendError } from "../../../../src/core/errors.js";
import type { EncoderBackend, EncoderBatch } from "../../../../src/core/model/backends/backend.js";
import { type RemoteBackendOptions, remoteBackend } from "../../../../src/core/model/backends/remote/remote-backend.js";
import { loadModel } from "../../../../src/core/model/load/manifest.js";
import { deterministicInfer, deterministicModel, deterministicValue } from "./deterministic-model.js";
import { type FaultyProxy, faultyProxy } from "./faulty-proxy.js";
import { ANY_METADATA, type InferenceServer, inferenceServer } from "./inference-server.js";
import { onnxInfer } from "./onnx-infer.js";
import { TEST_MODEL } from "./test-model.js";

const ID = 2023;

function batch(id = ID): EncoderBatch {
  const inputIds = Int32Array.of(101, id, 102);
  return { rows: 1, length: 3, inputIds, lengths: Int32Array.of(3), tokenTypeIds: new Int32Array(3) };
}

function isRight({ logits }: { logits: Float32Array }, id = ID): boolean {
  return logits[2] === deterministicValue(id, 0, 101 + id + 102, 0);
}

async function serve(version?: string): Promise<InferenceServer> {
  const server = await inferenceServer({ infer: deterministicInfer });
  server.version = version;
  onTestFinished(() => server.close());
  return server;
}

async function behindProxy(server: InferenceServer): Promise<FaultyProxy> {
  const proxy = await faultyProxy(server.url);
  onTestFinished(() => proxy.kill().catch(() => undefined));
  return proxy;
}

async function open(url: string | string[], options: Partial<RemoteBackendOptions> = {}): Promise<EncoderBackend> {
  const given = { url, model: "formula", retryDelayMs: 5, ...options };
  const backend = await remoteBackend(given)(deterministicModel);
  onTestFinished(() => backend.dispose());
  return backend;
}

it("compares the model on the server with ours before it is used", async () => {
  const server = await serve();
  const { inputs, outputs } = ANY_METADATA;
  const [logits, hidden] = outputs;
  const refused = async (metadata: object | undefined, config?: object) => {
    Object.assign(server, { metadata, config });
    const error = await open(server.url, { version: "2" }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BackendError);
    return (error as Error).message;
  };
  expect(await refused(undefined)).toContain("/v2/models/formula/versions/2 to answer, got HTTP 404: unknown.");
  expect(await refused({})).toBe("Expected the server's inputs to hold `input_ids`, got none.");
  expect(await refused({ inputs: inputs.slice(0, 2), outputs })).toBe(
    "Expected the server's inputs to hold `token_type_ids`, got input_ids, attention_mask.",
  );
  expect(await refused({ inputs: [{ ...inputs[0], datatype: "INT32" }, ...inputs.slice(1)], outputs })).toBe(
    "Expected the server's `input_ids` to be INT64 of -1 x -1, got INT32 of -1 x -1.",
  );
  expect(await refused({ inputs, outputs: [{ ...logits, shape: [-1, -1, 3] }, hidden] })).toBe(
    "Expected the server's `logits` to be FP16 or FP32 or FP64 of -1 x -1 x 2, got FP32 of -1 x -1 x 3.",
  );
  expect(await refused({ inputs, outputs: [logits, { ...hidden, shape: [-1, 128, 8] }] })).toContain(
    "of -1 x 128 x 8.",
  );
  expect(await refused({ ...ANY_METADATA, versions: ["1", "3"] })).toBe(
    "Expected version 2 of the model on the server, got 1, 3.",
  );
  const config = { parameters: { contextsieve_fingerprint: { string_value: "another" } } };
  expect(await refused(ANY_METADATA, config)).toBe("Expected the model deterministic on the server, got another.");
  expect(server.requests).toEqual([]);
  config.parameters.contextsieve_fingerprint.string_value = deterministicModel.fingerprint;
  expect(isRight(await (await open(server.url)).run(batch()))).toBe(true);
});

it("asks nothing of a server whose metadata are not to be looked at", async () => {
  const server = await serve();
  server.metadata = undefined;
  expect(isRight(await (await open(server.url, { checkMetadata: false })).run(batch()))).toBe(true);
  expect(server.questions).toEqual([]);
});

it("has the version that the server has alone in its name, and refuses answers of another", async () => {
  const server = await serve("1");
  server.metadata = { ...ANY_METADATA, versions: ["1"] };
  const backend = await open(server.url);
  expect(backend.identity).toMatch(/\/v2\/models\/formula\/infer@1$/u);
  expect(isRight(await backend.run(batch()))).toBe(true);
  server.version = "2";
  await expect(backend.run(batch())).rejects.toThrow(/^Expected version 1 of the model .+ got 2: make a new sieve/u);
});

it("asks again where an answer is cut off in its middle or comes with 500s between", async () => {
  const server = await serve();
  const proxy = await behindProxy(server);
  const backend = await open(proxy.url, { retries: 3 });
  proxy.fault = (answer) => (answer % 2 === 0 ? { cutAfterBytes: 180 } : undefined);
  for (let call = 0; call < 10; call += 1) expect(isRight(await backend.run(batch()))).toBe(true);
  proxy.fault = () => undefined;
  server.intercept = () => ({ status: 500, body: '{"error":"out of memory"}' });
  await expect(backend.run(batch())).rejects.toThrow("HTTP 500: out of memory");
});

it("waits for a slow server as long as it may, and no longer", async () => {
  const proxy = await behindProxy(await serve());
  const backend = await open(proxy.url, { timeoutMs: 400 });
  proxy.fault = () => ({ delayMs: 60 });
  expect(isRight(await backend.run(batch()))).toBe(true);
  proxy.fault = () => ({ delayMs: 3000 });
  const started = performance.now();
  await expect(backend.run(batch())).rejects.toThrow("within 400 ms");
  expect(performance.now() - started).toBeLessThan(2000);
});

it("looks at the model again once the server has failed: it may have come back with another", async () => {
  const [server, other] = [await serve(), await serve()];
  other.metadata = { ...ANY_METADATA, outputs: [] };
  const proxy = await behindProxy(server);
  const backend = await open(proxy.url, { retries: 0 });
  await proxy.kill();
  await expect(backend.run(batch())).rejects.toThrow("to be reachable");
  await proxy.restart(other.url);
  await expect(backend.run(batch())).rejects.toThrow("Expected the server's outputs to hold `logits`, got none.");
  expect(other.requests).toEqual([]);
});

it("gives 300 calls through a server that is killed and started again the right answer or one clear error", async () => {
  const proxy = await behindProxy(await serve());
  const backend = await open(proxy.url, { retries: 4, retryDelayMs: 40, concurrency: 10 });
  const outcomes = { right: 0, failed: 0, wrong: 0 };
  const call = async (index: number) => {
    // One after another in ten lanes, so that the kill falls in their middle.
    try {
      const id = 1000 + index;
      outcomes[isRight(await backend.run(batch(id)), id) ? "right" : "wrong"] += 1;
    } catch (error) {
      expect(error).toBeInstanceOf(BackendError);
      outcomes.failed += 1;
    }
  };
  let next = 0;
  const lanes = Array.from({ length: 10 }, async () => {
    while (next < 300) {
      next += 1;
      await call(next);
      if (next === 100) {
        await proxy.kill();
        setTimeout(() => void proxy.restart(), 120);
      }
    }
  });
  await Promise.all(lanes);
  expect(outcomes.wrong).toBe(0);
  expect(outcomes.right + outcomes.failed).toBe(300);
  expect(outcomes.right).toBeGreaterThan(250);
});

it("shares the load over servers, and does without those that are down", async () => {
  const servers = [await serve(), await serve(), await serve()];
  const backend = await open(
    servers.map(({ url }) => url),
    { timeoutMs: 2000 },
  );
  const runAll = () => Promise.all(Array.from({ length: 30 }, (_, index) => backend.run(batch(1000 + index))));
  for (const [index, output] of (await runAll()).entries()) expect(isRight(output, 1000 + index)).toBe(true);
  expect(servers.map(({ requests }) => requests.length)).toEqual([10, 10, 10]);
  await servers[1]?.close();
  (servers[2] as InferenceServer).intercept = () => ({ status: 500 });
  for (const [index, output] of (await runAll()).entries()) expect(isRight(output, 1000 + index)).toBe(true);
  await servers[0]?.close();
  const error = await backend.run(batch()).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BackendError);
});

it("opens where one of several servers is down, and not where one has another model", async () => {
  const [up, down, other] = [await serve(), await serve(), await serve()];
  await down.close();
  expect(isRight(await (await open([down.url, up.url])).run(batch()))).toBe(true);
  other.metadata = { ...ANY_METADATA, inputs: [] };
  await expect(open([up.url, other.url])).rejects.toThrow("to hold `input_ids`, got none");
  await expect(open([down.url, `${down.url}/other`], { retries: 0 })).rejects.toThrow("to be reachable");
});

it("goes over to this process where no server answers, says so, and comes back", async () => {
  const model = await loadModel(TEST_MODEL);
  const server = await inferenceServer({ infer: await onnxInfer(model) });
  onTestFinished(() => server.close());
  const proxy = await behindProxy(server);
  await proxy.kill();
  const reasons: string[] = [];
  const given = { url: proxy.url, model: "real", retries: 0, fallback: "local" } as const;
  const backend = await remoteBackend({ ...given, onFallback: ({ message }) => void reasons.push(message) })(model);
  onTestFinished(() => backend.dispose());
  const many = (): EncoderBatch => ({
    rows: 7,
    length: 6,
    inputIds: Int32Array.from({ length: 42 }, (_, at) => 1000 + at),
    lengths: Int32Array.from([6, 5, 4, 6, 3, 2, 6]),
    tokenTypeIds: new Int32Array(42),
  });
  const local = await backend.run(many());
  expect(reasons).toEqual([expect.stringContaining("to be reachable")]);
  await proxy.restart();
  const remote = await backend.run(many());
  expect(reasons).toHaveLength(1);
  expect(server.requests).toHaveLength(1);
  expect([local.labels, local.dimension, local.logits.length]).toEqual([remote.labels, remote.dimension, 42 * 3]);
  for (const row of [0, 3, 6]) {
    for (let at = row * 18; at < row * 18 + 18; at += 1)
      expect(local.logits[at]).toBeCloseTo(remote.logits[at] as number, 1);
  }
});

it("does not hide a server with another model behind this process", async () => {
  const server = await serve();
  server.metadata = { ...ANY_METADATA, outputs: [] };
  await expect(open(server.url, { fallback: "local" })).rejects.toThrow("to hold `logits`, got none");
});

it.each([
  [{ url: [] }, "`url`"],
  [{ url: ["http://a", "b"] }, "`url`"],
  [{ checkMetadata: "yes" }, "`checkMetadata`"],
  [{ fallback: "cloud" }, "`fallback`"],
  [{ onFallback: 1 }, "`onFallback`"],
  [{ tls: { ca: 1 } }, "`tls.ca`"],
  [{ tls: { pfx: "x" } }, "`tls`"],
  [{ tls: {}, lib: { fetch } }, "`tls`"],
])("refuses %j, naming the option", (wrong, name) => {
  const options = { url: "http://a", model: "m", ...wrong } as RemoteBackendOptions;
  expect(() => remoteBackend(options)).toThrow(name);
});
