import type { LoadedModel } from "../../load/manifest.js";
import type { EncoderBackend, EncoderBatch, EncoderOutput } from "../backend.js";

/** The model in this process, for when no server answers. */
export interface LocalFallback {
  /** @throws BackendError, ModelLoadError */
  run(batch: EncoderBatch): Promise<EncoderOutput>;
  dispose(): Promise<void>;
}

/** Opens the model on this machine's CPU when it is asked for the first time. */
export function localFallback(model: LoadedModel): LocalFallback {
  let opening: Promise<EncoderBackend> | undefined;
  const open = async () => {
    const { openBackend } = await import("../../devices/open-backend.js");
    return openBackend(model, "cpu");
  };
  return {
    async run(batch) {
      opening ??= open().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      const backend = await opening;
      const outputs: EncoderOutput[] = [];
      // A server takes larger batches than a session here has memory for.
      for (const part of partsOf(batch, backend.capabilities.maxBatchRows)) outputs.push(await backend.run(part));
      return joined(outputs);
    },
    async dispose() {
      await (await opening?.catch(() => undefined))?.dispose();
    },
  };
}

/** A batch as batches of so many rows; hidden states are asked for whole, so that spans need not be cut. */
function partsOf({ rows, length, inputIds, lengths, tokenTypeIds }: EncoderBatch, most: number): EncoderBatch[] {
  const parts: EncoderBatch[] = [];
  for (let from = 0; from < rows; from += most) {
    const to = Math.min(rows, from + most);
    const cut = (values: Int32Array) => values.slice(from * length, to * length);
    parts.push({
      rows: to - from,
      length,
      inputIds: cut(inputIds),
      lengths: lengths.slice(from, to),
      ...(tokenTypeIds ? { tokenTypeIds: cut(tokenTypeIds) } : {}),
    });
  }
  return parts;
}

function joined(outputs: readonly EncoderOutput[]): EncoderOutput {
  const [first] = outputs as [EncoderOutput];
  if (outputs.length === 1) return first;
  const { labels, dimension } = first;
  const logits = concatenated(outputs.map((output) => output.logits));
  if (!first.hidden) return { logits, labels, dimension };
  return {
    logits,
    labels,
    dimension,
    hidden: concatenated(outputs.map(({ hidden }) => hidden ?? new Float32Array(0))),
  };
}

function concatenated(arrays: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}
