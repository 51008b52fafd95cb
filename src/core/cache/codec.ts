import { sha256 } from "../runtime/hash.js";
import type { EncodedText } from "../types.js";

// "CSv2" in the machine's own byte order: an entry from a machine of the other order reads as foreign.
const MAGIC = 0x43537632;
const HEADER_WORDS = 6;
const HEADER_BYTES = HEADER_WORDS * Uint32Array.BYTES_PER_ELEMENT;
const CHECKSUM_BYTES = 16;
const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/**
 * Scores as bytes, for stores outside the process: magic with version, the lengths of `keep`, `core`,
 * `pivot` and `vectors`, the dimension, the four arrays as they are (32-bit floats, so that a cached text compresses
 * exactly as a fresh one), and a checksum over all of it and the key.
 */
export function encodeEntry(key: string, { keep, core, pivot, vectors, dimension }: EncodedText): Uint8Array {
  const arrays = [keep, core, pivot, vectors];
  const floats = arrays.reduce((sum, array) => sum + array.length, 0);
  const bytes = new Uint8Array(HEADER_BYTES + floats * FLOAT_BYTES + CHECKSUM_BYTES);
  new Uint32Array(bytes.buffer, 0, HEADER_WORDS).set([MAGIC, ...arrays.map(({ length }) => length), dimension]);
  let offset = HEADER_BYTES;
  for (const array of arrays) {
    new Float32Array(bytes.buffer, offset, array.length).set(array);
    offset += array.byteLength;
  }
  bytes.set(checksum(key, bytes.subarray(0, offset)), offset);
  return bytes;
}

/**
 * Scores from bytes that {@link encodeEntry} made for this very key. Anything else (truncated, altered, foreign,
 * of another version, another key's) is `undefined`: bytes from a store are never believed and never throw.
 */
export function decodeEntry(key: string, stored: Uint8Array): EncodedText | undefined {
  if (stored.length < HEADER_BYTES + CHECKSUM_BYTES) return undefined;
  const bytes = new Uint8Array(stored); // a copy, so that it is aligned and nobody else writes to it
  const [magic, keepLength, coreLength, pivotLength, vectorsLength, dimension] = new Uint32Array(
    bytes.buffer,
    0,
    HEADER_WORDS,
  ) as unknown as [number, number, number, number, number, number];
  const end = HEADER_BYTES + (keepLength + coreLength + pivotLength + vectorsLength) * FLOAT_BYTES;
  if (magic !== MAGIC || bytes.length !== end + CHECKSUM_BYTES) return undefined;
  if (coreLength !== keepLength || pivotLength !== keepLength || !rowsFit(vectorsLength, dimension)) return undefined;
  if (checksum(key, bytes.subarray(0, end)).compare(bytes.subarray(end)) !== 0) return undefined;

  let offset = HEADER_BYTES;
  const take = (length: number): Float32Array => {
    const array = new Float32Array(bytes.buffer, offset, length).slice();
    offset += array.byteLength;
    return array;
  };
  const [keep, core, pivot, vectors] = [take(keepLength), take(coreLength), take(pivotLength), take(vectorsLength)];
  return { keep, core, pivot, vectors, dimension };
}

function rowsFit(vectorsLength: number, dimension: number): boolean {
  return dimension === 0 ? vectorsLength === 0 : vectorsLength % dimension === 0;
}

function checksum(key: string, bytes: Uint8Array): Buffer {
  return sha256(Buffer.from(`${key}:`), bytes).subarray(0, CHECKSUM_BYTES);
}
