import { InferenceSession, Tensor } from "onnxruntime-node";
import type { LogitsRunner } from "../../../../src/core/methods/llmlingua2/scorer.js";

/** A bare session on a tiny checkpoint, which remembers what it answered: option sets ask for the same sequences. */
export interface Session {
  run: LogitsRunner;
  release(): Promise<void>;
}

/** Opens an ONNX file. @param logits Name of the output. */
export async function openSession(path: string, logits = "logits"): Promise<Session> {
  const session = await InferenceSession.create(path, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const known = new Map<string, Promise<Float32Array>>();
  const answer = async (inputIds: Int32Array): Promise<Float32Array> => {
    const shape = [1, inputIds.length];
    const tensors: Record<string, Tensor> = {
      input_ids: new Tensor("int64", BigInt64Array.from(inputIds, BigInt), shape),
      attention_mask: new Tensor("int64", new BigInt64Array(inputIds.length).fill(1n), shape),
      token_type_ids: new Tensor("int64", new BigInt64Array(inputIds.length), shape),
    };
    const feeds = Object.fromEntries(session.inputNames.map((name) => [name, tensors[name] as Tensor]));
    const outputs = await session.run(feeds);
    return outputs[logits]?.data as Float32Array;
  };
  return {
    run(inputIds) {
      const key = inputIds.join(" ");
      const answered = known.get(key) ?? answer(inputIds);
      known.set(key, answered);
      return answered;
    },
    release: () => session.release(),
  };
}
