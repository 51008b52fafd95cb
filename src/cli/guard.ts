import type { Command } from "commander";
import { BackendError, SieveError } from "../core/index.js";
import { isFileError, reasonOf } from "./file-errors.js";
import { visibleLine } from "./visible.js";

/** Code of errors whose status is theirs: Commander's own are usage errors, whatever status it has for them. */
const GUARDED = "contextsieve.guarded";

/**
 * Runs a command's action. What the user can mend (bad usage or input, a model that does not load) ends in
 * one line on standard error with status 2, a backend or teacher that failed with 1, an interruption with 130.
 * Anything else is a defect and shows its stack.
 */
export async function guarded(command: Command, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (isPipeClosed(error)) return;
    if (isAbort(error)) command.error("interrupted", { exitCode: 130, code: GUARDED });
    if (!(error instanceof SieveError) && !isFileError(error)) throw error;
    const exitCode = error instanceof BackendError ? 1 : 2;
    command.error(`error: ${visibleLine(wordsOf(error, command))}`, { exitCode, code: GUARDED });
  }
}

function wordsOf(error: Error, command: Command): string {
  if (isFileError(error)) return `Expected ${error.path ?? "a file"} to be usable, got ${reasonOf(error)}.`;
  return flagsFor(error.message, command);
}

/** Options that a command may have no flag for, and the variable that does the same. */
const VARIABLES: Readonly<Record<string, string>> = {
  localFilesOnly: "HF_HUB_OFFLINE=1",
  cacheDir: "HF_HUB_CACHE",
  remoteHost: "HF_ENDPOINT",
};

/**
 * The library speaks of options (`localFilesOnly`); here they are flags (--local-files-only). What the user gave stays,
 * and so does a member of a file ("`kind` in line 2").
 */
function flagsFor(message: string, command: Command): string {
  const flags = new Map(command.options.map((option) => [option.attributeName(), option.long]));
  return message.replace(
    /(?<!got )`(\w+)`(?! in )/gu,
    (quoted, name: string) => flags.get(name) ?? VARIABLES[name] ?? quoted,
  );
}

function isPipeClosed(error: unknown): boolean {
  return isFileError(error) && error.code === "EPIPE";
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
