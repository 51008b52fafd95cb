import { sha256 } from "../runtime/hash.js";
import type { EncodedText } from "../types.js";
import { packScores, unpackScores } from "./packed.js";

const CHECKSUM_BYTES = 16;

/** Scores as bytes, for stores outside the process: packed, with a checksum over them and the key. */
export function encodeEntry(key: string, scores: EncodedText): Uint8Array<ArrayBuffer> {
  const packed = packScores(scores);
  const bytes = new Uint8Array(packed.length + CHECKSUM_BYTES);
  bytes.set(packed);
  bytes.set(checksum(key, packed), packed.length);
  return bytes;
}

/**
 * Scores from bytes that {@link encodeEntry} made for this very key. Anything else (truncated, altered, foreign,
 * of another version, another key's) is `undefined`: bytes from a store are never believed and never throw.
 */
export function decodeEntry(key: string, stored: Uint8Array): EncodedText | undefined {
  if (stored.length < CHECKSUM_BYTES) return undefined;
  const end = stored.length - CHECKSUM_BYTES;
  const packed = stored.subarray(0, end);
  return checksum(key, packed).compare(stored.subarray(end)) === 0 ? unpackScores(packed) : undefined;
}

function checksum(key: string, bytes: Uint8Array): Buffer {
  return sha256(Buffer.from(`${key}:`), bytes).subarray(0, CHECKSUM_BYTES);
}
