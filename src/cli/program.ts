import { readFileSync } from "node:fs";
import { Command } from "commander";
import { registerCompletion } from "./completion.js";
import { registerCompress } from "./compress.js";
import { registerDistill } from "./distill.js";
import { registerDoctor } from "./doctor/doctor.js";
import { registerEncode } from "./encode.js";
import { registerMcp } from "./mcp.js";
import { registerModels } from "./models.js";
import { PACKAGE } from "./package-files.js";
import { visibleLine } from "./visible.js";

const AFTER_HELP = `
Examples:
  contextsieve compress handbook.md -n 2k -q "How long may a deploy be frozen?"
  contextsieve compress docs --style xml -n 4k -q "How are keys rotated?" -o context.xml
  contextsieve compress --help

Flags go before the environment: CONTEXTSIEVE_MAX_TOKENS, CONTEXTSIEVE_TOKENIZER, CONTEXTSIEVE_FORM,
CONTEXTSIEVE_MARKER, CONTEXTSIEVE_MODEL, CONTEXTSIEVE_DEVICE, CONTEXTSIEVE_THREADS, CONTEXTSIEVE_CACHE, CONTEXTSIEVE_MCP_TOKEN; NO_COLOR
and FORCE_COLOR for colours.
Status: 0 done, 1 a model or teacher that failed, 2 bad usage, input or output, 130 interrupted.
`;

/** The whole command line, not parsed yet. */
export function createProgram(): Command {
  const { version } = JSON.parse(readFileSync(PACKAGE, "utf8")) as {
    version: string;
  };
  const program = new Command("contextsieve")
    .description("Fit documents, tool outputs and chat history into a hard token budget: documents first, then tokens.")
    .version(version)
    .addHelpText("after", AFTER_HELP)
    // One line, also where Commander has a suggestion to make.
    .configureOutput({ outputError: (text, write) => write(`${visibleLine(text)}\n`) });
  registerCompress(program);
  registerEncode(program);
  registerModels(program);
  registerDistill(program);
  registerMcp(program);
  registerDoctor(program);
  registerCompletion(program);
  return program;
}

/** A command with all commands below it. */
export function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap((child) => everyCommand(child))];
}

/** A command's words as the user types them: `contextsieve models info`. */
export function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}

/** Width of the help in the docs, in columns. */
const PAGE_WIDTH = 100;

/** A command's help as docs/cli.md shows it, examples included. */
export function helpPage(command: Command): string {
  let help = "";
  const write = (text: string) => {
    help += text;
  };
  command.configureOutput({ writeOut: write, getOutHelpWidth: () => PAGE_WIDTH }).outputHelp();
  return help.trimEnd();
}
