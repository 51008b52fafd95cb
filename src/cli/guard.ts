import type { Command } from "commander";
import { SieveError } from "../core/index.js";

/**
 * Runs a command's action. What the user can mend (bad usage or input, a model that does not load) ends in
 * one line on standard error with status 2, an interruption with 130. Anything else is a defect and shows its
 * stack.
 */
export async function guarded(command: Command, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (isPipeClosed(error)) return;
    if (isAbort(error)) command.error("interrupted", { exitCode: 130 });
    if (!(error instanceof SieveError) && !isFileError(error)) throw error;
    command.error(`error: ${error.message.replace(/\s+/gu, " ")}`, { exitCode: 2 });
  }
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "code" in error;
}

function isPipeClosed(error: unknown): boolean {
  return isFileError(error) && error.code === "EPIPE";
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
