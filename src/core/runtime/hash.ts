import { createHash } from "node:crypto";

/** SHA-256 of bytes, one part after another. */
export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** A text as UTF-16, little-endian: UTF-8 would make all lone surrogates one. */
export function utf16Bytes(text: string): Uint8Array {
  return Buffer.from(text, "utf16le");
}
