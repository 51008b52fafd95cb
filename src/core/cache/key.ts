import { createHash } from "node:crypto";

/**
 * Key of a text's scores under a model: `cs2-` and 64 hexadecimal digits, so that it matches `[a-z0-9_-]+` and
 * can be a file's name. The text goes in as UTF-16, because UTF-8 would make all lone surrogates one; the
 * fingerprint goes in with its length, so that the border between the two cannot move.
 */
export function cacheKey(modelFingerprint: string, text: string): string {
  const hash = createHash("sha256");
  hash.update(`${modelFingerprint.length}:`);
  hash.update(modelFingerprint, "utf16le");
  hash.update(text, "utf16le");
  return `cs2-${hash.digest("hex")}`;
}
