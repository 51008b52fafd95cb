import { type FileHandle, open } from "node:fs/promises";
import { ModelLoadError } from "../../errors.js";

/** Names of what goes into an ONNX graph and of what comes out. */
export interface GraphNames {
  inputs: string[];
  outputs: string[];
}

const GRAPH = 7;
const GRAPH_INPUT = 11;
const GRAPH_OUTPUT = 12;
const VALUE_NAME = 1;
const LENGTH_DELIMITED = 2;
/** Longest description of one input or output that is read. */
const MAX_VALUE_BYTES = 65_536;

/**
 * Reads the names of a graph's inputs and outputs, without its weights: only the headers of the fields are
 * read, and the rest is skipped.
 *
 * @throws ModelLoadError If the file is no ONNX model.
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export async function readGraphNames(path: string): Promise<GraphNames> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (cause) {
    throw new ModelLoadError(`Expected model file ${path} to be readable, got ${String(cause)}.`, { cause });
  }
  try {
    const { size } = await file.stat();
    for await (const field of fields(file, 0, size)) {
      if (field.number === GRAPH) return await readGraph(file, field.start, field.end);
    }
  } catch (cause) {
    throw notOnnx(path, cause);
  } finally {
    await file.close();
  }
  throw notOnnx(path);
}

async function readGraph(file: FileHandle, start: number, end: number): Promise<GraphNames> {
  const names: GraphNames = { inputs: [], outputs: [] };
  for await (const field of fields(file, start, end)) {
    if (field.number !== GRAPH_INPUT && field.number !== GRAPH_OUTPUT) continue;
    const bytes = await readBytes(file, field.start, Math.min(field.end - field.start, MAX_VALUE_BYTES));
    const name = nameOf(bytes);
    if (name !== undefined) (field.number === GRAPH_INPUT ? names.inputs : names.outputs).push(name);
  }
  return names;
}

interface Field {
  number: number;
  /** Range of a length-delimited field's content in the file. */
  start: number;
  end: number;
}

/** The length-delimited fields of a message, in order. */
async function* fields(file: FileHandle, start: number, end: number): AsyncGenerator<Field> {
  for (let at = start; at < end; ) {
    const header = await readBytes(file, at, Math.min(20, end - at));
    const [key, keyLength] = varint(header, 0);
    const wire = key & 7;
    if (wire === LENGTH_DELIMITED) {
      const [length, lengthLength] = varint(header, keyLength);
      const from = at + keyLength + lengthLength;
      if (from + length > end) throw new RangeError(`a field of ${length} bytes does not fit at byte ${at}`);
      yield { number: Math.floor(key / 8), start: from, end: from + length };
      at = from + length;
    } else {
      at += keyLength + skip(wire, header, keyLength);
    }
  }
}

function skip(wire: number, header: Buffer, from: number): number {
  if (wire === 0) return varint(header, from)[1];
  if (wire === 1) return 8;
  if (wire === 5) return 4;
  throw new RangeError(`wire type ${wire}`);
}

function nameOf(bytes: Buffer): string | undefined {
  for (let at = 0; at < bytes.length; ) {
    const [key, keyLength] = varint(bytes, at);
    at += keyLength;
    if ((key & 7) !== LENGTH_DELIMITED) {
      at += skip(key & 7, bytes, at);
      continue;
    }
    const [length, lengthLength] = varint(bytes, at);
    at += lengthLength;
    if (Math.floor(key / 8) === VALUE_NAME) return bytes.toString("utf8", at, at + length);
    at += length;
  }
  return undefined;
}

/** A little-endian base-128 number and its length in bytes. */
function varint(bytes: Buffer, from: number): [value: number, length: number] {
  let value = 0;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[from + index];
    if (byte === undefined) throw new RangeError("the file ends in the middle of a number");
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return [value, index + 1];
  }
  throw new RangeError("a number of more than ten bytes");
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function notOnnx(path: string, cause?: unknown): ModelLoadError {
  const reason = cause === undefined ? "no graph" : (cause as Error).message;
  return new ModelLoadError(`Expected ${path} to be an ONNX model, got a file that is none: ${reason}.`, { cause });
}
