import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { type DeviceMemory, openDeviceMemory } from "../../../../src/core/model/devices/device-memory.js";
import { absentFromTheStart, explainFailure } from "../../../../src/core/model/devices/explain-absence.js";
import { measurePace } from "../../../../src/core/model/devices/measure-pace.js";
import { probeDevice } from "../../../../src/core/model/devices/probe-device.js";
import { findRuntime } from "../../../../src/core/model/devices/runtime-files.js";
import { fakeBackend } from "../../../support/fake-backend.js";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "contextsieve-devices-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

it("runs the tiny graph on the CPU, where it gives the right numbers", async () => {
  expect(await probeDevice("cpu")).toEqual({ isAvailable: true });
});

it("knows without a try what the platform does not have", async () => {
  const elsewhere = process.platform === "darwin" ? "dml" : "coreml";
  const { isAvailable, reason } = await probeDevice(elsewhere);
  expect(isAvailable).toBe(false);
  expect(reason).toMatch(/^onnxruntime-node has it for .*, and this is /u);
});

it.skipIf(process.platform !== "linux" || process.arch !== "x64")("names the CUDA files that are missing", () => {
  const runtime = { version: "1.30.0", packageVersion: "1.0.0", folder: folder() };
  writeFileSync(join(runtime.folder, "libonnxruntime_providers_shared.so"), "");
  const absence = absentFromTheStart("cuda", runtime);
  expect(absence?.reason).toBe(`libonnxruntime_providers_cuda.so of onnxruntime 1.30.0 missing in ${runtime.folder}`);
  expect(absence?.remedy).toContain("onnxruntime-gpu==1.30.0");
  writeFileSync(join(runtime.folder, "libonnxruntime_providers_cuda.so"), "");
  expect(absentFromTheStart("cuda", runtime)).toBeUndefined();
});

it("tells the driver from a library of CUDA's, by what the linker said", () => {
  const said = (library: string) =>
    `Failed to load library /x/libonnxruntime_providers_cuda.so with error: ${library}: cannot open shared object file: No such file`;
  const explain = (log: string) => explainFailure("cuda", { message: "Error: Failed to load shared library", log });
  expect(explain(said("libcuda.so.1")).reason).toBe("the NVIDIA driver (libcuda.so.1) is missing");
  expect(explain(said("libcublasLt.so.13"))).toMatchObject({
    reason: "libcublasLt.so.13 is missing on the library path",
    remedy: expect.stringContaining("nvidia-cublas"),
  });
  expect(explain("").reason).toBe("Failed to load shared library");
});

it("says how the process ended that a driver took with it", () => {
  expect(explainFailure("webgpu", { log: "", ending: "SIGSEGV" }).reason).toBe(
    "the process that tried it ended with SIGSEGV",
  );
});

it("remembers outcomes and paces in a file, for other processes too", async () => {
  const file = join(folder(), "deep", "devices.json");
  const memory = await openDeviceMemory(file);
  await memory.keepOutcome("webgpu", { isAvailable: false, reason: "none" });
  await memory.keepPace("cpu", "model", { tokensPerSecond: 9000, batchTokens: 1024 });
  const other = await openDeviceMemory(file);
  expect(await other.outcome("webgpu")).toEqual({ isAvailable: false, reason: "none" });
  expect(await other.outcome("cuda")).toBeUndefined();
  expect(await other.pace("cpu", "model")).toEqual({ tokensPerSecond: 9000, batchTokens: 1024 });
  expect(await other.pace("cpu", "other")).toBeUndefined();
});

it.each([
  "",
  "{",
  "null",
  "[]",
  '{"machine":"MACHINE"}',
  '{"machine":"MACHINE","outcomes":{"cuda":{}},"paces":{}}',
  '{"machine":"MACHINE","outcomes":{"cuda":{"isAvailable":false}},"paces":{}}',
  '{"machine":"MACHINE","outcomes":{"gpu":{"isAvailable":true}},"paces":{}}',
  '{"machine":"MACHINE","outcomes":{"cuda":{"isAvailable":true}},"paces":{"cpu m":{"tokensPerSecond":"fast"}}}',
  '{"machine":"another","outcomes":{"cuda":{"isAvailable":true}},"paces":{}}',
])("takes a damaged file, or another machine's, for none: %s", async (content) => {
  const file = join(folder(), "devices.json");
  await (await openDeviceMemory(file)).keepOutcome("cpu", { isAvailable: true });
  const { machine } = JSON.parse(readFileSync(file, "utf8")) as { machine: string };
  writeFileSync(file, content.replace("MACHINE", machine));
  const memory = await openDeviceMemory(file);
  expect(await memory.outcome("cuda")).toBeUndefined();
  await memory.keepOutcome("cuda", { isAvailable: true });
  expect(await memory.outcome("cuda")).toEqual({ isAvailable: true });
});

it("goes without a memory where nothing can be written", async () => {
  const file = join(folder(), "file");
  writeFileSync(file, "no folder");
  const memory: DeviceMemory = await openDeviceMemory(join(file, "devices.json"));
  await memory.keepOutcome("cpu", { isAvailable: true });
  expect(await memory.outcome("cpu")).toBeUndefined();
});

it("finds the runtime that is installed, and this package's version", async () => {
  const { version, packageVersion } = await findRuntime();
  expect(version).toMatch(/^\d+\.\d+\.\d+$/u);
  expect(packageVersion).toBe(JSON.parse(readFileSync("package.json", "utf8")).version);
});

/** A device on which a run takes so long, by its padded tokens; its clock. */
function device(milliseconds: (tokens: number) => number) {
  let clock = 0;
  const backend = fakeBackend({
    before: (_, { rows, length }) => {
      clock += milliseconds(rows * length);
    },
  });
  return { backend, now: () => clock };
}

const model = (maxTokens: number) => ({
  manifest: { window: { maxTokens, contextTokens: 0 }, specialTokens: { cls: 0, sep: 0, pad: 0, unk: 1 } },
});

it("takes the smallest run from which larger ones gain nothing", async () => {
  // Up to 2,048 tokens a run takes as long as a small one.
  const { backend, now } = device((tokens) => Math.max(2, tokens / 1024));
  const pace = await measurePace(backend, model(256) as never, { now });
  expect(pace).toEqual({ batchTokens: 2048, tokensPerSecond: 1_024_000 });
  expect(Math.max(...backend.paddedTokens)).toBe(8192);
});

it("stops where the device's memory ends, or the time", async () => {
  const { backend, now } = device((tokens) => {
    if (tokens > 1024) throw new Error("out of memory");
    return 1;
  });
  expect((await measurePace(backend, model(256) as never, { now })).batchTokens).toBe(1024);
  const slow = device((tokens) => 5000 + tokens);
  expect(await measurePace(slow.backend, model(256) as never, { now: slow.now })).toMatchObject({ batchTokens: 256 });
  expect(slow.backend.batches).toHaveLength(2);
  const broken = device(() => {
    throw new Error("broken");
  });
  await expect(measurePace(broken.backend, model(256) as never, { now: broken.now })).rejects.toThrow("broken");
});
