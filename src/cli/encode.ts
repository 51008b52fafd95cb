import type { Command } from "commander";
import { InvalidOptionError } from "../core/index.js";
import { runCorpus } from "./corpus/run-corpus.js";
import { guarded } from "./guard.js";
import { addInputFlags, type InputFlags, readDocuments } from "./input.js";
import { createNotices } from "./notices.js";
import { wholeNumber } from "./numbers.js";
import { addModelFlags, type ModelFlags, sieveOptions, withEncodedDocuments } from "./open-sieve.js";
import { plural } from "./plural.js";
import { fillScoreFolder } from "./score-folder.js";

interface EncodeFlags extends ModelFlags, InputFlags {
  quiet?: boolean;
  processes?: number;
}

const EXAMPLES = `
Examples:
  contextsieve encode docs --cache .scores
  contextsieve compress docs --cache .scores -n 2k -q "How are keys rotated?"
  contextsieve encode --jsonl corpus.jsonl --cache /mnt/scores --processes 4
`;

/** Adds `encode` to the program. */
export function registerEncode(program: Command): void {
  const command = program
    .command("encode")
    .description(
      "encode documents ahead of the questions, into a folder of scores that compress --cache reads; with --jsonl files of any size, resumed where an earlier run was stopped",
    );
  addInputFlags(command)
    .option("--quiet", "nothing but errors on standard error")
    .option(
      "--processes <n>",
      "with --jsonl: processes that encode side by side (default: one for each eight cores)",
      wholeNumber,
    );
  addModelFlags(command)
    .addHelpText("after", EXAMPLES)
    .action((files: string[], flags: EncodeFlags) => guarded(command, () => runEncode(files, flags)));
}

async function runEncode(files: readonly string[], flags: EncodeFlags): Promise<void> {
  if (flags.cache === undefined) throw new InvalidOptionError("Expected --cache <folder> for the scores, got none.");
  const notices = createNotices(flags.quiet === true);
  if (flags.jsonl === true) return runCorpus(files, { ...flags, cache: flags.cache }, notices);
  if (flags.processes !== undefined)
    throw new InvalidOptionError("Expected --processes together with --jsonl, got it alone.");
  const { documents } = await readDocuments(files, flags, notices);
  const scores = await fillScoreFolder(flags.cache);
  await withEncodedDocuments(sieveOptions(flags, notices, scores.cache), documents, notices, async (_, encoded) => {
    const { cacheHits, cacheMisses, milliseconds } = encoded;
    if (scores.lost > 0) {
      throw new InvalidOptionError(
        `Expected to write the scores of ${plural(cacheMisses, "document")} to --cache ${flags.cache}, got ${scores.lost} that could not be read back: is the disk full?`,
      );
    }
    notices.say(
      `${plural(cacheHits + cacheMisses, "document")} in ${flags.cache}: ${cacheMisses} encoded, ${cacheHits} there already; ${milliseconds.toFixed(0)} ms`,
    );
  });
}
