import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import {
  createSieve,
  type Device,
  type EncodeOptions,
  type ScoreCache,
  type Sieve,
  type SourceDocument,
} from "../core/index.js";
import { type WindowProgress, windowProgress } from "../core/model/window-progress.js";
import type { Notices } from "./notices.js";
import { wholeNumber } from "./numbers.js";
import { plural } from "./plural.js";
import { createSpinner, type Spinner } from "./progress.js";

/** Flags that say which model runs, and where. */
export interface ModelFlags {
  model?: string;
  device?: Device;
  dtype?: string;
  threads?: number;
  cache?: string;
}

/** How documents are read: scores are kept for that. */
type ReadingOptions = Pick<EncodeOptions, "kind" | "form">;

/** What encoding the documents took. */
export interface Encoded {
  cacheHits: number;
  cacheMisses: number;
  milliseconds: number;
}

/** Adds the flags of {@link ModelFlags} to a command. */
export function addModelFlags(command: Command): Command {
  return command
    .addOption(
      new Option("--model <folder>", "model folder, `multilingual` or `auto` (default: the bundled model)").env(
        "CONTEXTSIEVE_MODEL",
      ),
    )
    .addOption(
      new Option("--device <device>", "where it runs (default: cpu)")
        .choices(["auto", "cpu", "cuda", "webgpu", "dml", "coreml"])
        .env("CONTEXTSIEVE_DEVICE"),
    )
    .option("--dtype <name>", "form of the weights")
    .addOption(
      new Option("--threads <n>", "threads of the session, at most the machine's cores")
        .argParser(wholeNumber)
        .env("CONTEXTSIEVE_THREADS"),
    )
    .addOption(
      new Option("--cache <folder>", "keep scores in files, so that a text is encoded once").env("CONTEXTSIEVE_CACHE"),
    );
}

/**
 * What a sieve is made of, from the flags. More threads than cores would only get in each other's way.
 *
 * @param cache In the place of the flag's folder.
 */
export function sieveOptions({ model, device, dtype, threads }: ModelFlags, notices: Notices, cache?: ScoreCache) {
  const cores = availableParallelism();
  if (threads !== undefined && threads > cores)
    notices.warn(`--threads ${threads} is more than this machine's ${plural(cores, "core")}; ${cores} are used.`);
  return {
    ...(model === undefined ? {} : { model }),
    ...(device === undefined ? {} : { device }),
    ...(dtype === undefined ? {} : { dtype }),
    ...(threads === undefined ? {} : { threads: Math.min(threads, cores) }),
    ...(cache === undefined ? {} : { cache }),
  };
}

/**
 * Opens a sieve, encodes the documents under a spinner, and hands both on.
 *
 * @param reading How they are read, as `compress` will be told.
 */
export async function withEncodedDocuments<Outcome>(
  options: Parameters<typeof createSieve>[0],
  documents: readonly SourceDocument[],
  notices: Notices,
  use: (sieve: Sieve, encoded: Encoded) => Promise<Outcome>,
  reading: ReadingOptions = {},
): Promise<Outcome> {
  const spinner = createSpinner(notices.isQuiet);
  try {
    spinner.show(() => "loading the model");
    const sieve = await createSieve(options);
    try {
      const encoded = await encodeAll(sieve, documents, reading, spinner);
      spinner.show(() => "fitting");
      return await use(sieve, encoded);
    } finally {
      await sieve.dispose();
    }
  } finally {
    spinner.end();
  }
}

/** How much of a text is read: nothing is said of one that is a single window, or not cut into windows yet. */
export function describeWindows({ given, done }: WindowProgress): string {
  return given > 1 ? `, ${Math.floor((100 * done) / given)}% read` : "";
}

async function encodeAll(
  sieve: Sieve,
  documents: readonly SourceDocument[],
  reading: ReadingOptions,
  spinner: Spinner,
): Promise<Encoded> {
  const started = performance.now();
  const total = { cacheHits: 0, cacheMisses: 0 };
  const characters = documents.reduce((sum, { text }) => sum + text.length, 0);
  let done = 0;
  let doneCharacters = 0;
  spinner.show(() => {
    const share = characters === 0 ? 100 : Math.floor((100 * doneCharacters) / characters);
    return documents.length === 1
      ? `encoding ${characters} characters${describeWindows(windowProgress())}`
      : `encoded ${done} of ${documents.length} documents, ${share}% of ${characters} characters`;
  });
  await Promise.all(
    documents.map(async (document) => {
      const { cacheHits, cacheMisses } = await sieve.encode([document], reading);
      total.cacheHits += cacheHits;
      total.cacheMisses += cacheMisses;
      done += 1;
      doneCharacters += document.text.length;
    }),
  );
  return { ...total, milliseconds: performance.now() - started };
}
