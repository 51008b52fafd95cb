import type { Notices } from "../notices.js";
import { createSpinner } from "../progress.js";
import type { CorpusCounts } from "./encode-corpus.js";

/** Tells how far a corpus is: on a terminal all the time, elsewhere now and then. */
export interface CorpusProgress {
  update(counts: CorpusCounts): void;
  end(): void;
}

/** Milliseconds between two lines where standard error is no terminal. */
const LINE_MS = 30_000;
const MB = 1e6;

/** @param totalBytes Of all files; undefined where that is not known, as of standard input. */
export function createCorpusProgress(notices: Notices, totalBytes: number | undefined): CorpusProgress {
  const started = performance.now();
  const spinner = createSpinner(notices.isQuiet);
  let told = started;
  let words = "encoding";
  spinner.show(() => words);
  return {
    update(counts) {
      const now = performance.now();
      words = describeProgress(counts, totalBytes, now - started);
      if (process.stderr.isTTY || now - told < LINE_MS) return;
      told = now;
      notices.say(words);
    },
    end: () => spinner.end(),
  };
}

/** `encoded 3200 documents (1200 of them in this run, 85.3 a second), 41% of 12.0 MB, 00:12:30 left`. */
export function describeProgress(
  { documents, encoded, bytes, encodedBytes }: CorpusCounts,
  totalBytes: number | undefined,
  elapsedMs: number,
): string {
  const rate = (encoded / Math.max(elapsedMs, 1)) * 1000;
  const done = `encoded ${documents} documents (${encoded} of them in this run, ${rate.toFixed(1)} a second)`;
  if (totalBytes === undefined) return `${done}, ${(bytes / MB).toFixed(1)} MB`;
  const share = totalBytes === 0 ? 100 : Math.floor((100 * bytes) / totalBytes);
  const place = `${done}, ${share}% of ${(totalBytes / MB).toFixed(1)} MB`;
  if (encodedBytes === 0) return place;
  return `${place}, ${clock(((totalBytes - bytes) / encodedBytes) * elapsedMs)} left`;
}

function clock(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
