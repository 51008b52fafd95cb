import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { ModelLoadError } from "../../../../src/core/errors.js";
import { onnxBackend } from "../../../../src/core/model/backends/onnx/onnx-backend.js";
import { loadModel } from "../../../../src/core/model/load/manifest.js";
import { encoderBackendContract } from "../../../contract/encoder-backend.js";
import { TEST_MODEL } from "./test-model.js";

encoderBackendContract("onnxruntime-node on the CPU", async () => {
  const model = await loadModel(TEST_MODEL);
  return { model, backend: await onnxBackend({ model, device: "cpu", threads: 1 }) };
});

encoderBackendContract("two sessions of onnxruntime-node on the CPU", async () => {
  const model = await loadModel(TEST_MODEL);
  return { model, backend: await onnxBackend({ model, device: "cpu", threads: 2, sessions: 2 }) };
});

it("shares its threads out among as many sessions as there are threads for", async () => {
  const model = await loadModel(TEST_MODEL);
  const opened = (options: { threads: number; sessions: number }) => onnxBackend({ model, device: "cpu", ...options });
  const [one, two] = await Promise.all([opened({ threads: 1, sessions: 3 }), opened({ threads: 3, sessions: 2 })]);
  expect(two.capabilities.concurrency).toBe(2 * one.capabilities.concurrency);
  const alone = (await one.run(batch())).logits;
  // More than both sessions run at a time.
  const outputs = await Promise.all(Array.from({ length: 9 }, () => two.run(batch())));
  for (const { logits } of outputs) expect(logits).toEqual(alone);
  await Promise.all([one.dispose(), two.dispose()]);
  await expect(two.run(batch())).rejects.toThrow("disposed of");
});

it("leaves no session open where one of several cannot be opened", async () => {
  const model = await loadModel(TEST_MODEL);
  const broken = { ...model, modelPath: new URL(import.meta.url).pathname };
  await expect(onnxBackend({ model: broken, device: "cpu", threads: 2, sessions: 2 })).rejects.toThrow(ModelLoadError);
});

it("says which device it could not load", async () => {
  const model = await loadModel(TEST_MODEL);
  const opening = onnxBackend({ model, device: "cuda" });
  // A machine with CUDA has nothing to refuse.
  const outcome = await opening.catch((error) => error);
  if (!(outcome instanceof Error)) return outcome.dispose();
  expect(outcome).toBeInstanceOf(ModelLoadError);
  expect(outcome.message).toContain("cuda");
});

it("says that a file is no model", async () => {
  const model = await loadModel(TEST_MODEL);
  const broken = { ...model, modelPath: new URL(import.meta.url).pathname };
  await expect(onnxBackend({ model: broken, device: "cpu" })).rejects.toThrow(ModelLoadError);
});

it("says when it is opened that the model has no output of the name that its manifest gives", async () => {
  const model = await loadModel(TEST_MODEL);
  for (const outputs of [{ logits: "scores" }, { hidden: "vectors" }]) {
    const manifest = { ...model.manifest, outputs: { ...model.manifest.outputs, ...outputs } };
    const name = Object.values(outputs)[0];
    await expect(onnxBackend({ model: { ...model, manifest }, device: "cpu" })).rejects.toThrow(
      `got: Error: no output \`${name}\` in `,
    );
  }
});

it("goes on with the same answers where its files are cut off while it runs", async () => {
  const folder = mkdtempSync(join(tmpdir(), "contextsieve-weights-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(TEST_MODEL, folder, { recursive: true });
  const backend = await onnxBackend({ model: await loadModel(folder), device: "cpu", threads: 1 });
  const ask = async () => (await backend.run(batch())).logits;
  const before = await ask();
  for (const name of readdirSync(folder).filter((file) => file.includes("onnx"))) truncateSync(join(folder, name), 0);
  expect(await ask()).toEqual(before);
  await backend.dispose();
});

it.skipIf(process.platform !== "linux")("stands behind the event loop in the scheduler's order", async () => {
  const before = niceness();
  const backend = await onnxBackend({ model: await loadModel(TEST_MODEL), device: "cpu", threads: 2 });
  const own = niceness().get(String(process.pid)) as number;
  const started = [...niceness()].flatMap(([thread, nice]) => (before.has(thread) ? [] : [nice]));
  // The inference thread and the session's second one.
  expect(started.filter((nice) => nice === Math.min(19, own + 5)).length).toBeGreaterThanOrEqual(2);
  await backend.dispose();
});

/** A run of one window; the backend takes its arrays over. */
function batch() {
  return {
    rows: 1,
    length: 4,
    inputIds: Int32Array.from([101, 2023, 2003, 102]),
    lengths: Int32Array.of(4),
    tokenTypeIds: new Int32Array(4),
  };
}

/** Niceness of each thread of this process, by its id (proc_pid_stat(5), field 19). */
function niceness(): Map<string, number> {
  return new Map(
    readdirSync("/proc/self/task").map((thread) => {
      const stat = readFileSync(`/proc/self/task/${thread}/stat`, "utf8");
      return [thread, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16])];
    }),
  );
}
