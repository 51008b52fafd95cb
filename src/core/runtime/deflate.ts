import { deflateRawSync, inflateRawSync } from "node:zlib";

/** Bytes made smaller (RFC 1951, without a header). */
export function deflate(bytes: Uint8Array): Uint8Array {
  return deflateRawSync(bytes, { level: 9 });
}

/**
 * The bytes that {@link deflate} made smaller.
 *
 * @returns Undefined if they are none, or if there would be more than `mostBytes`.
 */
export function inflate(bytes: Uint8Array, mostBytes: number): Uint8Array | undefined {
  try {
    return inflateRawSync(bytes, { maxOutputLength: mostBytes });
  } catch {
    return undefined;
  }
}
