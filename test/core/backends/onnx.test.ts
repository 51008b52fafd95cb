import { expect, it } from "vitest";
import { ModelLoadError } from "../../../src/core/errors.js";
import { onnxBackend } from "../../../src/core/model/backends/onnx.js";
import { loadModel } from "../../../src/core/model/manifest.js";
import { encoderBackendContract } from "../../contract/encoder-backend.js";
import { TEST_MODEL } from "./test-model.js";

encoderBackendContract("onnxruntime-node on the CPU", async () => {
  const model = await loadModel(TEST_MODEL);
  return { model, backend: await onnxBackend({ model, device: "cpu", threads: 1 }) };
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
