import { Argument, type Command, Option } from "commander";
import { guarded } from "./guard.js";
import { print } from "./output.js";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

/** Zsh reads bash's completions through its own bridge. */
const ZSH_BRIDGE = `(( $+functions[compdef] )) || { autoload -U compinit && compinit; }
autoload -U +X bashcompinit && bashcompinit
`;

/** One command with its words from the program's name on: `["models", "info"]`. */
interface Place {
  words: string[];
  command: Command;
}

const EXAMPLES = `
Examples:
  contextsieve completion bash > ~/.local/share/bash-completion/completions/contextsieve
  echo 'source <(contextsieve completion zsh)' >> ~/.zshrc
  contextsieve completion fish > ~/.config/fish/completions/contextsieve.fish
`;

/** Adds `completion` to the program. */
export function registerCompletion(program: Command): void {
  const command = program
    .command("completion")
    .description("print a script that completes commands and flags in your shell");
  command
    .addArgument(new Argument("<shell>", "whose completion it is").choices(SHELLS))
    .addHelpText("after", EXAMPLES)
    .action((shell: Shell) => guarded(command, () => print(completionScript(program, shell))));
}

/** The script for a shell, made of the program's own commands, flags and choices. */
export function completionScript(program: Command, shell: Shell): string {
  const places = everyPlace(program, []);
  if (shell === "fish") return fishScript(program.name(), places);
  return `${shell === "zsh" ? ZSH_BRIDGE : ""}${bashScript(program.name(), places)}`;
}

/** For bash, in words that zsh has no meaning of its own for (there `path` and `words` are the shell's). */
function bashScript(name: string, places: readonly Place[]): string {
  const groups = places.filter(({ command }) => command.commands.length > 0);
  const descend = groups
    .flatMap(({ words, command }) => command.commands.map((child) => `"${[...words, child.name()].join(" ")}"`))
    .join("|");
  const rows = places.map(({ words, command }) => {
    const children = command.commands.map((child) => child.name());
    const offered = [...children, ...argumentsOf(command), ...flagsOf(command)].join(" ");
    return `    "${words.join(" ")}") offered="${offered}" ;;`;
  });
  const choices = places.flatMap(({ words, command }) =>
    visibleOptions(command).flatMap(({ argChoices, long }) =>
      argChoices ? [`    "${[...words, long].join(" ")}") offered="${argChoices.join(" ")}" ;;`] : [],
    ),
  );
  return `# Completion of ${name}; made by \`${name} completion\`.
_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" place="" next offered="" index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    next="\${place:+$place }\${COMP_WORDS[index]}"
    case "$next" in
      ${descend}) place="$next" ;;
    esac
  done
  case "\${place:+$place }$previous" in
${choices.join("\n")}
  esac
  if [[ -n "$offered" ]]; then
    COMPREPLY=($(compgen -W "$offered" -- "$current"))
    return
  fi
  case "$place" in
${rows.join("\n")}
  esac
  if [[ "$current" == -* || -z "$place" || ! "$offered" == -* ]]; then
    COMPREPLY=($(compgen -W "$offered" -- "$current"))
  fi
}
complete -o default -F _${name} ${name}
`;
}

function fishScript(name: string, places: readonly Place[]): string {
  const lines = [`# Completion of ${name}; made by \`${name} completion\`.`];
  for (const { words, command } of places) {
    const inside = words.map((word) => `__fish_seen_subcommand_from ${word}`);
    const children = command.commands.map((child) => child.name());
    const notYet = children.length > 0 ? [`not __fish_seen_subcommand_from ${children.join(" ")}`] : [];
    const condition = quote([...inside, ...notYet].join("; and ") || "true");
    for (const child of command.commands)
      lines.push(`complete -c ${name} -n ${condition} -f -a ${child.name()} -d ${quote(child.description())}`);
    const choices = argumentsOf(command);
    if (choices.length > 0) lines.push(`complete -c ${name} -n ${condition} -f -a ${quote(choices.join(" "))}`);
    for (const option of visibleOptions(command))
      lines.push(`complete -c ${name} -n ${condition} ${fishOption(option)}`);
  }
  return `${lines.join("\n")}\n`;
}

function fishOption({ long, short, description, argChoices, required }: Option): string {
  const parts = [`-l ${long?.slice(2)}`];
  if (short) parts.unshift(`-s ${short.slice(1)}`);
  if (argChoices) parts.push(`-x -a ${quote(argChoices.join(" "))}`);
  else if (required) parts.push("-r");
  return `${parts.join(" ")} -d ${quote(description)}`;
}

function everyPlace(command: Command, words: string[]): Place[] {
  return [{ words, command }, ...command.commands.flatMap((child) => everyPlace(child, [...words, child.name()]))];
}

/** What an argument of the command may be, where that is a choice of words. */
function argumentsOf(command: Command): string[] {
  return command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
}

function flagsOf(command: Command): string[] {
  return visibleOptions(command).flatMap(({ long }) => (long ? [long] : []));
}

/** The command's own, with the help that Commander adds by itself. */
function visibleOptions(command: Command): Option[] {
  const help = new Option("-h, --help", "display help for command");
  return [...command.options.filter(({ hidden }) => !hidden), help];
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/gu, (character) => `\\${character}`)}'`;
}
