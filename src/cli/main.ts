#!/usr/bin/env node
import type { Command } from "commander";
import { reasonOf } from "./file-errors.js";
import { spellOutMarker } from "./marker-option.js";
import { createProgram, everyCommand, fullName } from "./program.js";

const program = createProgram();
for (const command of everyCommand(program)) {
  // Commander ends bad usage with status 1; this program's word for it is 2.
  command.exitOverride((error) =>
    process.exit(error.exitCode === 1 && error.code.startsWith("commander.") ? 2 : error.exitCode),
  );
}
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough, such as head, is no error.
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`error: Expected standard output to be writable, got ${reasonOf(error)}.\n`);
  process.exit(2);
});
// There is nobody left to tell.
process.stderr.on("error", () => undefined);
forgetEmptyVariables();
const words = process.argv.slice(2);
refuseBareGroup(program, words);
await program.parseAsync(spellOutMarker(spellOutExplain(words)), { from: "user" });

/** A variable that is set to nothing, as container files do, is not set. */
function forgetEmptyVariables(): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("CONTEXTSIEVE_") && process.env[name] === "") delete process.env[name];
  }
}

/**
 * `--explain=all` as a flag of its own: with an optional value Commander would take the file after a bare
 * `--explain` for it.
 */
function spellOutExplain(words: readonly string[]): string[] {
  const end = words.indexOf("--");
  return words.map((word, place) => (word === "--explain=all" && (end < 0 || place < end) ? "--explain-all" : word));
}

/** A group of commands without one of them: Commander would print all of its help as an error. */
function refuseBareGroup(group: Command, words: readonly string[]): void {
  const names = group.commands.map((command) => command.name());
  const [word, ...rest] = words;
  const next = group.commands.find((command) => command.name() === word);
  if (next) refuseBareGroup(next, rest);
  else if (word === undefined && names.length > 0)
    group.error(`error: Expected a command, one of ${names.join(", ")}, got none. See ${fullName(group)} --help.`);
}
