import { InvalidOptionError } from "../errors.js";
import { base64Of, bytesOfBase64 } from "../runtime/base64.js";
import { deflate, inflate } from "../runtime/deflate.js";
import type { EncodedText } from "../types.js";
import { decodeEntry, encodeEntry } from "./codec.js";
import { KEY_PREFIX } from "./key.js";

/** What a store keeps beside a text's vector, as a part of its metadata. A type, so that it goes where a record is wanted. */
export type ScoreMetadata = {
  /** Scores in base64; absent for a text that no model of the sieve reads, which is as quick to read again. */
  contextsieveScores?: string;
};

/** Scores that lay beside a text, and the key under which a cache has them. */
export interface MetadataScores {
  /** Of the model, the text and how it was read: for another text or model it is another. */
  key: string;
  scores: EncodedText;
}

/** Layout of {@link packMetadata}: this byte, the key's digest, and the cache's entry made smaller. */
const VERSION = 1;
const DIGEST_BYTES = 32;
/** An entry of a text of 300,000 words and 20,000 sentences takes 9 MB: what would be larger is hostile. */
const MOST_ENTRY_BYTES = 64 * 2 ** 20;

/** Scores and their key as metadata. About 450 characters a sentence and 3 a word. */
export function packMetadata(key: string, scores: EncodedText): ScoreMetadata {
  const digest = Buffer.from(key.slice(KEY_PREFIX.length), "hex");
  const entry = deflate(encodeEntry(key, scores));
  const bytes = new Uint8Array(1 + DIGEST_BYTES + entry.length);
  bytes[0] = VERSION;
  bytes.set(digest, 1);
  bytes.set(entry, 1 + DIGEST_BYTES);
  return { contextsieveScores: base64Of(bytes) };
}

/** The scores in a document's metadata, if they are whole; nothing in metadata is believed, and nothing throws. */
export function findScores(metadata: unknown): MetadataScores | undefined {
  const bytes = bytesOfBase64(textIn(metadata));
  if (bytes === undefined || bytes.length <= 1 + DIGEST_BYTES || bytes[0] !== VERSION) return undefined;
  const key = KEY_PREFIX + Buffer.from(bytes.subarray(1, 1 + DIGEST_BYTES)).toString("hex");
  const entry = inflate(bytes.subarray(1 + DIGEST_BYTES), MOST_ENTRY_BYTES);
  const scores = entry && decodeEntry(key, entry);
  return scores && { key, scores };
}

/**
 * Reads what `sieve.toMetadata` gave for one document: to check a store, or to fill a cache from one
 * (`cache.set(key, scores)`). `compress` needs no call of it: it finds the scores in `metadata` itself, and passes over
 * those that are damaged or of another text, model or version.
 *
 * @param metadata A document's metadata, or its member `contextsieveScores` alone.
 *
 * @example
 * const { key, scores } = fromMetadata(row.metadata);
 *
 * @throws InvalidOptionError If there are no scores in it, or they are damaged or of another version.
 */
export function fromMetadata(metadata: unknown): MetadataScores {
  const found = findScores(metadata);
  if (found) return found;
  const text = textIn(metadata);
  const got =
    text === undefined
      ? "none"
      : bytesOfBase64(text)?.[0] === VERSION
        ? "text that was cut or altered"
        : "text of another version or origin";
  throw new InvalidOptionError(`Expected \`metadata\` to hold scores that \`toMetadata\` gave, got ${got}.`);
}

function textIn(metadata: unknown): string | undefined {
  const value =
    typeof metadata === "object" && metadata !== null ? (metadata as ScoreMetadata).contextsieveScores : metadata;
  return typeof value === "string" ? value : undefined;
}
