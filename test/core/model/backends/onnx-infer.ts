import * as onnxruntime from "onnxruntime-node";
import type { LoadedModel } from "../../../../src/core/model/load/manifest.js";
import type { Infer } from "./inference-server.js";

/** Runs a model file behind the protocol, as a model server does. */
export async function onnxInfer({ modelPath }: LoadedModel): Promise<Infer> {
  const session = await onnxruntime.InferenceSession.create(modelPath, { intraOpNumThreads: 2, logSeverityLevel: 3 });
  return async (inputs) => {
    const feeds = Object.entries(inputs)
      .filter(([name]) => session.inputNames.includes(name))
      .map(([name, { data, shape }]) => [name, new onnxruntime.Tensor("int64", data, shape)] as const);
    const results = await session.run(Object.fromEntries(feeds));
    return Object.fromEntries(
      Object.entries(results).map(([name, { dims, data }]) => [name, { shape: [...dims], data: data as Float32Array }]),
    );
  };
}
