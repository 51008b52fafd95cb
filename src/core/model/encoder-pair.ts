import type { Encoder } from "./encoder.js";

/** The models of a sieve. */
export interface EncoderPair {
  /** Reads what it knows the script and the language of. */
  readonly first: Encoder;
  /** Opens the one that reads the rest, when the first text needs it; undefined if there is none. @throws ModelLoadError */
  readonly second?: (() => Promise<Encoder>) | undefined;
}
