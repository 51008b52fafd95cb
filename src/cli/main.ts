#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { registerCompress } from "./compress.js";
import { registerDistill } from "./distill.js";
import { registerDoctor } from "./doctor.js";
import { registerEncode } from "./encode.js";
import { registerModels } from "./models.js";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const program = new Command("contextsieve")
  .description("Fit documents, tool outputs and chat history into a hard token budget: documents first, then tokens.")
  .version(version)
  // One line, also if Commander has a suggestion to make.
  .configureOutput({ outputError: (text, write) => write(`${oneLine(text)}\n`) });
registerCompress(program);
registerEncode(program);
registerModels(program);
registerDistill(program);
registerDoctor(program);
for (const command of everyCommand(program)) {
  // Commander ends bad usage with status 1; this program's word for it is 2.
  command.exitOverride((error) =>
    process.exit(error.exitCode === 1 && error.code.startsWith("commander.") ? 2 : error.exitCode),
  );
}
// A reader that has seen enough, such as head, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
refuseBareGroup(program, process.argv.slice(2));
await program.parseAsync();

/** A group of commands without one of them: Commander would print all of its help as an error. */
function refuseBareGroup(group: Command, words: readonly string[]): void {
  const names = group.commands.map((command) => command.name());
  const [word, ...rest] = words;
  const next = group.commands.find((command) => command.name() === word);
  if (next) refuseBareGroup(next, rest);
  else if (word === undefined && names.length > 0)
    group.error(`error: Expected a command, one of ${names.join(", ")}, got none. See ${group.name()} --help.`);
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap((child) => everyCommand(child))];
}

function oneLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "").join(" ");
}
