import { InvalidOptionError, resolveCounter } from "../core/index.js";

/** The encodings that chunks can be measured in. */
export const CHUNK_ENCODINGS = ["o200k_base", "cl100k_base"] as const;
export type ChunkEncoding = (typeof CHUNK_ENCODINGS)[number];

/** Tokens of a text; text that looks like a special token is text. */
export type CountTokens = (text: string) => number;

/**
 * Loads an encoding; the ranks are read once.
 *
 * @throws {InvalidOptionError} for an encoding that is none of {@link CHUNK_ENCODINGS}
 */
export async function loadTokenCount(encoding: ChunkEncoding): Promise<CountTokens> {
  if (!CHUNK_ENCODINGS.includes(encoding)) {
    throw new InvalidOptionError(
      `Expected \`encoding\` to be one of ${CHUNK_ENCODINGS.join(", ")}, got \`${encoding as string}\`.`,
    );
  }
  const counter = await resolveCounter(encoding);
  return (text) => counter.count(text) as number;
}
