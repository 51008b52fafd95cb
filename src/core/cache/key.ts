import { sha256, utf16Bytes } from "../runtime/hash.js";

/**
 * Key of a text's scores under a model: `cs1-` and 64 hexadecimal digits, so that it matches `[a-z0-9_-]+` and
 * can be a file's name. The text is hashed as UTF-16, because UTF-8 would make all lone surrogates one; the
 * fingerprint goes in with its length, so that the border between the two cannot move.
 */
export function cacheKey(modelFingerprint: string, text: string): string {
  const length = Buffer.from(`${modelFingerprint.length}:`);
  return `cs1-${sha256(length, utf16Bytes(modelFingerprint), utf16Bytes(text)).toString("hex")}`;
}
