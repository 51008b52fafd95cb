import { type EncodeJobResult, encodeJob } from "../../bulk/index.js";
import { createSieve, type SourceDocument } from "../../core/index.js";
import type { Notices } from "../notices.js";
import { type ModelFlags, sieveOptions } from "../open-sieve.js";
import { fillScoreFolder } from "../score-folder.js";

/** Where batches are encoded: in this process, or in one of its own. */
export interface Lane {
  /** Changes with anything that could change a score. */
  readonly fingerprint: string;
  /** @throws What the model throws, or InvalidOptionError where scores cannot be read back. */
  encode(documents: readonly SourceDocument[]): Promise<LaneResult>;
  close(): Promise<void>;
}

/** What became of a batch. */
export interface LaneResult extends EncodeJobResult {
  /** Entries that were written and could not be read back. */
  lost: number;
}

/** Flags of a lane. */
export type LaneFlags = ModelFlags & { cache: string };

/** Each session takes some 70 MB. */
const MOST_SESSIONS = 4;

/**
 * Opens a lane in this process.
 *
 * @throws InvalidOptionError, ModelLoadError
 */
export async function openLane(flags: LaneFlags, notices: Notices): Promise<Lane> {
  const scores = await fillScoreFolder(flags.cache);
  // Texts never come alone here: a session for each thread reads most of them.
  const sieve = await createSieve({ ...sieveOptions(flags, notices, scores.cache), sessions: MOST_SESSIONS });
  let told = 0;
  return {
    fingerprint: sieve.info.fingerprint,
    async encode(documents) {
      const result = await encodeJob(documents, { sieve });
      const lost = scores.lost - told;
      told = scores.lost;
      return { ...result, lost };
    },
    close: () => sieve.dispose(),
  };
}
