import { mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { cacheKey } from "../../../src/core/cache/key.js";
import { createSieve, ModelLoadError, memoryCache, type Sieve } from "../../../src/core/index.js";
import { REAL_DEVICES } from "../../../src/core/model/devices/device.js";
import { openDeviceMemory } from "../../../src/core/model/devices/device-memory.js";
import { leaseEncoder } from "../../../src/core/model/encoder-pool.js";
import { bundledModel } from "../../../src/core/model/load/find-model.js";
import { loadModel } from "../../../src/core/model/load/manifest.js";
import { hasBundledModel } from "../../support/bundled-model.js";
import { fakeBackend } from "../../support/fake-backend.js";
import { writeFakeModel } from "../../support/fake-model.js";

const open: Sieve[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((sieve) => sieve.dispose()));
});

describe("a backend of the caller's", () => {
  it("is opened once for its sieve and disposed of with it, once", async () => {
    const model = writeFakeModel();
    const backend = fakeBackend();
    let opened = 0;
    const sieve = await createSieve({
      model: model.folder,
      backend: (loaded) => {
        opened += 1;
        expect(loaded.folder).toBe(model.folder);
        return backend;
      },
    });
    expect([opened, sieve.info.device, sieve.info.model]).toEqual([1, "custom", "fake"]);
    await sieve.dispose();
    await sieve.dispose();
    expect(backend.disposals).toBe(1);
    await model.dispose();
  });

  it("is disposed of where the model turns out to be of no use", async () => {
    const model = writeFakeModel();
    const backend = fakeBackend();
    renameSync(`${model.folder}/model.bin`, `${model.folder}/weights.bin`);
    await expect(createSieve({ model: model.folder, backend: () => backend })).rejects.toThrow(ModelLoadError);
    expect(backend.batches).toEqual([]);
    renameSync(`${model.folder}/weights.bin`, `${model.folder}/model.bin`);
    const broken = writeFakeModel({ tokenizer: "manifest.json", checksums: {} });
    await expect(createSieve({ model: broken.folder, backend: () => backend })).rejects.toThrow(ModelLoadError);
    expect(backend.disposals).toBe(1);
    await Promise.all([model.dispose(), broken.dispose()]);
  });

  it("has a fingerprint of its own: by its identity where it has one, by the model it stands in for", async () => {
    const [model, other] = [writeFakeModel(), writeFakeModel({ version: "2", scripts: ["Latin"] })];
    const fingerprintOf = async (folder: string, identity?: string) => {
      const backend = { ...fakeBackend(), ...(identity === undefined ? {} : { identity }) };
      const sieve = await createSieve({ model: folder, backend: () => backend });
      open.push(sieve);
      return sieve.info.fingerprint;
    };
    const local = (await loadModel(model.folder)).fingerprint;
    const prints = [
      local,
      await fingerprintOf(model.folder),
      await fingerprintOf(model.folder, "http://a/v2/models/m"),
      await fingerprintOf(model.folder, "http://b/v2/models/m"),
      await fingerprintOf(other.folder, "http://b/v2/models/m"),
    ];
    expect(new Set(prints).size).toBe(prints.length);
    for (const print of prints) expect(print).toMatch(/^[0-9a-f]{16}$/u);
    expect(await fingerprintOf(model.folder, "http://a/v2/models/m")).toBe(prints[2]);
    await Promise.all([model.dispose(), other.dispose()]);
  });

  it("whose scores are another's never answers for the model in a cache that both use", async () => {
    const model = writeFakeModel();
    const cache = memoryCache();
    const text = "The ferry leaves at noon.";
    const encodeBy = async (identity: string) => {
      const backend = { ...fakeBackend(), identity };
      const sieve = await createSieve({ model: model.folder, cache, backend: () => backend });
      open.push(sieve);
      return sieve.encode([text]);
    };
    expect(await encodeBy("http://a/v2/models/m/infer")).toEqual({ cacheHits: 0, cacheMisses: 1 });
    expect(await encodeBy("http://b/v2/models/m/infer")).toEqual({ cacheHits: 0, cacheMisses: 1 });
    expect(await encodeBy("http://a/v2/models/m/infer")).toEqual({ cacheHits: 1, cacheMisses: 0 });
    const local = cacheKey((await loadModel(model.folder)).fingerprint, text);
    expect(await cache.get(local)).toBeUndefined();
    await model.dispose();
  });

  it("that cannot be opened is the caller's error, as it is", async () => {
    const model = writeFakeModel();
    const cause = new Error("no such server");
    await expect(createSieve({ model: model.folder, backend: () => Promise.reject(cause) })).rejects.toBe(cause);
    await model.dispose();
  });
});

describe.skipIf(!hasBundledModel)("the pool (with the bundled model)", () => {
  it("shares one encoder among sieves of the same model and device, and ends it with the last", async () => {
    const request = { folder: await bundledModel(), device: "cpu" as const, threads: 1 };
    const [first, second] = await Promise.all([leaseEncoder(request), leaseEncoder(request)]);
    expect(second.encoder).toBe(first.encoder);
    await first.release();
    await first.release();
    expect((await second.encoder.encodeQuestion("still here")).length).toBe(second.encoder.dimension);
    await second.release();
    await expect(second.encoder.encodeQuestion("gone")).rejects.toThrow("disposed of");
    const third = await leaseEncoder(request);
    expect(third.encoder).not.toBe(first.encoder);
    expect((await third.encoder.encodeQuestion("again")).length).toBe(third.encoder.dimension);
    await third.release();
  });

  it("opens encoders of their own for other threads", async () => {
    const folder = await bundledModel();
    const [one, two] = await Promise.all([1, 2].map((threads) => leaseEncoder({ folder, device: "cpu", threads })));
    expect(two?.encoder).not.toBe(one?.encoder);
    await Promise.all([one?.release(), two?.release()]);
  });

  it("says in one error why a device that is named is not there", async () => {
    rememberIn(temporaryFolder());
    const device = process.platform === "darwin" ? "dml" : "coreml";
    const failure = await createSieve({ device, threads: 1 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ModelLoadError);
    expect((failure as Error).message).toContain(
      `Expected device \`${device}\` on this machine, got none: onnxruntime-node has it for `,
    );
  });

  it("takes with `auto` what is fastest here, and says why", async () => {
    const folder = temporaryFolder();
    rememberIn(folder);
    const sieve = await createSieve({ device: "auto", threads: 1 });
    open.push(sieve);
    expect(REAL_DEVICES).toContain(sieve.info.device);
    expect(sieve.info.deviceReason).toMatch(/^(?:no other here \(cuda: .+\)|fastest here \(\w+ \d+ tokens\/s, .+\))$/u);
    const kept = readFileSync(join(folder, "contextsieve", "devices.json"), "utf8");
    expect(Object.keys(JSON.parse(kept).outcomes)).toEqual(REAL_DEVICES.filter((device) => device !== "cpu"));
    const named = await createSieve({ threads: 1 });
    open.push(named);
    expect(named.info).not.toHaveProperty("deviceReason");
  });

  it("believes what was found out before, by another process too", async () => {
    const folder = temporaryFolder();
    rememberIn(folder);
    const memory = await openDeviceMemory();
    for (const device of REAL_DEVICES) await memory.keepOutcome(device, { isAvailable: false, reason: "sold" });
    const sieve = await createSieve({ device: "auto", threads: 1 });
    open.push(sieve);
    expect(sieve.info).toMatchObject({
      device: "cpu",
      deviceReason: expect.stringContaining("cuda: sold; webgpu: sold"),
    });
  });
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "contextsieve-pool-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function rememberIn(folder: string): void {
  vi.stubEnv("XDG_CACHE_HOME", folder);
  onTestFinished(() => void vi.unstubAllEnvs());
}

describe("a load that failed", () => {
  it("is tried again, by all who ask", async () => {
    const model = writeFakeModel();
    const request = { folder: model.folder, device: "cpu" as const, threads: 1 };
    renameSync(`${model.folder}/tokenizer.json`, `${model.folder}/moved.json`);
    const failures = await Promise.allSettled([leaseEncoder(request), leaseEncoder(request)]);
    for (const failure of failures)
      expect(failure).toMatchObject({
        status: "rejected",
        reason: { message: expect.stringContaining("no such file") },
      });
    renameSync(`${model.folder}/moved.json`, `${model.folder}/tokenizer.json`);
    // The files are whole now; what cannot load is that the weights are none.
    await expect(leaseEncoder(request)).rejects.toThrow(/^Expected .+model\.bin to load on device `cpu`, got: /u);
    await model.dispose();
  });
});
