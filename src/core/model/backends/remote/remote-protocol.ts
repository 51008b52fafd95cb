import { BackendError } from "../../../errors.js";
import type { ModelManifest } from "../../load/manifest.js";
import type { EncoderBatch, EncoderOutput } from "../backend.js";
import type { RemoteReply, RemoteRequest } from "./remote-sender.js";

/** Tensors as bytes after a JSON header, or as JSON throughout. */
export type WireFormat = "binary" | "json";

/** Types of numbers that are read. */
const FLOATS = new Set(["FP16", "FP32", "FP64"]);

/** Length of the JSON header if bytes follow it: the binary tensor data extension. */
const HEADER_LENGTH = "inference-header-content-length";

/** Bytes of one number at most, as text or as binary64, and of all that is beside the numbers. */
const MOST_NUMBER_BYTES = 32;
const MOST_HEADER_BYTES = 65_536;

interface WireTensor {
  name: string;
  shape: number[];
  datatype: string;
  data?: unknown[];
  parameters?: { binary_data_size?: number };
}

/**
 * A batch as an inference request of the Open Inference Protocol v2.
 *
 * @see https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
 */
export function encodeRequest(batch: EncoderBatch, manifest: ModelManifest, format: WireFormat): RemoteRequest {
  const shape = [batch.rows, batch.length];
  const { labels, dimension = 0 } = manifest.outputs;
  const numbers = batch.rows * batch.length * (labels.length + dimension);
  const mostReplyBytes = MOST_HEADER_BYTES + numbers * MOST_NUMBER_BYTES;
  const inputs = inputsOf(batch, manifest);
  const outputNames = [manifest.outputs.logits, ...(manifest.outputs.hidden ? [manifest.outputs.hidden] : [])];
  if (format === "json") {
    const body = JSON.stringify({
      inputs: inputs.map(([name, values]) => ({ name, shape, datatype: "INT64", data: Array.from(values) })),
      outputs: outputNames.map((name) => ({ name })),
    });
    return { headers: { "content-type": "application/json" }, body, mostReplyBytes };
  }
  const blocks = inputs.map(([, values]) => widen(values));
  const header = Buffer.from(
    JSON.stringify({
      inputs: inputs.map(([name], index) => ({
        name,
        shape,
        datatype: "INT64",
        parameters: { binary_data_size: blocks[index]?.byteLength },
      })),
      outputs: outputNames.map((name) => ({ name, parameters: { binary_data: true } })),
    }),
  );
  return {
    headers: { "content-type": "application/octet-stream", [HEADER_LENGTH]: String(header.length) },
    body: Buffer.concat([header, ...blocks]),
    mostReplyBytes,
  };
}

/**
 * What the encoder said, from a server's answer, and which version of the model it was. A server may answer in JSON what it was asked in bytes.
 *
 * @throws BackendError If the answer is not one, or not one to this batch.
 */
export function decodeReply(
  reply: RemoteReply,
  batch: EncoderBatch,
  manifest: ModelManifest,
): EncoderOutput & { version: string | undefined } {
  const { tensors, version } = readTensors(reply);
  const labels = manifest.outputs.labels.length;
  const logits = readFloats(tensors, manifest.outputs.logits, [batch.rows, batch.length, labels]);
  const { hidden: name, dimension = 0 } = manifest.outputs;
  if (name === undefined || dimension === 0) return { logits, labels, dimension: 0, version };
  const hidden = readFloats(tensors, name, [batch.rows, batch.length, dimension]);
  return { logits, labels, hidden, dimension, version };
}

function inputsOf(batch: EncoderBatch, manifest: ModelManifest): [name: string, values: Int32Array][] {
  const { rows, length, lengths, inputIds, tokenTypeIds } = batch;
  const ids = inputIds.slice();
  const mask = new Int32Array(rows * length);
  for (let row = 0; row < rows; row += 1) {
    const end = row * length + (lengths[row] as number);
    mask.fill(1, row * length, end);
    ids.fill(manifest.specialTokens.pad, end, (row + 1) * length);
  }
  const inputs: [string, Int32Array][] = [
    ["input_ids", ids],
    ["attention_mask", mask],
  ];
  if (manifest.tokenTypes !== "none") inputs.push(["token_type_ids", tokenTypeIds ?? new Int32Array(rows * length)]);
  return inputs;
}

/** int32 values as int64 in little-endian order. No token id is negative. */
function widen(values: Int32Array): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (let index = 0; index < values.length; index += 1) bytes.writeInt32LE(values[index] as number, index * 8);
  return bytes;
}

type ReadTensor = WireTensor & { bytes?: ArrayBuffer };

function readTensors({ headers, body }: RemoteReply): {
  tensors: Map<string, ReadTensor>;
  version: string | undefined;
} {
  const headerLength = Number(headers.get(HEADER_LENGTH) ?? body.byteLength);
  let outputs: ReadTensor[];
  let version: string | undefined;
  try {
    if (!(headerLength <= body.byteLength)) throw new RangeError(`a header of ${headerLength} bytes`);
    const header = JSON.parse(new TextDecoder().decode(body.subarray(0, headerLength))) as {
      outputs: WireTensor[];
      model_version?: string;
    };
    outputs = header.outputs.map((tensor) => ({ ...tensor }));
    version = header.model_version;
  } catch (cause) {
    throw new BackendError(
      `Expected the server to answer with tensors, got ${body.byteLength} bytes of something else.`,
      {
        cause,
      },
    );
  }
  let offset = headerLength;
  for (const tensor of outputs) {
    const size = tensor.parameters?.binary_data_size;
    if (size === undefined) continue;
    tensor.bytes = body.slice(offset, offset + size).buffer;
    offset += size;
  }
  return { tensors: new Map(outputs.map((tensor) => [tensor.name, tensor])), version };
}

function readFloats(tensors: Map<string, ReadTensor>, name: string, shape: number[]): Float32Array {
  const tensor = tensors.get(name);
  if (!tensor) {
    throw new BackendError(`Expected the server's outputs to hold \`${name}\`, got ${[...tensors.keys()].join(", ")}.`);
  }
  const values = tensor.bytes ? floatsFromBytes(tensor, tensor.bytes) : floatsFromJson(tensor);
  const size = shape.reduce((product, side) => product * side, 1);
  if (tensor.shape?.join() !== shape.join() || values.length !== size) {
    throw new BackendError(
      `Expected the server's \`${name}\` to be ${shape.join(" x ")} numbers, got ${values.length} in the shape ${tensor.shape?.join(" x ")}.`,
    );
  }
  const strange = values.findIndex((value) => !Number.isFinite(value));
  if (strange >= 0) {
    throw new BackendError(`Expected the server's \`${name}\` to be finite numbers, got ${values[strange]}.`);
  }
  return values;
}

/** Servers write what is no number as `null`: nothing but numbers is taken for one. */
function floatsFromJson({ name, datatype, data = [] }: WireTensor): Float32Array {
  if (!FLOATS.has(datatype)) throw strangeType(name, datatype);
  return Float32Array.from(data.flat(3), (value) => {
    if (typeof value === "number") return value;
    throw new BackendError(`Expected the server's \`${name}\` to be finite numbers, got ${JSON.stringify(value)}.`);
  });
}

function strangeType(name: string, datatype: string, bytes?: number): BackendError {
  const size = bytes === undefined ? "" : ` in ${bytes} bytes`;
  return new BackendError(`Expected the server's \`${name}\` to be FP32, FP16 or FP64, got ${datatype}${size}.`);
}

function floatsFromBytes({ name, datatype }: WireTensor, bytes: ArrayBuffer): Float32Array {
  if (datatype === "FP32" && bytes.byteLength % 4 === 0) return new Float32Array(bytes);
  if (datatype === "FP64" && bytes.byteLength % 8 === 0) return Float32Array.from(new Float64Array(bytes));
  if (datatype === "FP16" && bytes.byteLength % 2 === 0)
    return Float32Array.from(new Uint16Array(bytes), floatFromHalf);
  throw strangeType(name, datatype, bytes.byteLength);
}

/** IEEE 754 half precision. */
function floatFromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
