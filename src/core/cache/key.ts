import { sha256, utf16Bytes } from "../runtime/hash.js";

/** The version of what is kept: with another layout of scores or keys the prefix is another. */
export const KEY_PREFIX = "cs3-";

/**
 * Key of a text's scores under a model: `cs3-` and 64 hexadecimal digits, so that it matches `[a-z0-9_-]+` and
 * can be a file's name. The text is hashed as UTF-16, because UTF-8 would make all lone surrogates one; the
 * fingerprint goes in with its length, so that the border between the two cannot move.
 *
 * @param outline How the text is read if it is no prose: the kind and the version of its parser.
 */
export function cacheKey(modelFingerprint: string, text: string, outline = ""): string {
  const lengths = Buffer.from(
    outline === "" ? `${modelFingerprint.length}:` : `${modelFingerprint.length}:${outline}:`,
  );
  return `${KEY_PREFIX}${sha256(lengths, utf16Bytes(modelFingerprint), utf16Bytes(text)).toString("hex")}`;
}
