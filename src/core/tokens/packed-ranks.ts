import { base64Of } from "../runtime/base64.js";

/** Ranks as gpt-tokenizer ships them: the token of each rank as text, or as bytes if it is not valid UTF-8. */
export type RankList = readonly (string | readonly number[] | undefined)[];

/** The byte sequences of an encoding's tokens in the order of their ranks. */
export interface PackedRanks {
  /** Bytes of each rank's sequence; 0 where a rank has none (a special token's place). */
  lengths: Uint8Array;
  /** All sequences, one behind the other. */
  bytes: Uint8Array;
}

/**
 * Packs a list of ranks. The package's build does this once: megabytes of source are slow to compile, and 200,000 strings
 * are heavy.
 *
 * @throws RangeError for a sequence of more than 255 bytes; the longest of the known encodings has 128
 */
export function packRanks(ranks: RankList): PackedRanks {
  const lengths = new Uint8Array(ranks.length);
  const parts: Buffer[] = [];
  for (const [rank, token] of ranks.entries()) {
    if (token === undefined) continue;
    const part = typeof token === "string" ? Buffer.from(token, "utf8") : Buffer.from(token);
    if (part.length > 255) throw new RangeError(`Expected tokens of at most 255 bytes, got one of ${part.length}.`);
    lengths[rank] = part.length;
    parts.push(part);
  }
  return { lengths, bytes: Buffer.concat(parts) };
}

/** Packed ranks as one line of text: both parts in base64. */
export function writePackedRanks({ lengths, bytes }: PackedRanks): string {
  return `${base64Of(lengths)} ${base64Of(bytes)}`;
}

/** What {@link writePackedRanks} wrote. */
export function readPackedRanks(line: string): PackedRanks {
  const border = line.indexOf(" ");
  return {
    lengths: Buffer.from(line.slice(0, border), "base64"),
    bytes: Buffer.from(line.slice(border + 1), "base64"),
  };
}
