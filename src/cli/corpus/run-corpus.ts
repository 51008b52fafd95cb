import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { InvalidOptionError } from "../../core/index.js";
import { allOrNone } from "../../core/runtime/all-or-none.js";
import { encodingName } from "../decode.js";
import { type FoundFile, STANDARD_INPUT } from "../find-files.js";
import { filesOf, type InputFlags } from "../input.js";
import type { Notices } from "../notices.js";
import { plural } from "../plural.js";
import { createCorpusProgress } from "./corpus-progress.js";
import { encodeCorpus } from "./encode-corpus.js";
import { type Lane, type LaneFlags, openLane } from "./lane.js";
import { forkLane } from "./lane-process.js";
import { type LineBatch, lineBatches } from "./line-batches.js";
import { openManifest } from "./manifest.js";

/** Flags of a corpus. */
export type CorpusFlags = LaneFlags & InputFlags & { processes?: number };

/** Threads of one session; more gain nothing. */
const MOST_THREADS = 8;

/**
 * Encodes files of JSON lines, of any size, into a folder of scores: resumed where an earlier run was stopped, on all cores.
 *
 * @throws InvalidOptionError, ModelLoadError, BackendError
 */
export async function runCorpus(names: readonly string[], flags: CorpusFlags, notices: Notices): Promise<void> {
  const started = performance.now();
  const encoding = flags.encoding === undefined ? undefined : encodingName(flags.encoding);
  const files = await filesOf(names, flags);
  const lanes = await openLanes(flags, notices);
  const progress = createCorpusProgress(notices, await sizeOf(files));
  try {
    const manifest = await openManifest(flags.cache, (lanes[0] as Lane).fingerprint);
    const counts = await encodeCorpus(batchesOf(files, encoding), lanes, manifest, progress.update).finally(() =>
      manifest.close(),
    );
    if (counts.documents === 0) throw new InvalidOptionError("Expected at least one document, got none.");
    if (counts.lost > 0) {
      throw new InvalidOptionError(
        `Expected to write the scores of ${plural(counts.encoded, "document")} to --cache ${flags.cache}, got ${counts.lost} that could not be read back: is the disk full?`,
      );
    }
    progress.end();
    notices.say(
      `${plural(counts.documents, "document")} in ${flags.cache}: ${counts.encoded} encoded, ${counts.documents - counts.encoded} there already; ${(performance.now() - started).toFixed(0)} ms`,
    );
  } finally {
    progress.end();
    await Promise.all(lanes.map((lane) => lane.close()));
  }
}

/** One lane in this process, or several in processes of their own, the cores shared out among them. */
async function openLanes({ processes, ...flags }: CorpusFlags, notices: Notices): Promise<Lane[]> {
  const cores = availableParallelism();
  const count = processes ?? Math.max(1, Math.floor(cores / MOST_THREADS));
  const threads = flags.threads ?? Math.min(MOST_THREADS, Math.max(1, Math.floor(cores / count)));
  if (count === 1) return [await openLane(flags, notices)];
  const { cache, model, device, dtype } = flags;
  const own: LaneFlags = {
    cache,
    threads,
    ...(model && { model }),
    ...(device && { device }),
    ...(dtype && { dtype }),
  };
  return allOrNone(
    Array.from({ length: count }, () => forkLane(own)),
    (lane) => lane.close(),
  );
}

async function* batchesOf(files: readonly FoundFile[], encoding: string | undefined): AsyncGenerator<LineBatch> {
  for (const file of files) yield* lineBatches(file, encoding);
}

async function sizeOf(files: readonly FoundFile[]): Promise<number | undefined> {
  if (files.some(({ path }) => path === STANDARD_INPUT)) return undefined;
  const sizes = await Promise.all(
    files.map(({ path }) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
