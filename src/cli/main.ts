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
  .version(version);
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
await program.parseAsync();

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap((child) => everyCommand(child))];
}
