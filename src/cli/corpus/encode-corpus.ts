import type { Lane, LaneResult } from "./lane.js";
import { documentsOf, type LineBatch } from "./line-batches.js";
import type { Manifest } from "./manifest.js";

/** What became of a corpus, so far or in the end. */
export interface CorpusCounts {
  documents: number;
  encoded: number;
  /** Bytes of the files that were gone through, and of those that this run encoded. */
  bytes: number;
  encodedBytes: number;
  /** Entries that could not be read back. */
  lost: number;
}

/** Batches that a lane is given at once, so that it always has something to do. */
const BATCHES_PER_LANE = 3;

/**
 * Encodes what the manifest does not have yet, over all lanes, and writes down each batch that is done. The first batch that
 * fails ends it: what is done stays done.
 *
 * @param onBatch Told after each batch.
 * @throws InvalidOptionError, BackendError, ModelLoadError
 */
export async function encodeCorpus(
  batches: AsyncGenerator<LineBatch>,
  lanes: readonly Lane[],
  manifest: Manifest,
  onBatch: (counts: CorpusCounts) => void,
): Promise<CorpusCounts> {
  const counts: CorpusCounts = { documents: 0, encoded: 0, bytes: 0, encodedBytes: 0, lost: 0 };
  let hasFailed = false;
  const work = async (lane: Lane) => {
    while (!hasFailed) {
      const { value: batch, done } = await batches.next();
      if (done) return;
      const outcome = await encodeBatch(batch, lane, manifest);
      counts.documents += outcome.documents;
      counts.encoded += outcome.encoded;
      counts.lost += outcome.lost;
      counts.bytes += batch.bytes;
      if (outcome.encoded > 0) counts.encodedBytes += batch.bytes;
      onBatch(counts);
    }
  };
  const workers = lanes.flatMap((lane) => Array.from({ length: BATCHES_PER_LANE }, () => work(lane)));
  await Promise.all(
    workers.map((worker) =>
      worker.catch((error: unknown) => {
        hasFailed = true;
        throw error;
      }),
    ),
  );
  return counts;
}

async function encodeBatch(batch: LineBatch, lane: Lane, manifest: Manifest): Promise<LaneResult> {
  const record = manifest.find(batch);
  if (record) return { documents: record.documents, encoded: 0, known: record.documents, lost: 0 };
  const result = await lane.encode(documentsOf(batch));
  // What could not be kept is not done.
  if (result.lost === 0) await manifest.add(batch, result);
  return result;
}
