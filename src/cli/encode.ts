import type { Command } from "commander";
import { InvalidOptionError } from "../core/index.js";
import { guarded } from "./guard.js";
import { readDocuments } from "./input.js";
import { addModelFlags, type ModelFlags, withEncodedDocuments } from "./open-sieve.js";

/** Adds `encode` to the program. */
export function registerEncode(program: Command): void {
  const command = program
    .command("encode")
    .description("encode documents ahead of the questions, into a folder of scores that compress --cache reads")
    .argument("[files...]", "documents; standard input where there are none, or -")
    .option("--jsonl", 'one document a line: {"id","text","title","score"}');
  addModelFlags(command).action((files: string[], { jsonl, ...flags }: ModelFlags & { jsonl?: boolean }) =>
    guarded(command, async () => {
      if (flags.cache === undefined)
        throw new InvalidOptionError("Expected --cache <folder> for the scores, got none.");
      const documents = await readDocuments(files, jsonl === true);
      await withEncodedDocuments(flags, documents, async (_, { cacheHits, cacheMisses, milliseconds }) => {
        process.stderr.write(
          `${cacheHits + cacheMisses} documents in ${flags.cache}: ${cacheMisses} encoded, ${cacheHits} there already; ${milliseconds.toFixed(0)} ms\n`,
        );
      });
    }),
  );
}
