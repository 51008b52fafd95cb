/** Bytes as base64 text. */
export function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/**
 * The bytes of a text that {@link base64Of} made.
 *
 * @returns Undefined for anything else.
 */
export function bytesOfBase64(text: unknown): Uint8Array | undefined {
  if (typeof text !== "string") return undefined;
  const bytes = Buffer.from(text, "base64");
  // Reading base64 passes over what does not belong to it: the length tells.
  return text.length === 4 * Math.ceil(bytes.length / 3) ? bytes : undefined;
}
