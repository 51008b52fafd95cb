import { InvalidOptionError } from "../core/errors.js";

/** The encodings that chunks can be measured in. */
export const CHUNK_ENCODINGS = ["o200k_base", "cl100k_base"] as const;
export type ChunkEncoding = (typeof CHUNK_ENCODINGS)[number];

/** Tokens of a text; text that looks like a special token is text. */
export type CountTokens = (text: string) => number;

const AS_TEXT = { disallowedSpecial: new Set<string>() };

/**
 * Loads an encoding; the ranks are read once.
 *
 * @throws {InvalidOptionError} for an encoding that is none of {@link CHUNK_ENCODINGS}
 */
export async function loadTokenCount(encoding: ChunkEncoding): Promise<CountTokens> {
  switch (encoding) {
    case "o200k_base": {
      const { countTokens } = await import("gpt-ranks/encoding/o200k_base");
      return (text) => countTokens(text, AS_TEXT);
    }
    case "cl100k_base": {
      const { countTokens } = await import("gpt-ranks/encoding/cl100k_base");
      return (text) => countTokens(text, AS_TEXT);
    }
    default:
      throw new InvalidOptionError(
        `Expected \`encoding\` to be one of ${CHUNK_ENCODINGS.join(", ")}, got \`${encoding as string}\`.`,
      );
  }
}
