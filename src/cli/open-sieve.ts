import { type Command, InvalidArgumentError, Option } from "commander";
import { createSieve, type Device, folderCache, type Sieve, type SourceDocument } from "../core/index.js";
import { createProgress } from "./progress.js";

/** Flags that say which model runs, and where. */
export interface ModelFlags {
  model?: string;
  device?: Device;
  dtype?: string;
  threads?: number;
  cache?: string;
}

/** Adds the flags of {@link ModelFlags} to a command. */
export function addModelFlags(command: Command): Command {
  return command
    .option("--model <folder>", "model folder (default: the bundled model)")
    .addOption(
      new Option("--device <device>", "where it runs").choices(["auto", "cpu", "cuda", "webgpu", "dml", "coreml"]),
    )
    .option("--dtype <name>", "form of the weights")
    .option("--threads <n>", "threads of the session", wholeNumber)
    .option("--cache <folder>", "keep scores in files, so that a text is encoded once");
}

/** Opens a sieve, encodes the documents under a progress bar, and hands both on. */
export async function withEncodedDocuments(
  flags: ModelFlags,
  documents: readonly SourceDocument[],
  use: (sieve: Sieve, encoded: { cacheHits: number; cacheMisses: number; milliseconds: number }) => Promise<void>,
): Promise<void> {
  const { cache, ...model } = flags;
  const sieve = await createSieve({ ...model, ...(cache === undefined ? {} : { cache: folderCache(cache) }) });
  try {
    const started = performance.now();
    const progress = createProgress(documents.length, "documents encoded");
    const total = { cacheHits: 0, cacheMisses: 0 };
    let done = 0;
    await Promise.all(
      documents.map(async (document) => {
        const { cacheHits, cacheMisses } = await sieve.encode([document]);
        total.cacheHits += cacheHits;
        total.cacheMisses += cacheMisses;
        progress.update(++done);
      }),
    );
    progress.end();
    await use(sieve, { ...total, milliseconds: performance.now() - started });
  } finally {
    await sieve.dispose();
  }
}

/** Commander's reading of a whole number of at least 1. */
export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError(`Expected an integer of at least 1, got \`${value}\`.`);
  return number;
}
